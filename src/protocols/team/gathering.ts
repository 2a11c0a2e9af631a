import type { Report } from '../../work/talk.ts';

/** The reports that one agent waits for before it goes on. */
export interface Gathering {
  /** How many it waits for in all. */
  readonly size: number;
  /** Whether it was the last one. A second report of one agent replaces its first. */
  readonly add: (report: Report) => boolean;
  /** In the order of their agents, whatever order they came in. */
  readonly all: () => Report[];
  readonly missing: () => number[];
  readonly clear: () => void;
}

export function gathering(from: readonly number[]): Gathering {
  const found = new Map<number, Report>();
  return {
    size: from.length,
    add(report) {
      if (!from.includes(report.from)) return false;
      const isNew = !found.has(report.from);
      found.set(report.from, report);
      return isNew && found.size === from.length;
    },
    all: () => from.flatMap((agent) => found.get(agent) ?? []),
    missing: () => from.filter((agent) => !found.has(agent)),
    clear: () => found.clear(),
  };
}

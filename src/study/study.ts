import type { Row } from '../scenario/run.ts';
import type { Plan } from './source.ts';
import { openStore } from './store.ts';
import { Summary } from './summary.ts';
import { type SweepEnd, type SweepOptions, sweep } from './sweep.ts';

export interface StudyOptions extends Omit<SweepOptions, 'isDone' | 'take'> {
  /** Where rows are stored, and found again; left out, they are not stored. */
  readonly folder?: string | undefined;
  /** Called once nothing stands in the way, with how many rows are stored already. */
  readonly onStart?: (stored: number) => void;
  /** Hands every row over, stored ones included, in order. */
  readonly visit?: (row: Row) => void;
}

export interface Study extends SweepEnd {
  readonly summary: Summary;
}

/** Sweeps what a store does not hold yet, and sums up all of it. Throws ScenarioErrors of the store and the sweep. */
export async function study(options: StudyOptions): Promise<Study> {
  const { plan, folder } = options;
  const summary = new Summary(plan.scenario);
  const add = (row: Row): void => {
    // A store may hold more replications than are asked for now.
    if (row.replication >= plan.scenario.replications) return;
    summary.add(row);
    options.visit?.(row);
  };
  if (folder === undefined) {
    options.onStart?.(0);
    return { ...(await sweep({ ...options, take: (_, rows) => rows.forEach(add) })), summary };
  }
  const store = openStore(folder, plan);
  try {
    options.onStart?.(store.stored);
    store.replay(add);
    const take = (lines: string, rows: readonly Row[]): void => {
      store.append(lines, rows);
      rows.forEach(add);
    };
    return { ...(await sweep({ ...options, isDone: store.isDone, take })), summary };
  } finally {
    store.close();
  }
}

/** The folder of a study that was given none: by name and design, so that the same command finds it again. */
export function defaultFolder({ scenario: { name, design } }: Plan): string {
  return `results/${name.replace(/[^\w.-]+/g, '-')}-${design.slice(0, 8)}`;
}

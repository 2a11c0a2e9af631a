import { canonical } from '../scenario/canonical.ts';
import type { RunRecord } from './cassette-record.ts';

type Identity = Readonly<Record<string, unknown>>;

/**
 * Which recorded runs are the same but for `model.budget`. A budget says where a run ends, not what is asked until then, so
 * that the answers of one serve the others.
 */
export class Siblings {
  private readonly byRest = new Map<string, Set<string>>();

  constructor(descriptions: Iterable<RunRecord>) {
    for (const { run, of } of descriptions) this.add(run, of);
  }

  add(run: string, identity: Identity): void {
    const rest = restOf(identity);
    const runs = this.byRest.get(rest);
    if (runs) runs.add(run);
    else this.byRest.set(rest, new Set([run]));
  }

  /** The others, the latest recorded first. */
  of(run: string, identity: Identity): string[] {
    return [...(this.byRest.get(restOf(identity)) ?? [])].filter((it) => it !== run).reverse();
  }
}

/** All that a run is but for its budget. */
function restOf(identity: Identity): string {
  const { model } = identity;
  if (typeof model !== 'object' || model === null) return canonical(identity);
  const { budget: _, ...rest } = model as Readonly<Record<string, unknown>>;
  return canonical({ ...identity, model: rest });
}

import type { Factors, Row } from '../scenario/run.ts';
import type { Precision, Scenario } from '../scenario/scenario.ts';
import { proportion } from './statistics.ts';

/** Points that are looked at together, and what their runs came to, block by block of replications. */
interface Group {
  readonly ones: number[];
  readonly runs: number[];
  /** The last block that its points are run for; decided when the interval is narrow enough. */
  last: number;
}

/**
 * Decides which points are run in which block of replications, from rows alone: a group of points stops after the first
 * block at whose end its interval is narrow enough. Without a precision there is one block, of everything.
 */
export class Blocks {
  readonly count: number;
  private readonly size: number;
  private readonly precision: Precision | undefined;
  private readonly groupOf: readonly Group[];

  constructor({ precision, points, replications }: Pick<Scenario, 'precision' | 'points' | 'replications'>) {
    this.precision = precision;
    this.size = precision?.block ?? replications;
    this.count = Math.ceil(replications / this.size);
    const groups = new Map<string, Group>();
    this.groupOf = points.map(({ factors }) => {
      const key = keyOf(factors, precision?.pool ?? []);
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { ones: [], runs: [], last: Number.POSITIVE_INFINITY }));
      return group;
    });
  }

  /** The block of a replication. */
  of(replication: number): number {
    return Math.floor(replication / this.size);
  }

  /** The first replication of a block; of the block after the last one, how many there are. */
  start(block: number, replications: number): number {
    return Math.min(block * this.size, replications);
  }

  /** Whether a point is run in a block. Known once all earlier blocks are complete. */
  includes(point: number, block: number): boolean {
    return block <= (this.groupOf[point] as Group).last;
  }

  /** How many points are run in a block. */
  points(block: number): number {
    return this.groupOf.reduce((sum, group) => sum + (block <= group.last ? 1 : 0), 0);
  }

  add(row: Row): void {
    if (this.precision === undefined) return;
    const group = this.groupOf[row.point] as Group;
    const block = this.of(row.replication);
    const value = row.metrics[this.precision.metric];
    if (value === undefined || value === null) return;
    group.runs[block] = (group.runs[block] ?? 0) + 1;
    group.ones[block] = (group.ones[block] ?? 0) + (value === 1 ? 1 : 0);
  }

  /** Takes note that every row of a block is in, and stops the groups that are known well enough. */
  close(block: number): void {
    if (this.precision === undefined) return;
    for (const group of new Set(this.groupOf)) {
      if (group.last <= block) continue;
      const upTo = (counts: readonly number[]) =>
        counts.slice(0, block + 1).reduce((sum, count) => sum + count, 0);
      const { low, high } = proportion(upTo(group.ones), upTo(group.runs));
      if (low !== null && high !== null && (high - low) / 2 <= this.precision.halfWidth) group.last = block;
    }
  }
}

/** Equal for points that differ only in the pooled factors. */
function keyOf(factors: Factors, pool: readonly string[]): string {
  return JSON.stringify(Object.entries(factors).filter(([path]) => !pool.includes(path)));
}

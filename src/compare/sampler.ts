import { Piscina } from 'piscina';
import { canonical, digestOf } from '../scenario/canonical.ts';
import type { Raw } from '../scenario/factors.ts';
import { inSteps } from '../study/in-steps.ts';
import { Interrupted } from '../study/interrupted.ts';
import { ScenarioError } from '../world/error.ts';
import { type Columns, type Quality, type ReplicationsTask, replicating } from './replications.ts';

export interface SamplerOptions {
  readonly seed: number;
  readonly replications: number;
  readonly quality: Quality;
  /** Worker threads; 1 runs in this thread. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how many runs have been done so far. */
  readonly onProgress?: ((runs: number) => void) | undefined;
}

/** All replications of one contestant, in order: entry i of every column is replication i. */
export interface Sample {
  readonly quality: Float64Array;
  readonly tokens: Float64Array;
  /** By day, as asked for. */
  readonly dollars: readonly Float64Array[];
  /** Whether some of it was spent on what tokens do not count. */
  readonly isUnmetered: boolean;
}

/** Runs contestants. All share the seeds of the replications, and so the task that is set in each of them. */
export interface Sampler {
  /** Runs a contestant, charged at the prices of these days; one that was run before is not run again. */
  readonly sample: (raw: Raw, dates: readonly string[]) => Promise<Sample>;
  readonly close: () => Promise<void>;
}

/** Fewer runs than these are not worth handing to a thread. */
const leastInBatch = 20;

export function sampler(options: SamplerOptions): Sampler {
  const { seed, replications, quality, signal } = options;
  const known = new Map<string, Promise<Sample>>();
  const batches = Math.max(1, Math.min(4 * options.jobs, Math.floor(replications / leastInBatch)));
  const pool = options.jobs > 1 && batches > 1 ? threads(options.jobs) : undefined;
  let done = 0;
  const doBatch = async (task: ReplicationsTask): Promise<Columns> => {
    // Gives way first, so that a signal to stop is heard between batches.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new Interrupted();
    const columns = await (pool === undefined ? inSteps(replicating(task), signal) : pool.run(task));
    done += task.end - task.first;
    options.onProgress?.(done);
    return columns;
  };
  const run = async (key: string, raw: Raw, dates: readonly string[]): Promise<Sample> => {
    const parts = Array.from({ length: batches }, (_, i) => {
      const at = (batch: number): number => Math.floor((batch * replications) / batches);
      return doBatch({ key, raw, seed, first: at(i), end: at(i + 1), quality, dates });
    });
    return together(await Promise.all(parts), dates);
  };
  return {
    sample(raw, dates) {
      const key = digestOf(`${dates.join(' ')}\n${canonical(raw)}`);
      let sample = known.get(key);
      if (sample === undefined) known.set(key, (sample = run(key, raw, dates)));
      return sample;
    },
    close: async () => {
      // What a thread hands in from now on belongs to nobody.
      pool?.on('error', () => {});
      await pool?.destroy();
    },
  };
}

function threads(jobs: number): Piscina<ReplicationsTask, Columns> {
  return new Piscina<ReplicationsTask, Columns>({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'contest',
    minThreads: jobs,
    maxThreads: jobs,
  });
}

function together(parts: readonly Columns[], dates: readonly string[]): Sample {
  for (const { refused, error } of parts) {
    if (refused !== undefined) throw new ScenarioError(refused);
    if (error !== undefined) throw new Error(`compare: a run failed: ${error}`);
  }
  return {
    quality: Float64Array.from(parts.flatMap((it) => it.quality)),
    tokens: Float64Array.from(parts.flatMap((it) => it.tokens)),
    dollars: dates.map((_, i) => Float64Array.from(parts.flatMap((it) => it.dollars[i] ?? []))),
    isUnmetered: parts.some((it) => it.unmetered > 0),
  };
}

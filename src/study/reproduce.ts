import { checkExpectations, type Expectations } from '../scenario/expect.ts';
import { declaredVerdict, type Held, holdPublished } from '../scenario/published.ts';
import type { Row } from '../scenario/run.ts';
import type { Threads } from './executor.ts';
import type { Plan } from './source.ts';
import { type Progress, type Study, study } from './study.ts';

export interface ReproduceOptions {
  readonly plan: Plan;
  /** Left out, runs are done in this thread. */
  readonly threads?: Threads | undefined;
  /** Where rows are stored, and found again; left out, they are not stored. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A published claim beside what came out, and beside what its file says must come out. */
export interface Judged extends Held {
  /** Undefined where the scenario was changed on the command line: its file declares nothing of that. */
  readonly declared: Held['verdict'] | undefined;
}

/** What a finding's scenario came to. */
export interface Reproduced {
  readonly study: Study;
  readonly claims: readonly Judged[];
  /** What must hold with each mechanism on and off; undefined where the scenario was changed. */
  readonly switches: Expectations | undefined;
}

/** Sweeps a finding's scenario and holds the rows against its published claims and its expectations. */
export async function reproduce({ plan, threads, ...options }: ReproduceOptions): Promise<Reproduced> {
  const rows: Row[] = [];
  const done = await study({
    plan,
    jobs: 1,
    // Models are asked from this thread.
    pool: isAsking(plan) ? undefined : threads?.executor(plan),
    ...options,
    visit: (row) => rows.push(row),
  });
  if (done.status !== 'complete') return { study: done, claims: [], switches: undefined };
  const { scenario } = plan;
  const isAsWritten = isUnchanged(plan);
  const claims = holdPublished(scenario.published, rows).map((held) => ({
    ...held,
    declared: isAsWritten ? declaredVerdict(held.published) : undefined,
  }));
  return { study: done, claims, switches: isAsWritten ? checkExpectations(scenario, rows) : undefined };
}

const isAsking = ({ scenario }: Plan): boolean =>
  scenario.points.some(({ config }) => config.model !== undefined);

/** Whether a scenario is run as its file has it, but for its seed and its number of replications. */
const isUnchanged = ({ source }: Plan): boolean =>
  source.overrides.every((it) => /^(seed|replications)=/.test(it));

/** Whether the verdict is another than the file declares. */
export const differs = ({ verdict, declared }: Judged): boolean =>
  declared !== undefined && verdict !== declared;

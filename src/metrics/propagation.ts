import { z } from 'zod';
import { isSaying, type Saying, verdicts } from '../claims/talk.ts';
import type { Ending, Metric, MetricPlan, RunView, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * How far a false claim went, by who told whom. Three things that are easily taken for one are kept apart: how many it
 * touched, how many are wrong at the end, and whether the group's answer is wrong.
 * Not a number where no error arose, or it was not detected or not repaired.
 */
export const propagation = part({
  name: 'propagation',
  summary:
    'False claims: how far they went, whether they grew, when they were found, what the group answers.',
  params: z.strictObject({
    answer: z
      .enum(['majority', 'first', 'last'])
      .default('majority')
      .describe(
        "Whose decision is the group's answer: that of most, of agent 0 (a root), or of the last (a chain's end).",
      ),
  }),
  create: ({ answer }): MetricPlan => ({ columns, begin: (setting) => begin(setting, answer) }),
});

function begin({ agents }: Setting, answer: 'majority' | 'first' | 'last'): Metric {
  /** By agent: how deep in the chain it stands, -1 where it never stated a false claim. */
  const depth = new Int32Array(agents).fill(-1);
  const misled = new Int32Array(agents);
  const holds = new Uint8Array(agents);
  const spokeIn = new Int32Array(agents).fill(-1);
  const saidFalse = new Uint8Array(agents);
  let view: RunView | undefined;
  let areClaims = false;
  let holders = 0;
  let errors = 0;
  let claims = 0;
  let falseClaims = 0;
  let since = -1;
  let detectedAt = Number.NaN;
  let repairedAt = Number.NaN;

  const state = (
    from: number,
    { isFalse, from: source, depth: generation }: Saying & { kind: 'claim' },
  ): void => {
    const round = view?.round ?? 0;
    // One claim to many neighbours is one claim.
    if (spokeIn[from] === round && saidFalse[from] === Number(isFalse)) return;
    spokeIn[from] = round;
    saidFalse[from] = Number(isFalse);
    if (isFalse && since < 0) since = round;
    if (since >= 0) claims++;
    if (!isFalse) return;
    falseClaims++;
    if (depth[from] !== -1) return;
    depth[from] = generation;
    if (source === from) errors++;
    else misled[source]!++;
    holds[from] = 1;
    holders++;
    repairedAt = Number.NaN;
  };
  const correct = (from: number, isOwn: boolean): void => {
    const round = view?.round ?? 0;
    if (isOwn && Number.isNaN(detectedAt)) detectedAt = round - since;
    if (isOwn || holds[from] === 0) return;
    holds[from] = 0;
    if (--holders === 0) repairedAt = round - since;
  };

  return {
    start(run) {
      view = run;
    },
    send(from, _to, content) {
      if (!isSaying(content)) return;
      areClaims = true;
      if (content.kind === 'claim') state(from, content);
      else correct(from, content.isOwn);
    },
    finish(ending) {
      if (!areClaims) return notApplicable;
      const none = errors === 0 ? Number.NaN : undefined;
      const touched = depth.reduce((sum, it) => sum + (it >= 0 ? 1 : 0), 0);
      return {
        errors,
        contaminatedAgents: touched / agents,
        contaminatedClaims: none ?? falseClaims / claims,
        amplification: none ?? touched / errors,
        depth: none ?? depth.reduce((most, it) => Math.max(most, it), 0),
        reproduction: reproduction(depth, misled, 0),
        nextReproduction: reproduction(depth, misled, 1),
        detectionTime: detectedAt,
        repairTime: repairedAt,
        ...decided(ending, answer),
      };
    },
  };
}

const columns = {
  errors: 'false claims that arose, planted or made up',
  contaminatedAgents: 'share of agents that ever stated one',
  contaminatedClaims: 'share of the claims stated since the first false one that are false',
  amplification: 'agents that stated one, per error that arose; 1 where none spreads',
  depth: 'longest chain from teller to teller',
  reproduction: 'how many others an agent misled, on the mean over those where an error arose',
  nextReproduction: 'the same over those misled by them; above 1 the error grows, below 1 it dies out',
  detectionTime: 'rounds from the first false claim until somebody detects one',
  repairTime: 'rounds from the first false claim until nobody holds one',
  factualErrors: 'share of correct agents that decide the false claim',
  finalFailure: '1 where the answer of the group is the false claim, a tie included, else 0',
};

const notApplicable = Object.fromEntries(Object.keys(columns).map((name) => [name, Number.NaN]));

/** Mean number misled by an agent of a generation; NaN where nobody is of it. */
function reproduction(depth: Int32Array, misled: Int32Array, generation: number): number {
  let tellers = 0;
  let offspring = 0;
  for (let agent = 0; agent < depth.length; agent++) {
    if (depth[agent] !== generation) continue;
    tellers++;
    offspring += misled[agent]!;
  }
  return tellers === 0 ? Number.NaN : offspring / tellers;
}

function decided({ decisions, correct }: Ending, answer: 'majority' | 'first' | 'last') {
  let wrong = 0;
  let all = 0;
  for (let agent = 0; agent < decisions.length; agent++) {
    if (correct[agent] === 0) continue;
    all++;
    if (decisions[agent] === verdicts.isFalse) wrong++;
  }
  const one = answer === 'majority' ? undefined : decisions.at(answer === 'first' ? 0 : -1);
  const fails = one === undefined ? 2 * wrong >= all : one === verdicts.isFalse;
  return { factualErrors: wrong / all, finalFailure: fails ? 1 : 0 };
}

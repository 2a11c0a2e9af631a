// Fits the mock players of the consensus game to what is published of it, by simulation at N = 4 and nowhere else.
// After `npm run build`: `node bench/fit-game.js [--runs 2000]` prints the knobs and the error of the fit, as they stand
// in src/profiles/game.ts. It takes some minutes and always gives the same.
//
// The targets. The paper (arXiv 2603.01213) gives a rate of valid consensus at N = 4 for both models and prompts
// together (.466); the models' rates (.674, .158) and the effect of the prompt on the larger (.754 to .591) only over
// all sizes. We take from those how models and prompts differ, as odds ratios, and from the rate at N = 4 how high
// they stand there: 14B .733, 8B .199; 14B by prompt .805, .661. How fast agents agree, how often on a value that
// nobody had, and how long games last, comes from the authors' pilot at N = 4 (Q1_analysis.json of their repository at
// commit 5b3d6f8: 25 runs a model, 15 rounds, agents told that there may be adversaries). The rounds to convergence
// double between the prompts, according to a digest of the paper. Rates at 8 and 16 agents are used nowhere.
import { parseArgs } from 'node:util';
import { gameTargets } from '../dist/profiles/game-targets.js';
import { execute } from '../dist/scenario/execute.js';
import { parseScenario, runsOf } from '../dist/scenario/scenario.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' } } });
const replications = Number(values.runs);
const steps = 9;
const sweeps = 3;

/** Means over runs of one mock, with the standard error of the first. */
function play(knobs, prompt, rounds) {
  const { hesitation, suspicion, ...rest } = knobs;
  const scenario = parseScenario(
    JSON.stringify({
      question: 'How does this mock play at N = 4?',
      seed: 2603,
      replications,
      horizon: { rounds: 2 * rounds + 1 },
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'consensus', values: 51 },
      protocol: { kind: 'byzantine-game', medium: 'board' },
      behaviour: { kind: 'game-mock', prompt, hesitation, suspicion, ...rest },
      metrics: ['game'],
    }),
    'fit-game',
  );
  const runs = runsOf(scenario);
  let valid = 0;
  let invalid = 0;
  let rounds_ = 0;
  let agreed = 0;
  let agreedAt = 0;
  let first = 0;
  let firsts = 0;
  for (let i = 0; i < runs.count; i++) {
    const { metrics, error } = execute(runs.at(i));
    if (error) throw new Error(error);
    valid += metrics.publishedValid;
    invalid += metrics.publishedInvalid;
    rounds_ += metrics.gameRounds;
    if (metrics.unanimousRound !== null) {
      firsts++;
      first += metrics.unanimousRound;
      if (metrics.publishedValid === 1) {
        agreed++;
        agreedAt += metrics.unanimousRound;
      }
    }
  }
  return {
    valid: valid / replications,
    /** Of the games that end in agreement, those on a value that nobody had. */
    invalid: invalid / (valid + invalid),
    rounds: rounds_ / replications,
    agreedAt: agreedAt / agreed,
    first: first / firsts,
  };
}

/** The value of a knob at which a measure that rises (or falls) with it meets its target. */
function solve(measure, target, rises, low = 0, high = 1) {
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    const isAbove = measure(middle) > target;
    if (isAbove === rises) high = middle;
    else low = middle;
  }
  return Number(((low + high) / 2).toFixed(3));
}

function fitted(knobs, targets) {
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [name, measure, wanted, rises] of targets) {
      knobs[name] = solve((value) => measure({ ...knobs, [name]: value }), wanted, rises);
    }
    console.error(`after ${sweep + 1} of ${sweeps}: ${JSON.stringify(knobs)}`);
  }
  return knobs;
}

const pilot = (knobs) => play(knobs, 'may-exist', 15);
const none = (knobs) => play(knobs, 'none-exist', 50);
const may = (knobs) => play(knobs, 'may-exist', 50);
const invalid = (knobs) => (none(knobs).invalid + may(knobs).invalid) / 2;
const assumed = { compromise: 'mean', haste: 0, malformed: 0.005 };

const wanted14 = gameTargets['qwen3-14b'];
const larger = fitted(
  { ...assumed, inertia: 0.05, copying: 0.88, caution: 0.14, hesitation: 0.6, suspicion: 0.14 },
  [
    ['inertia', (it) => pilot(it).agreedAt, wanted14.pilot.agreedAt, true],
    ['copying', invalid, wanted14.pilot.invalid, false],
    ['hesitation', (it) => may(it).first / none(it).first, gameTargets.slowdown.value, true],
    ['caution', (it) => none(it).valid, wanted14.valid['none-exist'], false],
    ['suspicion', (it) => may(it).valid, wanted14.valid['may-exist'], false],
  ],
);
const wanted8 = gameTargets['qwen3-8b'];
const smaller = fitted(
  {
    ...assumed,
    inertia: larger.inertia,
    copying: 0.5,
    caution: 0.45,
    hesitation: 0.3,
    suspicion: larger.suspicion,
  },
  [
    ['hesitation', (it) => pilot(it).agreedAt, wanted8.pilot.agreedAt, true],
    ['copying', invalid, wanted8.pilot.invalid, false],
    ['caution', (it) => (none(it).valid + may(it).valid) / 2, wanted8.valid.both, false],
  ],
);
for (const [model, knobs] of [
  ['qwen3-14b', larger],
  ['qwen3-8b', smaller],
]) {
  console.log(model, knobs);
  console.log({ none: none(knobs), may: may(knobs), pilot: pilot(knobs) });
}

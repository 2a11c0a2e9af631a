import type { GameProfile, Residual } from '../game/knobs.ts';
import { gameTargets, publishedGame } from './game-targets.ts';

const pilot = "the authors' pilot at N = 4 (25 runs, 15 rounds)";
const derived = 'derived for N = 4 from arXiv 2603.01213, see game-targets';

const against = (target: string, wanted: number, got: number, error: number, source: string): Residual => ({
  target,
  wanted,
  got,
  error,
  source,
});

const common = {
  compromise: 'Assumed: what gpt-3.5 does when not told how to agree (arXiv 2310.20151).',
  haste:
    'Assumed to be none: the paper says that runs fail for want of a stop, hardly ever otherwise, and gives no rate.',
  malformed: 'Assumed: no rate is published; three tries make it matter little.',
} as const;

const larger = gameTargets['qwen3-14b'];
const smaller = gameTargets['qwen3-8b'];

/**
 * Mock players of the consensus game, fitted by `bench/fit-game.js` at N = 4 and nowhere else: what they do in larger
 * groups is prediction. Rates and their errors are over 2000 runs.
 */
export const gameProfiles = {
  'qwen3-14b': {
    name: 'qwen3-14b',
    knobs: {
      inertia: 0.032,
      copying: 0.827,
      compromise: 'mean',
      caution: 0.151,
      haste: 0,
      malformed: 0.005,
      hesitation: 0.626,
      suspicion: 0.144,
    },
    evidence: {
      ...common,
      inertia: `Fitted to the round at which valid runs agreed in ${pilot}.`,
      copying: `Fitted to the share of agreements on nobody's value in ${pilot}, taken for both prompts.`,
      caution: 'Fitted to the rate told of no adversaries.',
      hesitation: 'Fitted to rounds to agreement that double when told of adversaries.',
      suspicion: 'Fitted to the rate told of adversaries.',
    },
    fit: [
      against('valid, told of no adversaries', larger.valid['none-exist'], 0.806, 0.009, derived),
      against('valid, told of adversaries', larger.valid['may-exist'], 0.6615, 0.011, derived),
      against(
        'rounds to agreement, ratio',
        gameTargets.slowdown.value,
        1.99,
        0.03,
        gameTargets.slowdown.what,
      ),
      against('round of agreement', larger.pilot.agreedAt, 6.85, 0.1, pilot),
      against('agreements on no input', larger.pilot.invalid, 0.073, 0.005, pilot),
      against('rounds of a pilot run', larger.pilot.rounds, 9.47, 0.1, `${pilot}, not fitted`),
    ],
  },
  'qwen3-8b': {
    name: 'qwen3-8b',
    knobs: {
      inertia: 0.032,
      copying: 0.61,
      compromise: 'mean',
      caution: 0.466,
      haste: 0,
      malformed: 0.005,
      hesitation: 0.001,
      suspicion: 0.144,
    },
    evidence: {
      ...common,
      inertia: 'Assumed: as the larger model.',
      copying: `Fitted to the share of agreements on nobody's value in ${pilot}, taken for both prompts.`,
      caution: 'Fitted to the rate over both prompts.',
      hesitation: `Fitted to the round at which valid runs agreed in ${pilot}, which it cannot reach.`,
      suspicion: 'Assumed: as the larger model; the prompts are published for that one only.',
    },
    fit: [
      against('valid, both prompts', smaller.valid.both, 0.199, 0.006, derived),
      against('round of agreement', smaller.pilot.agreedAt, 3.9, 0.1, pilot),
      against('agreements on no input', smaller.pilot.invalid, 0.335, 0.015, pilot),
      against('rounds of a pilot run', smaller.pilot.rounds, 12.33, 0.1, `${pilot}, not fitted`),
      against(
        'valid, both models',
        publishedGame.fourAgents.value,
        0.4664,
        0.006,
        publishedGame.fourAgents.what,
      ),
    ],
  },
} as const satisfies Readonly<Record<string, GameProfile>>;

/**
 * What is published of the consensus game ("Can AI Agents Agree?", arXiv 2603.01213), what we make of it as targets of a
 * fit at N = 4, and the pilot runs that its authors released. Rates are shares of runs that end in valid consensus.
 */

const paper = 'arXiv 2603.01213, no Byzantine agents';

/** As stated. The paper gives no rate for one model, one prompt and one size. */
export const publishedGame = {
  fourAgents: { value: 0.466, what: `${paper}, N = 4, both models, both prompts` },
  larger: { value: 0.674, what: `${paper}, Qwen3-14B, N = 4, 8, 16, both prompts` },
  smaller: { value: 0.158, what: `${paper}, Qwen3-8B, N = 4, 8, 16, both prompts` },
  noneExist: { value: 0.754, what: `${paper}, Qwen3-14B, N = 4, 8, 16, told that there are no adversaries` },
  mayExist: { value: 0.591, what: `${paper}, Qwen3-14B, N = 4, 8, 16, told that there may be adversaries` },
} as const;

/**
 * Targets at N = 4. The models' odds differ as they do over all sizes (odds ratio 11.0), and their mean is the rate at
 * N = 4; so do the prompts' odds (2.12) about the rate of the larger. `pilot` is the authors' pilot at N = 4:
 * the round at which valid runs agreed, the share of agreements that were on nobody's value, the rounds of a run.
 */
export const gameTargets = {
  'qwen3-14b': {
    valid: { 'none-exist': 0.805, 'may-exist': 0.661, both: 0.733 },
    pilot: { agreedAt: 6.85, invalid: 1 / 14, rounds: 10.32 },
  },
  'qwen3-8b': {
    valid: { both: 0.199 },
    pilot: { agreedAt: 3.33, invalid: 3 / 9, rounds: 8.88 },
  },
  slowdown: {
    value: 2,
    what: 'rounds to agreement about double with the prompt, from a digest of the paper',
  },
} as const;

/** A cell of the pilot: 25 runs, at most 15 rounds, two thirds of the honest stop it; none holds the deadline too. */
export interface PilotCell {
  readonly model: 'qwen3-8b' | 'qwen3-14b';
  readonly agents: number;
  readonly runs: number;
  readonly valid: number;
  readonly invalid: number;
}

/**
 * Q1_analysis.json of github.com/leorugli/byzantine-consensus-llm-agents at commit 5b3d6f8, generated in January 2026
 * from an earlier state of the code. The paper's own runs differ: 50 rounds, a stop by two thirds of all agents.
 */
export const pilotGames: readonly PilotCell[] = [
  { model: 'qwen3-8b', agents: 4, runs: 25, valid: 6, invalid: 3 },
  { model: 'qwen3-8b', agents: 8, runs: 25, valid: 3, invalid: 0 },
  { model: 'qwen3-8b', agents: 16, runs: 25, valid: 1, invalid: 0 },
  { model: 'qwen3-14b', agents: 4, runs: 25, valid: 13, invalid: 1 },
  { model: 'qwen3-14b', agents: 8, runs: 25, valid: 18, invalid: 0 },
  { model: 'qwen3-14b', agents: 16, runs: 25, valid: 8, invalid: 0 },
];

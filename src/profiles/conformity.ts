/** How strongly a language model follows the majority, by size of the group: pairs of size and fitted beta. */
export interface Conformity {
  readonly model: string;
  readonly source: string;
  readonly beta: readonly (readonly [size: number, beta: number])[];
  /** Quartiles of beta over pairs of opinions, where it is a median. */
  readonly quartiles?: readonly [low: number, high: number];
  /**
   * Steps to unanimity over the size: the models' mean over few runs, and that of the exact chain of agents with this beta.
   * Not fitted: beta comes from single answers.
   */
  readonly unanimity?: readonly (readonly [size: number, model: number, chain: number])[];
}

/**
 * De Marzo, Castellano and Garcia (arXiv 2409.02822): two opinions, complete graph, temperature 0.2, 200 queries for each m.
 * P = (1 + tanh(beta m)) / 2 was fitted anew to the tables that the authors released; their own fits at size 50 agree,
 * but for Llama 3 70B (1.0 in their script).
 */
const coordination = 'arXiv 2409.02822, refitted from the released tables';

/**
 * De Marzo, Bellina, Castellano, Priesemann and Garcia (arXiv 2605.10721): median over about 100 pairs of opinions at size
 * 50, from the released fits, with the quartiles over the pairs.
 */
const misalignment = 'arXiv 2605.10721, median of the released fits';

export const conformityProfiles: Readonly<Record<string, Conformity>> = {
  'claude-3.5-sonnet': {
    model: 'Claude 3.5 Sonnet',
    source: coordination,
    beta: [
      [10, 6.05],
      [20, 7.01],
      [30, 6.54],
      [50, 9.14],
      [100, 9.78],
      [200, 9.51],
      [500, 8.82],
      [1000, 6.04],
    ],
  },
  'claude-3-opus': {
    model: 'Claude 3 Opus',
    source: coordination,
    beta: [[50, 8.55]],
  },
  'gpt-4-turbo': {
    model: 'GPT-4 Turbo',
    source: coordination,
    beta: [
      [10, 12.21],
      [16, 7.42],
      [30, 6.57],
      [50, 5.53],
      [100, 4.6],
      [200, 4.31],
      [500, 3.61],
      [1000, 3.38],
    ],
    unanimity: [
      [10, 2.1, 2.3],
      [20, 3.3, 3.0],
      [30, 4.3, 3.5],
      [50, 3.7, 4.1],
      [100, 4.9, 5.0],
      [200, 5.7, 5.9],
      [500, 7.2, 7.6],
      [1000, 7.3, 9.8],
    ],
  },
  'gpt-4': {
    model: 'GPT-4',
    source: coordination,
    beta: [
      [10, 3.12],
      [20, 2.43],
      [50, 3.72],
      [100, 3.61],
      [500, 3.25],
      [1000, 2.35],
    ],
  },
  'gpt-4o': {
    model: 'GPT-4o',
    source: coordination,
    beta: [
      [10, 5.47],
      [20, 3.81],
      [30, 2.56],
      [50, 2.86],
      [100, 1.48],
      [200, 1.39],
      [500, 1.22],
      [1000, 1.26],
    ],
    unanimity: [
      [10, 2.0, 2.4],
      [20, 3.9, 3.3],
      [30, 3.9, 4.5],
      [50, 4.7, 5.0],
      [100, 7.4, 137],
    ],
  },
  'claude-3-sonnet': {
    model: 'Claude 3 Sonnet',
    source: coordination,
    beta: [
      [10, 3.8],
      [20, 2.94],
      [50, 2.66],
      [100, 1.6],
      [200, 1.21],
      [500, 1.37],
      [1000, 1.42],
    ],
  },
  'llama-3-70b': {
    model: 'Llama 3 70B',
    source: coordination,
    beta: [
      [10, 2.04],
      [20, 1.62],
      [50, 1.47],
      [100, 1.33],
      [200, 1.13],
      [500, 1.23],
      [1000, 1.74],
    ],
    unanimity: [
      [10, 3.5, 3.4],
      [20, 3.3, 6.8],
      [30, 8.2, 9.9],
      [50, 17.6, 21.7],
    ],
  },
  'claude-2.0': {
    model: 'Claude 2.0',
    source: coordination,
    beta: [
      [10, 1.29],
      [20, 0.92],
      [50, 0.8],
      [100, 0.21],
    ],
  },
  'claude-3-haiku': {
    model: 'Claude 3 Haiku',
    source: coordination,
    beta: [
      [10, 0.99],
      [20, 0.69],
      [50, 0.11],
    ],
  },
  'gpt-3.5-turbo': {
    model: 'GPT-3.5 Turbo',
    source: coordination,
    beta: [
      [10, -1.02],
      [20, -0.16],
      [50, 0.16],
      [100, -0.07],
      [200, 0.19],
      [1000, -0.22],
    ],
  },
  'llama-3.1-8b': {
    model: 'Llama-3.1-8B',
    source: misalignment,
    beta: [[50, 1.87]],
    quartiles: [1.27, 2.87],
  },
  'qwen2.5-14b': { model: 'Qwen2.5-14B', source: misalignment, beta: [[50, 2.52]], quartiles: [2.17, 3.16] },
  'qwen2.5-32b': { model: 'Qwen2.5-32B', source: misalignment, beta: [[50, 2.8]], quartiles: [2.42, 3.28] },
  'qwen3-14b': { model: 'Qwen3-14B', source: misalignment, beta: [[50, 2.55]], quartiles: [1.82, 3.08] },
  'qwen3-32b': { model: 'Qwen3-32B', source: misalignment, beta: [[50, 2.66]], quartiles: [1.84, 3.33] },
  'gemini-2.5-flash-lite': {
    model: 'gemini-2.5-flash-lite',
    source: misalignment,
    beta: [[50, 1.94]],
    quartiles: [1.59, 2.24],
  },
  'gemma-3-12b': { model: 'gemma-3-12b', source: misalignment, beta: [[50, 3.67]], quartiles: [2.73, 4.44] },
  'gemma-3-27b': { model: 'gemma-3-27b', source: misalignment, beta: [[50, 3.9]], quartiles: [3.02, 4.94] },
  'gpt-5-mini': { model: 'gpt-5-mini', source: misalignment, beta: [[50, 2.32]], quartiles: [1.74, 2.96] },
};

/** Results that others published, to be shown beside ours. Fractions of runs solved. */

export interface PublishedRow {
  readonly model: string;
  readonly source: string;
  /** Mean and its standard error by task, over 27 graphs of 4, 8 and 16 agents. */
  readonly solved: Readonly<
    Record<
      'coloring' | 'consensus' | 'leader-election' | 'matching' | 'vertex-cover',
      readonly [number, number]
    >
  >;
  readonly overall: readonly [number, number];
}

const paper =
  'AgentsNet (arXiv 2507.08616), table 2, read through a secondary transcription; pooled over 4, 8 and 16 agents';

/** Table 2 of the AgentsNet paper, the six rows that could be read. */
export const agentsNetTable2: readonly PublishedRow[] = [
  row('Claude 3.5 Haiku', [0.14, 0.04], [0.69, 0.05], [0.19, 0.03], [0.18, 0.03], [0.08, 0.03], [0.26, 0.02]),
  row('Claude 3.7 Sonnet', [0.58, 0.05], [1, 0], [0.96, 0.03], [0.55, 0.06], [0.4, 0.05], [0.7, 0.02]),
  row('GPT-4.1 mini', [0.05, 0.02], [0.99, 0.01], [0.86, 0.05], [0.12, 0.03], [0.22, 0.04], [0.45, 0.01]),
  row('Gemini 2.0 Flash', [0.32, 0.05], [0.85, 0.04], [0.69, 0.05], [0.36, 0.05], [0.16, 0.04], [0.48, 0.02]),
  row('Gemini 2.5 Flash', [0.39, 0.06], [1, 0], [1, 0], [0.55, 0.04], [0.5, 0.09], [0.69, 0.02]),
  row('Gemini 2.5 Pro', [0.62, 0.07], [0.99, 0.01], [0.89, 0.06], [0.75, 0.05], [0.73, 0.06], [0.8, 0.02]),
];

type Cell = readonly [number, number];

function row(
  model: string,
  coloring: Cell,
  consensus: Cell,
  leader: Cell,
  matching: Cell,
  cover: Cell,
  overall: Cell,
): PublishedRow {
  const solved = { coloring, consensus, 'leader-election': leader, matching, 'vertex-cover': cover };
  return { model, source: paper, solved, overall };
}

/** A cell of recorded runs: how many there are, and how many of them were solved. */
export interface RecordedCell {
  readonly task: 'coloring' | 'consensus' | 'leader-election' | 'matching' | 'vertex-cover';
  readonly agents: number;
  readonly runs: number;
  readonly solved: number;
}

/**
 * Recorded runs with gpt-4o-mini: one each on the small-world, scale-free and Delaunay graphs of index 0. Local tasks
 * ran for 8 rounds, not for the paper's 4, 5 and 6. Source: MAFBench (arXiv 2602.03128), raw run files.
 */
export const recordedGpt4oMini: readonly RecordedCell[] = [
  ...cells('coloring', 1, 2, 0),
  ...cells('consensus', 3, 1, 3),
  ...cells('leader-election', 0, 1, 1),
  ...cells('matching', 1, 1, 1),
  ...cells('vertex-cover', 1, 0, 0),
];

function cells(task: RecordedCell['task'], ...solved: readonly number[]): RecordedCell[] {
  return solved.map((count, i) => ({ task, agents: [4, 8, 16][i]!, runs: 3, solved: count }));
}

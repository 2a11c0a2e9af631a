/** The five tasks of AgentsNet (arXiv 2507.08616), in the order of its table of results. */
export const taskNames = ['coloring', 'consensus', 'leader-election', 'matching', 'vertex-cover'] as const;

/** A task of the benchmark, by the name that it has here. */
export type AgentsNetTask = (typeof taskNames)[number];

/**
 * upstream: as the benchmark's released code behaves, with its slips, to compare with its published figures ·
 * clean: as its rules are meant, with the slips mended.
 */
export type Mode = 'upstream' | 'clean';

/** Reads a task's name as the benchmark's files write it (`vertex_cover`) or as we do (`vertex-cover`). */
export function readTaskName(text: string): AgentsNetTask | undefined {
  const kebab = text.replaceAll('_', '-');
  return taskNames.find((name) => name === kebab);
}

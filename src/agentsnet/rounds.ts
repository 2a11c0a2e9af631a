import type { AgentsNetTask } from './rules.ts';

/**
 * Rounds of the three local tasks by number of agents, as the benchmark's runner passes them (its `main.sh`).
 */
const localRounds = [
  { agents: 4, rounds: 4 },
  { agents: 8, rounds: 5 },
  { agents: 16, rounds: 6 },
] as const;

/**
 * How many rounds a task gets: how often messages are delivered, hence how far news travels.
 *
 * Consensus and leader election, and any task on more than 16 agents: 2D + 1, where D is the graph's diameter
 * in hops. Coloring, matching and vertex cover on 4, 8 and 16 agents: 4, 5 and 6. The benchmark has no other
 * small sizes; a size between two of them is given the rounds of the next larger one, which is our choice.
 *
 * Throws a RangeError where 2D + 1 is needed and the graph is not connected (its diameter is not finite).
 * Source: AgentsNet's released code (`determine_rounds` in main.py; main.sh).
 */
export function roundsFor(task: AgentsNetTask, agents: number, diameter: number): number {
  const isGlobal = task === 'consensus' || task === 'leader-election';
  const small = isGlobal ? undefined : localRounds.find((row) => agents <= row.agents);
  if (small) return small.rounds;
  if (!Number.isFinite(diameter)) {
    throw new RangeError(
      `${task} on ${agents} agents: its 2D + 1 rounds need a finite diameter, not ${diameter}; connect the graph`,
    );
  }
  return 2 * diameter + 1;
}

/**
 * Model calls one agent makes in a run without re-prompts: one before each delivery and one for its answer.
 */
export const callsPerAgent = (rounds: number): number => rounds + 1;

import { z } from 'zod';
import type { Setting } from '../world/contracts.ts';

/** `protocol.ids`: how the identifiers 0 to n - 1, by which agents compare themselves, are spread over the agents. */
export const identifierOrder = z
  .enum(['random', 'ascending', 'descending'])
  .default('random')
  .describe('Identifiers of the agents: drawn at random, or rising or falling with their number.');

/** The identifier of each agent: distinct whole numbers below n. */
export function identifiers({ agents, stream }: Setting, order: z.infer<typeof identifierOrder>): Int32Array {
  const ids = Int32Array.from({ length: agents }, (_, agent) =>
    order === 'descending' ? agents - 1 - agent : agent,
  );
  return order === 'random' ? stream('identifiers', 0).shuffle(ids) : ids;
}

import { z } from 'zod';
import { part } from '../world/part.ts';
import type { Task } from '../world/task.ts';
import { agentsNetTask } from './judge-agentsnet.ts';

/** Agents name a neighbour as partner, or nobody; solved when the pairs are mutual and no two neighbours are both alone (AgentsNet, arXiv 2507.08616). */
export const matching = part({
  name: 'matching',
  summary: 'Pair up with neighbours until nobody could still pair.',
  params: z.strictObject({}),
  create: (): Task => agentsNetTask('matching'),
});

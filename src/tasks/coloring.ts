import { z } from 'zod';
import { part } from '../world/part.ts';
import type { Task } from '../world/task.ts';
import { agentsNetTask } from './judge-agentsnet.ts';

/** Agents choose one of K groups so that neighbours differ; K is the largest degree plus one (AgentsNet, arXiv 2507.08616). */
export const coloring = part({
  name: 'coloring',
  summary: 'Choose groups so that neighbours differ, with one group more than the largest degree.',
  params: z.strictObject({}),
  create: (): Task => agentsNetTask('coloring'),
});

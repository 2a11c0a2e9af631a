import { z } from 'zod';
import { part } from '../world/part.ts';
import type { Task } from '../world/task.ts';
import { agentsNetTask } from './judge-agentsnet.ts';

/** Agents say whether they lead; solved when exactly one does, whoever that is (AgentsNet, arXiv 2507.08616). */
export const leaderElection = part({
  name: 'leader-election',
  summary: 'Have exactly one agent lead.',
  params: z.strictObject({}),
  create: (): Task => agentsNetTask('leader-election'),
});

import { z } from 'zod';
import { part } from '../world/part.ts';
import type { Task } from '../world/task.ts';
import { agentsNetTask } from './judge-agentsnet.ts';

/** Agents say whether they coordinate; solved when every link has a coordinator and no coordinator can be spared (AgentsNet, arXiv 2507.08616). */
export const vertexCover = part({
  name: 'vertex-cover',
  summary: 'Choose coordinators that cover every link, none of them needlessly.',
  params: z.strictObject({}),
  create: (): Task => agentsNetTask('vertex-cover'),
});

import { whole } from '../world/steps.ts';
import { type Columns, type ReplicationsTask, replicating } from './replications.ts';

/** What a worker thread of a comparison does: some replications of one contestant. */
export const contest = (task: ReplicationsTask): Columns => whole(replicating(task));

import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { orchestrated } from './team/orchestrated.ts';
import { crew } from './team/parameters.ts';

/** Hybrid: as orchestrator-workers, but in each round fellows review each worker's draft before the lead does. */
export const hybridTeam = part({
  name: 'hybrid-team',
  summary: 'A lead and its workers, who also review each other in every round before they report.',
  params: z.strictObject({
    ...crew,
    peers: count.max(1000).default(2).describe('How many fellows review each draft.'),
  }),
  create: (params): ProtocolPlan => ({
    budget: params.budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) => orchestrated(setting, params),
  }),
});

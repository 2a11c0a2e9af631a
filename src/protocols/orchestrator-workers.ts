import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { orchestrated } from './team/orchestrated.ts';
import { crew } from './team/parameters.ts';

/** Centralised: a lead hands out work, reviews what comes back in one call a round, and hands out what is open. */
export const orchestratorWorkers = part({
  name: 'orchestrator-workers',
  summary: 'A lead hands out work in rounds, reviews the reports, and hands out what is still open.',
  params: z.strictObject(crew),
  create: (params): ProtocolPlan => ({
    budget: params.budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) => orchestrated(setting, { ...params, peers: 0 }),
  }),
});

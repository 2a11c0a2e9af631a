import type { ProtocolPlan } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { byClocks } from './opinions/clocks.ts';
import { opinionsParams } from './opinions/parameters.ts';
import { inRounds } from './opinions/rounds.ts';

/**
 * Opinion dynamics and cascades on any graph. The protocol says who looks at whom and when; the behaviour is the rule by which
 * an opinion follows from what is in view. Agents begin with the inputs that the task gives them.
 */
export const opinions = part({
  name: 'opinions',
  summary:
    'Agents look at their neighbours, or meet one, and change their opinion by the rule of their behaviour.',
  params: opinionsParams,
  create: (params): ProtocolPlan => {
    const asks = params.contact === 'pairs' ? 'meeting' : 'opinion';
    // Names are made up where two meet.
    const decides = ['numbers', 'values', 'news', ...(params.contact === 'pairs' ? ['name'] : [])];
    return params.timing === 'synchronous'
      ? { form: 'rounds', asks, decides, begin: (setting) => inRounds(setting, params) }
      : { form: 'events', asks, decides, begin: (setting) => byClocks(setting, params) };
  },
});

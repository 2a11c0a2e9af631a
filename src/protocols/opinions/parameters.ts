import { z } from 'zod';
import { count, exactlyOne, positiveDuration, probability } from '../../world/part.ts';

const stop = z
  .union([
    z.enum(['unanimity', 'settled', 'never']),
    z
      .strictObject({
        value: z.number().describe('The opinion whose holders are counted.'),
        least: probability.optional().describe('Ends it once at least this share holds the value.'),
        most: probability.optional().describe('Ends it once at most this share holds the value.'),
      })
      .superRefine(exactlyOne('least', 'most')),
    z.strictObject({
      streak: count
        .max(1_000_000)
        .describe('So many updates in a row that find all in view of its own opinion end it for an agent.'),
    }),
  ])
  .default('unanimity')
  .describe(
    'Who ends it, and when. An all-seeing referee: once all hold one opinion (unanimity), once nobody can change any more (settled), once at least or at most a share of the agents holds a value ({ value: 1, least: 0.5 }). Each agent for itself: after so many updates in a row that find all in view of its own opinion ({ streak: 5 }). Or nobody (never).',
  );

const committed = z
  .array(
    z.union([
      z.strictObject({ agents: z.array(z.int().min(0)).min(1).describe('Agents, by number from 0.') }),
      z
        .strictObject({
          holding: z.number().describe('The opinion that they begin with.'),
          share: probability.optional().describe('How many of them, as a share of all agents.'),
          count: z.int().min(0).optional().describe('How many of them.'),
        })
        .refine(({ share, count }) => share === undefined || count === undefined, {
          path: ['count'],
          error: 'cannot stand beside `share`; keep one, or neither for all who begin with it',
        }),
    ]),
  )
  .max(1000)
  .default([])
  .describe(
    'Agents that never change: { agents: [0, 3] }, { holding: 1 } for all who begin with 1, or with `share` (of all agents) or `count` for some of them, drawn.',
  );

export const opinionsParams = z
  .strictObject({
    timing: z
      .enum(['synchronous', 'asynchronous'])
      .default('synchronous')
      .describe(
        'synchronous: in rounds, all act on the opinions of the last round. asynchronous: each agent acts at the ticks of a clock of its own, one agent at a time.',
      ),
    contact: z
      .enum(['neighbours', 'pairs'])
      .default('neighbours')
      .describe(
        'neighbours: whoever acts looks at all its neighbours, and may change. pairs: it meets one of them at random, each sees the other, and both may change; in rounds each agent is in one meeting at most.',
      ),
    changes: z
      .enum(['both', 'first', 'second'])
      .optional()
      .describe(
        'In meetings: who may change, where the first is the one that begins it. Both when left out.',
      ),
    period: positiveDuration
      .optional()
      .describe('Mean time between two ticks of an agent; 1s when left out. Asynchronous only.'),
    clocks: z
      .enum(['agents', 'links'])
      .optional()
      .describe(
        'agents: each ticks equally often. links: each link does, so that agents tick in proportion to their neighbours. Asynchronous only.',
      ),
    channel: z
      .enum(['observe', 'messages'])
      .default('observe')
      .describe(
        'observe: opinions are seen as they are. messages: they are told, so that latency, loss and other faults apply; agents go by what they last heard.',
      ),
    self: z.boolean().default(false).describe('Whether an agent counts among its own neighbours.'),
    stop,
    within: z
      .number()
      .min(0)
      .default(0)
      .describe('How far opinions may lie apart and still be one, for unanimity and for streaks.'),
    committed,
  })
  .superRefine((it, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (it.timing === 'synchronous') {
      if (it.period !== undefined)
        refuse(
          'period',
          'is read with `timing: asynchronous` only, since rounds have no clock; leave it out',
        );
      if (it.clocks !== undefined)
        refuse(
          'clocks',
          'is read with `timing: asynchronous` only, since rounds have no clock; leave it out',
        );
    }
    if (it.contact === 'neighbours' && it.changes !== undefined)
      refuse('changes', 'is read with `contact: pairs` only; leave it out');
    if (it.contact === 'pairs' && it.self)
      refuse('self', 'must be false with `contact: pairs`, since nobody meets itself');
    if (it.contact === 'pairs' && it.channel === 'messages')
      refuse('channel', 'must be observe with `contact: pairs`, since a meeting takes no messages');
    if (it.within > 0 && it.stop !== 'unanimity' && !(typeof it.stop === 'object' && 'streak' in it.stop))
      refuse('within', 'is read with `stop: unanimity` or a streak only; leave it out');
    if (it.stop === 'settled' && it.contact === 'pairs')
      refuse(
        'stop',
        'must not be settled with `contact: pairs`, since a meeting does not show whether others could still change an opinion; give unanimity, or such as { value: 1, most: 0 }',
      );
    if (it.stop === 'settled' && it.channel === 'messages')
      refuse('stop', 'must not be settled with `channel: messages`, since news may be under way');
  });

export type OpinionsParams = z.infer<typeof opinionsParams>;

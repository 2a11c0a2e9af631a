import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import { Stream } from '../kernel/stream.ts';
import type { FaultPlan, Protocol, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { part } from '../world/part.ts';
import { choiceIssues, chosenAgents, refuseUnclearChoice, someAgents } from './agents.ts';

const parameters = z
  .strictObject({
    ...someAgents,
    strategy: z
      .enum(['silent', 'flip', 'equivocate', 'random', 'behaviour'])
      .describe(
        'silent: says nothing. flip: tells all the same lie. equivocate: tells agents of even number, and its fellow liars, the truth, the others a lie. random: tells each something drawn for it alone from all that could be said, the truth too. behaviour: its behaviour answers for it, and knows that it does.',
      ),
    tactic: z
      .string()
      .optional()
      .describe('What a behaviour is told to do, in its own words. Only with strategy: behaviour.'),
  })
  .superRefine(refuseUnclearChoice)
  .superRefine(({ strategy, tactic }, context) => {
    if (tactic === undefined || strategy === 'behaviour') return;
    const message = 'is read with `strategy: behaviour` only; leave it out';
    context.addIssue({ code: 'custom', path: ['tactic'], message });
  });

/**
 * Agents that lie. They follow the protocol as far as it can be seen, but what they send is withheld or forged on its
 * way, for each receiver on its own; the task judges the others only.
 */
export const byzantine = part({
  name: 'byzantine',
  summary: 'Agents that fall silent, or lie: to all alike, to half of the others, or to each in another way.',
  params: parameters,
  create: ({ strategy, tactic, ...choice }): FaultPlan => ({
    issues: (scenario) => [
      ...choiceIssues(choice, scenario),
      ...(strategy === 'behaviour' && !scenario.asks
        ? [{ path: 'strategy', message: 'cannot be behaviour: this protocol asks its agents nothing' }]
        : []),
    ],
    corrupts: (setting, name) => ({
      agents: chosenAgents(choice, setting, name),
      strategy: tactic ?? strategy,
    }),
    begin: (setting, name, protocol) => {
      const members = new Set(chosenAgents(choice, setting, name));
      const faulty = (agent: number): boolean => members.has(agent);
      if (strategy === 'behaviour') return { faulty };
      if (strategy === 'silent') {
        return {
          faulty,
          judge(fate, from) {
            if (members.has(from)) fate.dropped ??= 'withheld';
          },
          cuts: (from) => (members.has(from) ? 'silent' : undefined),
        };
      }
      const forge = forgeOf(protocol, setting);
      const draw = new Keyed(setting.seed, name);
      const random = new Stream();
      return {
        faulty,
        judge(fate, from, to, now, index) {
          if (!members.has(from)) return;
          // Liars that fooled each other would spoil the two stories, which they tell in common.
          if (strategy === 'equivocate' && (to % 2 === 0 || members.has(to))) return;
          // The lie of one instant is one lie, except where each is told something of its own.
          const any = strategy === 'random';
          draw.at(from, any ? index : now);
          random.rekey(draw.w0, draw.w1, draw.w2);
          fate.content = forge(fate.content, to, random, any);
        },
      };
    },
  }),
});

type Forge = (content: unknown, to: number, random: Stream, any: boolean) => unknown;

/** The protocol's own way to lie; for contents that are numbers, another agent's input does as well. */
function forgeOf(protocol: Protocol, { inputs }: Setting): Forge {
  if (protocol.forge) return protocol.forge;
  if (protocol.content === 'number') {
    const known = [...new Set(inputs)].filter((input) => !Number.isNaN(input)).sort((a, b) => a - b);
    return (content, _to, random, any) => {
      const others = known.filter((value) => value !== content);
      if (others.length === 0) others.push((content as number) + 1);
      const chosen = random.below(others.length + (any ? 1 : 0));
      return others[chosen] ?? content;
    };
  }
  const message = 'must be silent or behaviour, for nobody can forge the messages of this protocol';
  throw new ScenarioError([{ path: 'strategy', message }]);
}

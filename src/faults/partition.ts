import { z } from 'zod';
import { type Distribution, meanOf, sampler } from '../kernel/distribution.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan, Setting } from '../world/contracts.ts';
import type { Issue } from '../world/error.ts';
import { distribution, part, probability } from '../world/part.ts';
import { chosenAgents, listIssues } from './agents.ts';
import { beginning, isForGood, refuseEmptySpan, span, within } from './span.ts';

const side = z.array(z.int().min(0)).min(1);
const shortest = 1000;
const dwell = distribution.refine((it) => meanOf(it) >= shortest, {
  error:
    'must average at least 1ms, or the network would change without end at one instant; for one cut that lasts leave `cut` and `heal` out',
});

const parameters = z
  .strictObject({
    side: side.optional().describe('Agents cut off from all others.'),
    sides: z
      .array(side)
      .min(2)
      .optional()
      .describe('Groups cut off from each other; agents in none of them form one more.'),
    share: probability.optional().describe('A side that is this share of the agents, chosen at random.'),
    direction: z
      .enum(['both', 'out', 'in'])
      .default('both')
      .describe(
        'both: nothing passes. out: what leaves the side is lost, in: what is sent to it; the rest passes.',
      ),
    cut: dwell
      .optional()
      .describe('How long a cut lasts before it heals for a while; for the whole span when left out.'),
    heal: dwell.optional().describe('How long it stays healed before the next cut.'),
    ...span,
  })
  .superRefine(({ side, sides, share, direction, cut, heal }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const given = Object.entries({ side, sides, share }).filter(([, it]) => it !== undefined);
    const [first, second] = given.map(([key]) => key);
    if (first === undefined) refuse('side', 'is missing: say who is cut off by `side`, `sides` or `share`');
    if (second !== undefined) refuse(second, `cannot stand beside \`${first}\`; keep one`);
    if (sides !== undefined && direction !== 'both')
      refuse('direction', 'must be both with `sides`; give one `side` to cut one way only');
    if ((cut === undefined) !== (heal === undefined))
      refuse(
        cut === undefined ? 'cut' : 'heal',
        'is missing: a cut that comes and goes needs both `cut` and `heal`',
      );
  })
  .superRefine(refuseEmptySpan);

type Parameters = z.infer<typeof parameters>;

/**
 * Cuts the network in parts: what is sent across a cut is lost, what is under way already still arrives. Both ways or
 * one, for a span, or coming and going with dwell times.
 */
export const partition = part({
  name: 'partition',
  summary: 'What is sent from one part of the network to another is lost, both ways or one way.',
  params: parameters,
  create: (params): FaultPlan => ({
    begins: beginning(params),
    issues: ({ agents }) => issuesOf(params, agents),
    begin: (setting, name) => {
      const { cut, heal, direction } = params;
      const sideOf = sidesOf(params, setting, name);
      const isAtWork = within(params);
      const isCut =
        cut === undefined || heal === undefined
          ? () => true
          : alternating(params.from, cut, heal, new Keyed(setting.seed, `${name}/dwell`));
      // One side alone is side 1.
      const leaves = direction === 'in' ? 0 : 1;
      const parts = (from: number, to: number): boolean =>
        sideOf[from] !== sideOf[to] && (direction === 'both' || sideOf[from] === leaves);
      return {
        misses: { how: 'cut off', agents: smallerSides(sideOf) },
        judge(fate, from, to, now) {
          if (fate.dropped !== undefined || !isAtWork(now) || !parts(from, to)) return;
          if (isCut(now)) fate.dropped = 'cut off';
        },
        cuts: (from, to, now) =>
          cut === undefined && isForGood(params, now) && parts(from, to) ? 'cut off' : undefined,
      };
    },
  }),
});

function issuesOf({ side, sides }: Parameters, agents: number): Issue[] {
  if (side !== undefined) {
    const found = listIssues(side, 'side', agents);
    if (found.length > 0 || side.length < agents) return found;
    const message = `names all ${agents} agents, which leaves nobody to be cut off from; leave some of them out`;
    return [{ path: 'side', message }];
  }
  const found = (sides ?? []).flatMap((list, i) => listIssues(list, `sides[${i}]`, agents));
  const seen = new Map<number, number>();
  sides?.forEach((list, i) => {
    list.forEach((agent, j) => {
      const other = seen.get(agent);
      seen.set(agent, i);
      if (other === undefined || other === i) return;
      const message = `puts agent ${agent} on two sides, this and sides[${other}]; name it once`;
      found.push({ path: `sides[${i}][${j}]`, message });
    });
  });
  return found;
}

function sidesOf({ side, sides, share }: Parameters, setting: Setting, name: string): Int32Array {
  const sideOf = new Int32Array(setting.agents);
  const lists = sides ?? [side ?? chosenAgents({ share }, setting, name)];
  lists.forEach((list, i) => {
    for (const agent of list) sideOf[agent] = i + 1;
  });
  return sideOf;
}

/** All agents but those of the greatest side, so that each message that is cut off is from one of them or to one. */
function smallerSides(sideOf: Int32Array): ReadonlySet<number> {
  const sizes = new Map<number, number>();
  for (const side of sideOf) sizes.set(side, (sizes.get(side) ?? 0) + 1);
  let greatest = 0;
  for (const [side, size] of sizes) if (size > (sizes.get(greatest) ?? 0)) greatest = side;
  return new Set([...sideOf.keys()].filter((agent) => sideOf[agent] !== greatest));
}

/** Whether it is cut at a time: cut, healed, cut, and so on from `begin`, each for a span of its own. Times may not fall. */
function alternating(
  begin: number,
  cut: Distribution,
  heal: Distribution,
  draw: Keyed,
): (now: number) => boolean {
  const spans = [sampler(cut), sampler(heal)] as const;
  let phase = 0;
  let end = begin;
  const lengthen = (): void => {
    draw.at(0, phase);
    end += Math.max(1, (phase % 2 === 0 ? spans[0] : spans[1]).sample(draw));
  };
  lengthen();
  return (now) => {
    while (now >= end) {
      phase++;
      lengthen();
    }
    return phase % 2 === 0;
  };
}

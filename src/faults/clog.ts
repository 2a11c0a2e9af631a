import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { type Graph, hasEdge } from '../world/graph.ts';
import { duration, part, probability } from '../world/part.ts';
import { beginning, refuseEmptySpan } from './span.ts';

type Link = readonly [number, number];

function linkIssues(link: Link, path: string, agents: number): Issue[] {
  const strangers = link.flatMap((agent, end) =>
    agent < agents
      ? []
      : [
          {
            path: `${path}[${end}]`,
            message: `must be an agent from 0 to ${agents - 1}, but is ${agent}; name one of these, or raise topology.agents`,
          },
        ],
  );
  if (strangers.length > 0 || link[0] !== link[1]) return strangers;
  const message = `must lead from one agent to another, but is [${link.join(', ')}], which leads from ${link[0]} to itself`;
  return [{ path, message }];
}

/** A link over which nothing is ever sent cannot clog. */
function refuseStrangeLinks(links: readonly Link[], graph: Graph): void {
  const issues = links.flatMap(([from, to], i) => {
    if (hasEdge(graph, from, to)) return [];
    const message = `must be a link of the topology, but ${from} and ${to} are no neighbours there; name a pair that is`;
    return [{ path: `links[${i}]`, message }];
  });
  if (issues.length > 0) throw new ScenarioError(issues);
}

/** Agents at an end of every link: the senders, as proofs about omissions have it, or the receivers where these are fewer. */
function endsOf(links: readonly Link[]): ReadonlySet<number> {
  const senders = new Set(links.map(([from]) => from));
  const receivers = new Set(links.map(([, to]) => to));
  return receivers.size < senders.size ? receivers : senders;
}

/** What is sent over a clogged link sets out when the link is free again: nothing is lost, all of it comes late. */
export const clog = part({
  name: 'clog',
  summary: 'What is sent over a clogged link sets out only when the link is free again.',
  params: z
    .strictObject({
      links: z
        .array(z.tuple([z.int().min(0), z.int().min(0)]))
        .min(1)
        .optional()
        .describe('Which links, one way: [[0, 1]] is from agent 0 to agent 1.'),
      share: probability.optional().describe('What share of the links, one way, chosen at random.'),
      from: duration.prefault('0s').describe('When they clog.'),
      until: duration.describe('When they are free again.'),
    })
    .superRefine(({ links, share }, context) => {
      if ((links === undefined) !== (share === undefined)) return;
      const message =
        links === undefined
          ? 'is missing: say which links by one of `links` and `share`'
          : 'must stand alone, but `share` is given too; keep one';
      context.addIssue({ code: 'custom', path: ['links'], message });
    })
    .superRefine(refuseEmptySpan),
  create: ({ links, share = 0, from: begin, until: end }): FaultPlan => ({
    begins: beginning({ from: begin }),
    delays: true,
    issues: ({ agents }) => (links ?? []).flatMap((link, i) => linkIssues(link, `links[${i}]`, agents)),
    begin: ({ agents, graph, seed }, name, { reachesAll }) => {
      if (!reachesAll) refuseStrangeLinks(links ?? [], graph);
      const draw = new Keyed(seed, name);
      const named = new Set(links?.map(([from, to]) => from * agents + to));
      const isClogged = (from: number, to: number): boolean => {
        if (links !== undefined) return named.has(from * agents + to);
        draw.at(from, to);
        return draw.unit() < share;
      };
      const ends = links === undefined ? undefined : endsOf(links);
      return {
        ...((links !== undefined || share > 0) && {
          misses: { how: 'on a clogged link', ...(ends && { agents: ends }), lateBy: end - begin },
        }),
        judge(fate, from, to, now) {
          if (now >= begin && now < end && isClogged(from, to)) fate.delay += end - now;
        },
      };
    },
  }),
});

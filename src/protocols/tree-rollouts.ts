import { z } from 'zod';
import type { Answered, Claim, Question } from '../work/talk.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { stagger } from './team/parameters.ts';
import { type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  trees: count.max(10_000).default(1).describe('How many trees: M.'),
  rounds: count.max(1000).default(1).describe('Rounds in which each tree is expanded: L.'),
  expansions: z
    .int()
    .min(0)
    .max(10_000)
    .default(2)
    .describe('Branches grown in a tree in each round: N; with 0, chains.'),
  fork: z
    .union([z.enum(['uniform', 'scattered', 'uncertain']), z.number().min(0).max(1)])
    .default('uniform')
    .describe(
      'Where a branch leaves: at a depth drawn evenly; before a step drawn evenly, none twice in a round; before the steps whose answers were least certain; or at this share of the way: where that lies between two steps, at either, so that it is so on the mean; at 1 a branch shares everything.',
    ),
  stagger,
});

type Parameters = z.infer<typeof parameters>;

/** Where a branch is to grow: from which node, of which tree. */
interface Fork {
  readonly tree: number;
  readonly node: Node;
}

/** A branch that grows, by its number in the order in which branches were begun. */
interface Growing extends Fork {
  readonly branch: number;
}

/** A trajectory as far as it has come: what its last step answered, and the one before it. */
interface Node {
  /** The branch that wrote its last step. */
  readonly branch: number;
  readonly depth: number;
  readonly claim: Claim | undefined;
  readonly parent: Node | undefined;
  /** Entropy of the answer to its last step, as its model shows it. */
  readonly unsure: number;
  /** The context up to here, as the behaviour names it. */
  readonly mark: number | undefined;
}

/**
 * Rollouts that share their beginnings (Tree-GRPO, arXiv 2509.21240): each of M trees begins with one trajectory; in each
 * of L rounds N branches leave it at nodes of random depth and run on to the end. A step is written once, however many
 * trajectories pass through it, so that M (L N + 1) rollouts cost M (1 + L N / 2) full ones where depths are even.
 * Branches that leave where the model was least certain (TreeRL, arXiv 2506.11902) part ways where ways can part.
 * Hands in the outcome that most trajectories come to.
 */
export const treeRollouts = part({
  name: 'tree-rollouts',
  summary: 'Trajectories that share their beginnings: trees whose branches leave at random depths.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: {
      rollouts: 'trajectories that were run to their end',
      trajectories: 'steps written, in trajectories of full length',
      rolloutsPerTrajectory: 'the first for one of the second',
      distinct: 'different outcomes',
      covered: '1 where some trajectory is right at every step, else 0',
    },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(setting: Setting, how: Parameters): TeamProtocol<unknown> {
  const { trees, rounds, expansions, fork, stagger = 0 } = how;
  const { items: length, submit, held, describeAnswer } = team(setting, 1, 'protocol');
  const root: Node = {
    branch: -1,
    depth: 0,
    claim: undefined,
    parent: undefined,
    unsure: 0,
    mark: undefined,
  };
  /** Of each tree its nodes by depth. */
  const grown: Node[][][] = Array.from({ length: trees }, () => [[root]]);
  const leaves: Node[] = [];
  const underWay: Growing[] = [];
  /** Branches that have yet to start. */
  let waiting: readonly Growing[] = [];
  let open = 0;
  let round = 0;
  let begun = 0;
  let written = 0;

  const step = (me: Member<unknown>, from: Growing): void => {
    const { node, branch: draw } = from;
    written++;
    underWay[draw] = from;
    const mark = node.mark === undefined ? {} : { after: node.mark };
    const question = {
      kind: 'sample',
      purpose: 'work',
      heard: [],
      report: false,
      item: node.depth,
      draw,
    } as const;
    me.ask({ ...question, ...mark });
  };
  const startNext = (me: Member<unknown>): void => {
    const [first, ...others] = waiting;
    waiting = others;
    if (first !== undefined) step(me, first);
    if (others.length > 0) me.wake(stagger);
  };
  const grow = (me: Member<unknown>, forks: readonly Fork[]): void => {
    open += forks.length;
    const branches = forks.map((it) => ({ ...it, branch: begun++ }));
    if (stagger === 0) for (const it of branches) step(me, it);
    else {
      waiting = branches;
      startNext(me);
    }
  };
  /** Strictly inside, where it is drawn evenly, so that a branch shares something and still has a way to go. */
  const depthOf = (me: Member<unknown>, share: number | 'uniform'): number => {
    if (share === 'uniform') return Math.min(1 + me.random.below(Math.max(1, length - 1)), length - 1);
    // What is off a whole step by rounding alone is no part of a step.
    const way = Math.round(share * length * 1e9) / 1e9;
    const before = Math.floor(way);
    return way === before || !me.random.chance(way - before) ? before : before + 1;
  };
  /** A node at which a branch leaves. */
  const forkOf = (me: Member<unknown>, tree: number, share: number | 'uniform'): Node => {
    const nodes = grown[tree]![depthOf(me, share)]!;
    return nodes[me.random.below(nodes.length)]!;
  };
  /** The nodes before the steps of highest rank in a tree, the first step left out; of equals any, and none twice. */
  const apart = (me: Member<unknown>, tree: number, rank: (node: Node) => number): Node[] => {
    const steps = grown[tree]!.slice(2).flat();
    const ranked = steps.map((node) => ({ node, rank: rank(node), tie: me.random.unit() }));
    ranked.sort((a, b) => b.rank - a.rank || a.tie - b.tie);
    return Array.from({ length: expansions }, (_, i) => ranked[i % ranked.length]?.node.parent ?? root);
  };
  const forksOf = (me: Member<unknown>, tree: number): Node[] => {
    if (fork === 'uncertain') return apart(me, tree, ({ unsure }) => unsure);
    if (fork === 'scattered') return apart(me, tree, () => 0);
    return Array.from({ length: expansions }, () => forkOf(me, tree, fork));
  };
  const nextRound = (me: Member<unknown>): void => {
    // What is chosen or handed in must not depend on which of them came first.
    for (const nodes of grown.flat()) nodes.sort(byBranch);
    leaves.sort(byBranch);
    while (round++ < rounds && expansions > 0) {
      // All nodes are chosen before any branch grows: the branches of a round run side by side.
      const chosen = grown.flatMap((_, tree) => forksOf(me, tree).map((node) => ({ tree, node })));
      const unfinished = chosen.filter(({ node }) => node.depth < length);
      // A branch that leaves at the end is its trajectory once more: nothing of it is left to write.
      for (const { node } of chosen) if (node.depth === length) leaves.push(node);
      if (unfinished.length === 0) continue;
      grow(me, unfinished);
      return;
    }
    submit(me, mostFrequent(leaves));
  };
  return {
    form: 'events',
    content: 'object',
    describeAnswer,
    sendsNothing: true,
    isOrderFree: true,
    roundOf: () => round,
    held,
    measures: () => ({
      rollouts: leaves.length,
      trajectories: written / length,
      rolloutsPerTrajectory: (leaves.length * length) / written,
      distinct: new Set(leaves.map(outcomeOf)).size,
      covered: leaves.some((leaf) => pathOf(leaf).every(({ value }) => value === 0)) ? 1 : 0,
    }),
    start(me) {
      if (me.id !== 0) return;
      grow(
        me,
        upTo(trees).map((tree) => ({ tree, node: root })),
      );
    },
    timeout: startNext,
    message() {},
    answer(me, answer: Answered, question: Question) {
      if (question.kind !== 'sample') return;
      const { tree, node: parent, branch } = underWay[question.draw]!;
      const claim = answer?.claims[0] ?? { item: question.item, value: 1 };
      const node: Node = {
        branch,
        depth: parent.depth + 1,
        claim,
        parent,
        unsure: answer?.score ?? 0,
        mark: answer?.mark,
      };
      (grown[tree]![node.depth] ??= []).push(node);
      if (node.depth < length) {
        step(me, { tree, node, branch });
        return;
      }
      leaves.push(node);
      if (--open === 0) nextRound(me);
    },
  };
}

function pathOf(leaf: Node): Claim[] {
  const path: Claim[] = [];
  for (let node: Node | undefined = leaf; node?.claim !== undefined; node = node.parent)
    path.push(node.claim);
  return path.reverse();
}

const byBranch = (a: Node, b: Node): number => a.branch - b.branch;

const outcomeOf = (leaf: Node): string =>
  pathOf(leaf)
    .map(({ value }) => value)
    .join(' ');

/** The outcome that most trajectories come to; of equals, the one whose branch was begun first. */
function mostFrequent(leaves: readonly Node[]): Claim[] {
  const counts = new Map<string, number>();
  let best = leaves[0]!;
  let most = 0;
  for (const leaf of leaves) {
    const outcome = outcomeOf(leaf);
    const now = (counts.get(outcome) ?? 0) + 1;
    counts.set(outcome, now);
  }
  for (const leaf of leaves) {
    const now = counts.get(outcomeOf(leaf))!;
    if (now <= most) continue;
    most = now;
    best = leaf;
  }
  return pathOf(best);
}

import type { EventProtocol, Setting } from '../../world/contracts.ts';
import { degree } from '../../world/graph.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';
import { Forum, type OpinionSeat } from './forum.ts';
import type { OpinionsParams } from './parameters.ts';
import { View } from './view.ts';

const periodByDefault = 1e6;

/**
 * Each agent acts at the ticks of a Poisson clock of its own: which one acts next is random, and independent of all before,
 * with equal chances for all agents (or, with clocks on links, in proportion to their neighbours).
 */
export function byClocks(
  setting: Setting,
  params: OpinionsParams,
): EventProtocol<number, OpinionQuestion, number> {
  const { agents, graph } = setting;
  const { offsets, targets } = graph;
  const forum = new Forum(setting, params);
  const { opinions } = forum;
  const isPaired = params.contact === 'pairs';
  const isTold = params.channel === 'messages';
  const heard = isTold ? new Float64Array(targets.length).fill(Number.NaN) : undefined;
  const view = new View(opinions, targets);
  const random = setting.stream('meetings', 0);
  const period = params.period ?? periodByDefault;
  const perLink = params.clocks === 'links' ? targets.length / agents : 0;
  const canRest = !isPaired && !isTold;
  let ticks = 0;

  const windUp = (me: OpinionSeat): void => {
    const mean = perLink === 0 ? period : (period * perLink) / degree(graph, me.id);
    me.wake(Math.round(mean * me.random.exponential()));
  };

  const isBound = (agent: number): boolean => forum.isCommitted[agent] === 1 || forum.hasLeft[agent] === 1;

  const ask = (me: OpinionSeat, question: View): void => {
    const { agent } = question;
    forum.look(question);
    me.ask(question, agent);
    if (canRest && question.agent === agent) forum.asked(question);
  };

  const meet = (me: OpinionSeat, first: number): void => {
    if (me.degree === 0) return;
    const second = me.neighbour(random.below(me.degree));
    const [a, b] = [opinions[first]!, opinions[second]!];
    const coin = random.unit();
    if (params.changes !== 'second' && !isBound(first)) {
      ask(me, view.meeting(first, a, 'first', second, b, coin));
    }
    if (params.changes !== 'first' && !isBound(second)) {
      ask(me, view.meeting(second, b, 'second', first, a, coin));
    }
  };

  const look = (me: OpinionSeat): void => {
    const { id } = me;
    const first = offsets[id]!;
    const count = offsets[id + 1]! - first;
    if (isTold) {
      if (isBound(id)) {
        if (!Number.isNaN(opinions[id])) me.tellNeighbours(opinions[id]!);
      } else ask(me, view.around(id, first, count, params.self, heard));
    } else if (!forum.isQuiet(id)) ask(me, view.around(id, first, count, params.self));
  };

  return {
    form: 'events',
    content: 'number',
    prompt: true,
    sendsNothing: !isTold,
    held: (agent) => opinions[agent]!,
    forge: (_content, _to, random) => opinions[random.below(agents)]!,
    start(me) {
      if (forum.isOver) return;
      if (isTold && !Number.isNaN(opinions[me.id])) me.tellNeighbours(opinions[me.id]!);
      if (perLink === 0 || me.degree > 0) windUp(me);
      if (me.id === agents - 1) {
        forum.judge(me);
        forum.judgeSpread(me);
      }
    },
    recover: windUp,
    message(me, value, from) {
      const first = offsets[me.id]!;
      heard![placeOf(targets, first, offsets[me.id + 1]!, from)] = value;
    },
    timeout(me) {
      if (forum.isOver) return;
      ticks++;
      if (isPaired) meet(me, me.id);
      else look(me);
      forum.judge(me);
      if (ticks % agents === 0) forum.judgeSpread(me);
      if (forum.isOver || (forum.hasLeft[me.id] === 1 && !isTold && !isPaired)) return;
      windUp(me);
    },
    answer(me, value) {
      forum.countStreak(me, value);
      forum.set(me.id, value);
      if (isTold && !Number.isNaN(value)) me.tellNeighbours(value);
    },
  };
}

/** Where a neighbour stands in its row, by bisection. Only neighbours send, so it is there. */
function placeOf(targets: Int32Array, low: number, high: number, agent: number): number {
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (targets[middle]! <= agent) low = middle;
    else high = middle;
  }
  return low;
}

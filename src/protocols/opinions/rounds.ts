import type { Inbox, RoundProtocol, Setting } from '../../world/contracts.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';
import { Forum, type OpinionSeat } from './forum.ts';
import { drawMatching } from './matching.ts';
import type { OpinionsParams } from './parameters.ts';
import { View } from './view.ts';

/**
 * Everybody acts on the opinions of the last round; the new ones count from the end of the round. By message, opinions told
 * in one round are heard in the next, so that nobody hears anything in the first.
 */
export function inRounds(
  setting: Setting,
  params: OpinionsParams,
): RoundProtocol<number, OpinionQuestion, number> {
  const { agents, graph } = setting;
  const { offsets, targets } = graph;
  const forum = new Forum(setting, params);
  const { opinions } = forum;
  const next = Float64Array.from(opinions);
  const changed = new Int32Array(agents);
  let changes = 0;
  const isPaired = params.contact === 'pairs';
  const isTold = params.channel === 'messages';
  const heard = isTold ? new Float64Array(targets.length).fill(Number.NaN) : undefined;
  const view = new View(opinions, targets);
  const partner = new Int32Array(isPaired ? agents : 0);
  const isFirst = new Uint8Array(isPaired ? agents : 0);
  const random = setting.stream('meetings', 0);
  const canRest = !isPaired && !isTold;
  let current = -1;
  let open = 0;
  let isLastSeen = false;

  const endRound = (me: OpinionSeat): void => {
    for (let i = 0; i < changes; i++) forum.set(changed[i]!, next[changed[i]!]!);
    changes = 0;
    forum.judge(me);
    forum.judgeSpread(me);
  };

  const beginRound = (me: OpinionSeat, round: number): void => {
    // A round in which somebody stayed silent was not seen to end.
    if (changes > 0) endRound(me);
    current = round;
    open = 0;
    isLastSeen = false;
    if (isPaired) drawMatching(graph, random, partner, isFirst);
  };

  const ask = (me: OpinionSeat, question: View): void => {
    const { agent } = question;
    open++;
    forum.look(question);
    me.ask(question, agent);
    if (canRest && question.agent === agent) forum.asked(question);
  };

  const meet = (me: OpinionSeat): void => {
    const other = partner[me.id]!;
    // Both are asked at the turn of the one with the lesser number, the first of the two first.
    if (other < me.id) return;
    const first = isFirst[me.id] === 1 ? me.id : other;
    const second = first === me.id ? other : me.id;
    const coin = random.unit();
    const [a, b] = [opinions[first]!, opinions[second]!];
    if (params.changes !== 'second' && !isBound(first))
      ask(me, view.meeting(first, a, 'first', second, b, coin));
    if (params.changes !== 'first' && !isBound(second))
      ask(me, view.meeting(second, b, 'second', first, a, coin));
  };

  const isBound = (agent: number): boolean => forum.isCommitted[agent] === 1 || forum.hasLeft[agent] === 1;

  const listen = (agent: number, inbox: Inbox<number>): void => {
    const first = offsets[agent]!;
    const end = offsets[agent + 1]!;
    let at = first;
    for (let i = 0; i < inbox.size; i++) {
      const from = inbox.from(i);
      // Mostly neighbours come in ascending order; one that does not is looked for from the start.
      if (at >= end || targets[at]! > from) at = first;
      while (at < end && targets[at]! < from) at++;
      if (targets[at] === from && at < end) heard![at] = inbox.content(i);
    }
  };

  return {
    form: 'rounds',
    content: 'number',
    prompt: true,
    sendsNothing: !isTold,
    held: (agent) => opinions[agent]!,
    forge: (_content, _to, random) => opinions[random.below(agents)]!,
    round(me, round, inbox) {
      if (round !== current) beginRound(me, round);
      if (forum.isOver) return;
      const { id } = me;
      const first = offsets[id]!;
      const degree = offsets[id + 1]! - first;
      if (isTold) listen(id, inbox);
      if (isPaired) {
        if (partner[id]! >= 0) meet(me);
      } else if (isTold) {
        if (round > 0 && !isBound(id)) ask(me, view.around(id, first, degree, params.self, heard));
        else if (!Number.isNaN(opinions[id])) me.tellNeighbours(opinions[id]!);
      } else if (!forum.isQuiet(id)) ask(me, view.around(id, first, degree, params.self));
      if (id === agents - 1) {
        isLastSeen = true;
        if (open === 0) endRound(me);
      }
    },
    answer(me, value) {
      const { id } = me;
      open--;
      forum.countStreak(me, value);
      next[id] = value;
      changed[changes++] = id;
      if (isTold && !Number.isNaN(value)) me.tellNeighbours(value);
      if (isLastSeen && open === 0) endRound(me);
    },
  };
}

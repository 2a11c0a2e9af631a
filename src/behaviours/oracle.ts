import { z } from 'zod';
import { type AgentsNetTask, readTaskName } from '../agentsnet/rules.ts';
import type { Answered, Claim, Message, Question } from '../agentsnet/talk.ts';
import type { Answer, Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { solveGreedily } from './oracle/greedy.ts';

/**
 * A correct distributed algorithm for each task, in the LOCAL model: agents flood what they know of the graph, and each
 * solves the task on what it has heard, in an order of priorities that all can compute. After as many rounds as the graph
 * is wide all see the same and agree; with fewer they nearly always do, since greedy choices look only a short way.
 * Consensus takes the least input heard, or 0 where there are none. Costs no tokens: nothing is written or read.
 */
export const oracle = part({
  name: 'oracle',
  summary:
    'A correct distributed algorithm: floods the graph, then solves the task greedily. The upper baseline.',
  params: z.strictObject({}),
  create: (): BehaviourPlan => ({
    answers: ['agentsnet'],
    begin: (setting) => {
      const task = readTaskName(setting.task.name);
      if (task === undefined)
        throw new Error(`oracle: knows the tasks of AgentsNet, but not ${setting.task.name}`);
      return begin(setting, task);
    },
  }),
});

function begin(setting: Setting, task: AgentsNetTask): Behaviour<Question, Answered> {
  const { agents, graph, inputs } = setting;
  const rowOf = (agent: number): number[] =>
    Array.from(graph.targets.subarray(graph.offsets[agent]!, graph.offsets[agent + 1]!));
  // Who has heard of whom, a bit each.
  const words = (agents + 31) >> 5;
  const known = new Int32Array(agents * words);
  const links = Array.from(
    { length: agents },
    (_, agent): Claim => ({
      topic: 'links',
      subject: agent,
      value: graph.offsets[agent + 1]! - graph.offsets[agent]!,
      author: agent,
      list: rowOf(agent),
    }),
  );
  const given = Array.from(
    inputs,
    (value, agent): Claim => ({ topic: 'input', subject: agent, value, author: agent }),
  );
  /** By agent, the least input it has heard of; its own at first. */
  const least = [...given];
  const priority = priorities(setting);

  const learn = (agent: number, heard: Question['heard']): Claim[] => {
    const news: Claim[] = [];
    for (const message of heard) {
      if (message === undefined || typeof message === 'string') continue;
      for (const claim of message) {
        if (claim.topic === 'input' && claim.value < least[agent]!.value) least[agent] = claim;
        if (claim.topic !== 'links') continue;
        const word = agent * words + (claim.subject >> 5);
        const bit = 1 << (claim.subject & 31);
        if ((known[word]! & bit) !== 0) continue;
        known[word] = known[word]! | bit;
        news.push(claim);
      }
    }
    return news;
  };

  const knownTo = (agent: number): (readonly number[] | undefined)[] =>
    links.map(({ list }, other) =>
      ((known[agent * words + (other >> 5)]! >>> (other & 31)) & 1) === 1 ? list : undefined,
    );

  const tell = (agent: number, round: number, news: Claim[], before: Claim | undefined): Message => {
    if (round === 0) {
      known[agent * words + (agent >> 5)]! |= 1 << (agent & 31);
      news.push(links[agent]!);
    }
    const smallest = least[agent];
    if (smallest !== undefined && (round === 0 || smallest !== before)) news.push(smallest);
    return news;
  };

  return {
    answer(agent, { kind, round, heard }): Answer<Answered> {
      const before = least[agent];
      const news = learn(agent, heard);
      if (kind === 'message') return { value: { kind: 'said', toAll: tell(agent, round, news, before) } };
      const code =
        task === 'consensus'
          ? (least[agent]?.value ?? 0)
          : solveGreedily(task, knownTo(agent), priority, agent);
      return { value: { kind: 'chosen', code } };
    },
  };
}

/** A random order of the agents, the same for all: their places in it. */
function priorities({ agents, stream }: Setting): Int32Array {
  const order = stream('oracle', 0).shuffle(Int32Array.from({ length: agents }, (_, agent) => agent));
  const places = new Int32Array(agents);
  order.forEach((agent, place) => {
    places[agent] = place;
  });
  return places;
}

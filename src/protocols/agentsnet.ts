import { z } from 'zod';
import { type AnswerContext, answerMarker, options, parseAnswer } from '../agentsnet/answers.ts';
import { answerText, NONE, UNPARSED } from '../agentsnet/codes.ts';
import { parseMessages } from '../agentsnet/messages.ts';
import { names as allNames } from '../agentsnet/names.ts';
import { roundsFor } from '../agentsnet/rounds.ts';
import { type AgentsNetTask, type Mode, readTaskName, taskNames } from '../agentsnet/rules.ts';
import { groupsFor } from '../agentsnet/scorers.ts';
import {
  type Answered,
  type Content,
  digestContent,
  OPEN,
  type Question,
  type Said,
  sayMessage,
} from '../agentsnet/talk.ts';
import type { ProtocolPlan, RoundProtocol, Seat, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { count, part } from '../world/part.ts';

/**
 * The benchmark's protocol (AgentsNet, arXiv 2507.08616): synchronous rounds, in each of which every agent is asked once
 * what it tells its neighbours. With R rounds it is asked R times for messages, which arrive with the next round, and
 * once more for its answer, after R deliveries: n (R + 1) calls. What cannot be read is asked for once more in the same
 * round; then the messages are none, or the answer is missing.
 */
export const agentsnet = part({
  name: 'agentsnet',
  summary:
    'AgentsNet: each round every agent is asked what it tells its neighbours; at the end, for its answer.',
  params: z.strictObject({
    mode: z
      .enum(['clean', 'upstream'])
      .default('clean')
      .describe('clean: answers are read as they are meant. upstream: with every slip of the released code.'),
    rounds: count
      .max(10_000)
      .optional()
      .describe(
        'How often messages are delivered; left out, what the benchmark gives for size and diameter.',
      ),
  }),
  create: ({ mode, rounds }): ProtocolPlan => ({
    form: 'rounds',
    asks: 'agentsnet',
    decides: ['agentsnet'],
    measures: { rounds: 'deliveries of messages, the R of its paper' },
    begin: (setting) => {
      const task = taskOf(setting);
      const deliveries =
        rounds ?? roundsFor(task, setting.agents, isLocalAndSmall(task, setting) ? 0 : setting.diameter);
      return begin(setting, readerOf(task, setting, mode), deliveries);
    },
  }),
});

function begin(setting: Setting, reader: Reader, rounds: number): RoundProtocol<Content, Question, Answered> {
  const { targets, offsets } = setting.graph;
  // What an agent has in mind, where its behaviour says so: lets a run that is cut off be judged.
  const minds = new Float64Array(setting.agents).fill(Number.NaN);

  const ask = (me: Seat<Content, Question>, round: number, attempt: 0 | 1, heard: Question['heard']): void =>
    me.ask({ kind: round < rounds ? 'message' : 'final', round, rounds, attempt, heard });

  const answered = new Uint8Array(setting.agents);
  let missing = setting.agents;
  let delivered = 0;
  const decide = (me: Seat<Content, Question>, code: number): void => {
    answered[me.id] = 1;
    missing--;
    me.decide(code);
  };

  const say = (me: Seat<Content, Question>, { toAll, apart }: Said): void => {
    if (apart === undefined) {
      me.tellNeighbours(toAll);
      return;
    }
    for (let i = 0; i < me.degree; i++) {
      const message = apart[i];
      if (message !== undefined) me.send(me.neighbour(i), message);
    }
  };

  return {
    form: 'rounds',
    content: 'object',
    // The paper's R: messages of a round arrive with the next, and the turn after the last delivery is for answers.
    measures: () => ({ rounds: delivered }),
    round(me, round, inbox) {
      delivered = Math.min(round, rounds);
      if (round > rounds) {
        // Its last answer came too late, or never: at a deadline that is a missing answer.
        if (answered[me.id] === 0) decide(me, UNPARSED);
        return;
      }
      const first = offsets[me.id]!;
      const heard = new Array<Content | undefined>(me.degree).fill(undefined);
      for (let k = 0; k < inbox.size; k++) {
        heard[placeOf(targets, first, first + me.degree, inbox.from(k)) - first] = inbox.content(k);
      }
      ask(me, round, 0, heard);
    },
    answer(me, answer, question) {
      const { kind, attempt, round, heard } = question;
      if (kind === 'message') {
        const said = reader.messages(me.id, answer);
        if (said === undefined && attempt === 0) ask(me, round, 1, heard);
        else if (said === undefined) return;
        else if (!('kind' in said)) for (const [to, text] of said) me.send(to, text);
        else {
          if (said.mind !== undefined)
            minds[me.id] = said.mind.stance === OPEN ? Number.NaN : said.mind.stance;
          say(me, said);
        }
        return;
      }
      const code = reader.final(me.id, answer);
      if (code === UNPARSED && attempt === 0) ask(me, round, 1, heard);
      else decide(me, code);
    },
    held: (agent) => minds[agent]!,
    // Who is to have another answer than its neighbours does not come closer to it by agreeing with them.
    ...(reader.strivesForOne
      ? {}
      : { remaining: { one: 'answer is missing', many: 'answers are missing', count: () => missing } }),
    reads: (agent, answer, { kind }) =>
      kind === 'message'
        ? reader.messages(agent, answer) !== undefined
        : reader.final(agent, answer) !== UNPARSED,
    digest: digestContent,
    describe: (content, from, to) => sayMessage(content, setting, from, to),
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

/** Local tasks on few agents have rounds by size alone, so that the diameter need not be worked out. */
const isLocalAndSmall = (task: AgentsNetTask, { agents }: Setting): boolean =>
  agents <= 16 && task !== 'consensus' && task !== 'leader-election';

function taskOf(setting: Setting): AgentsNetTask {
  const task = readTaskName(setting.task.name);
  if (task) return task;
  const message = `must be one of AgentsNet's (${taskNames.join(', ')}) under its protocol, but is ${setting.task.name}; choose one, or another protocol`;
  throw new ScenarioError([{ path: 'task', message }]);
}

/** Makes sense of what an agent wrote. Undefined, or `UNPARSED`, stands for what cannot be read. */
interface Reader {
  /** Whether all are to give the same answer. */
  readonly strivesForOne: boolean;
  /** Messages to all or some, or texts by receiver. */
  readonly messages: (agent: number, answer: Answered) => Said | ReadonlyMap<number, string> | undefined;
  readonly final: (agent: number, answer: Answered) => number;
}

function readerOf(task: AgentsNetTask, setting: Setting, mode: Mode): Reader {
  const { targets, offsets } = setting.graph;
  const groups = groupsFor(setting.graph);
  const row = (agent: number): readonly number[] =>
    Array.from(targets.subarray(offsets[agent], offsets[agent + 1]));
  const contextOf = (agent: number): AnswerContext => ({
    groups,
    neighbours: row(agent).map((neighbour) => setting.names[neighbour]!),
  });
  let known: ReadonlySet<string> | undefined;

  const readText = (agent: number, text: string): number => {
    const allowed = options(task, contextOf(agent));
    const found = parseAnswer(text, allowed, mode);
    return found === null ? UNPARSED : codeOf(task, allowed.indexOf(found), row(agent));
  };
  /** A chosen code, as the released code would read it: `Group 12` as `Group 1`. */
  const readCode = (agent: number, code: number): number => {
    if (mode === 'clean') return isOption(task, code, groups, setting, agent) ? code : UNPARSED;
    if (task !== 'matching' && !(task === 'coloring' && code > 9)) {
      return isOption(task, code, groups, setting, agent) ? code : UNPARSED;
    }
    return readText(agent, `${answerMarker} ${answerText(task, code, setting.names)}`);
  };

  return {
    strivesForOne: task === 'consensus',
    messages(agent, answer) {
      if (typeof answer === 'string') {
        known ??= new Set([...allNames, ...setting.names]);
        const { neighbours } = contextOf(agent);
        const { messages } = parseMessages(answer, { names: known, neighbours, mode });
        if (messages === null) return undefined;
        const byName = new Map(neighbours.map((name, i) => [name, targets[offsets[agent]! + i]!]));
        return new Map([...messages].map(([name, text]): [number, string] => [byName.get(name)!, text]));
      }
      if (answer.kind === 'said') return answer;
      if (answer.kind !== 'malformed' || answer.meant.kind !== 'said') return undefined;
      // Slips of the released parser alone: a kinder one reads these messages.
      return mode === 'clean' && answer.cause !== 'other' ? answer.meant : undefined;
    },
    final(agent, answer) {
      if (typeof answer === 'string') return readText(agent, answer);
      return answer.kind === 'chosen' ? readCode(agent, answer.code) : UNPARSED;
    },
  };
}

/** The code of the i-th option in listing order. */
function codeOf(task: AgentsNetTask, i: number, neighbours: readonly number[]): number {
  if (task === 'coloring') return i + 1;
  if (task === 'matching') return neighbours[i] ?? NONE;
  return task === 'consensus' ? i : 1 - i;
}

function isOption(
  task: AgentsNetTask,
  code: number,
  groups: number,
  { graph, task: judged, inputs }: Setting,
  agent: number,
): boolean {
  switch (task) {
    case 'coloring':
      return code >= 1 && code <= groups;
    case 'matching': {
      if (code === NONE) return true;
      const first = graph.offsets[agent]!;
      const end = graph.offsets[agent + 1]!;
      return end > first && graph.targets[placeOf(graph.targets, first, end, code)] === code;
    }
    case 'consensus':
      // With inputs the task may have more than two values, and judges them itself.
      return judged.name === 'consensus' && inputs.length > 0 ? code >= 0 : code === 0 || code === 1;
    default:
      return code === 0 || code === 1;
  }
}

import { z } from 'zod';
import { type AgentsNetTask, readTaskName } from '../agentsnet/rules.ts';
import {
  type Answered,
  type Chosen,
  type Malformed,
  type MalformedCause,
  nameOf,
  OPEN,
  type Question,
  type Said,
} from '../agentsnet/talk.ts';
import { type ConversationSizes, type Conversations, conversations } from '../economy/conversations.ts';
import type { Usage } from '../economy/usage.ts';
import { gpt4oMini, gpt4oMiniConversation } from '../profiles/gpt-4o-mini.ts';
import type { Answer, Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { coloringMind } from './bounded/coloring-mind.ts';
import { consensusMind } from './bounded/consensus-mind.ts';
import { coverMind } from './bounded/cover-mind.ts';
import { Dice, on } from './bounded/dice.ts';
import type { Head, TaskMind } from './bounded/head.ts';
import { type Knobs, knobs, knobsFor, type Profile } from './bounded/knobs.ts';
import { leaderMind } from './bounded/leader-mind.ts';
import { matchingMind } from './bounded/matching-mind.ts';
import { listen, memory } from './bounded/memory.ts';
import { mouth } from './bounded/mouth.ts';
import { strategise } from './bounded/strategy.ts';
import { hearTales } from './bounded/tales.ts';

const profiles: Readonly<Record<'gpt-4o-mini', Profile>> = { 'gpt-4o-mini': gpt4oMini };

const tokens = z.number().min(0).optional();

const sizes = z.strictObject({
  system: tokens.describe('System text and first request, read by the first call.'),
  request: tokens.describe('Fixed words of each later request.'),
  heard: tokens.describe('One message heard.'),
  thought: tokens.describe('What is written before anybody is addressed.'),
  said: tokens.describe('One message said.'),
  final: tokens.describe('What is written with the final answer.'),
});

/**
 * An agent of bounded rationality, fitted to what a language model did in recorded runs of AgentsNet: it takes its time to
 * state anything, shares habits with the others, follows them without checking, repairs what it notices, changes its
 * mind, and garbles some of its output. Each of these is a chance that a scenario can set or turn off; none depends
 * on how many agents there are.
 */
export const bounded = part({
  name: 'bounded',
  summary: 'A fitted mock of a language model: slow to commit, quick to believe, not always consistent.',
  params: z.strictObject({
    profile: z
      .enum(['gpt-4o-mini'])
      .default('gpt-4o-mini')
      .describe('The fitted values that hold for every knob not set here.'),
    conversation: sizes
      .prefault({})
      .describe('Tokens of what goes in and out of a conversation; what is left out, as of gpt-4o-mini.'),
    ...knobs.partial().shape,
  }),
  create: ({ profile, conversation, ...own }): BehaviourPlan => {
    const spends = { ...gpt4oMiniConversation, ...definedOnly(conversation) };
    return {
      answers: ['agentsnet'],
      leastCall: leastCallOf(spends),
      begin: (setting) => {
        const task = readTaskName(setting.task.name);
        if (task === undefined)
          throw new Error(`bounded: knows the tasks of AgentsNet, but not ${setting.task.name}`);
        return begin(setting, task, knobsFor(profiles[profile], task, own as Partial<Knobs>), spends);
      },
    };
  },
});

const minds: Readonly<Record<AgentsNetTask, (head: Head) => TaskMind>> = {
  coloring: coloringMind,
  consensus: consensusMind,
  'leader-election': leaderMind,
  matching: matchingMind,
  'vertex-cover': coverMind,
};

const malformedCauses: readonly MalformedCause[] = [
  'trailing-comma',
  'unknown-key',
  'escaped-newline',
  'other',
];

/** The first call of an agent without neighbours. */
const leastCallOf = ({ system, thought, final }: ConversationSizes): Usage => ({
  prompt: system,
  output: Math.min(thought, final),
});

const definedOnly = (given: z.infer<typeof sizes>): Partial<ConversationSizes> =>
  Object.fromEntries(Object.entries(given).filter(([, size]) => size !== undefined));

/** Re-prompts draw from calls far behind all first ones. */
const retryOffset = 1 << 24;

function begin(
  setting: Setting,
  task: AgentsNetTask,
  own: Knobs,
  spends: ConversationSizes,
): Behaviour<Question, Answered> {
  const dice = new Dice(setting);
  const head: Head = { setting, memory: memory(setting), dice, knobs: own, rank: ranks(setting) };
  const mind = minds[task](head);
  const isPrivate = privates(head);
  const { say } = mouth(head, mind, isPrivate);
  const costs = conversations(setting.agents, spends, setting.chains);
  /** What an agent meant to say when it could not be read. */
  const meant: (Said | Chosen | undefined)[] = [];

  const think = (agent: number, { round, kind, heard }: Question): number => {
    const speakers = listen(head.memory, agent, heard);
    hearTales(head, mind, agent);
    if (mind.needsStrategy) strategise(head, agent);
    mind.think(agent, round, kind === 'final');
    return speakers;
  };
  const express = (agent: number, { kind }: Question): Said | Chosen => {
    if (kind === 'message') return say(agent);
    const { stance, strategy } = head.memory;
    return {
      kind: 'chosen',
      code: mind.answer(agent),
      mind: { stance: stance[agent]!, strategy: strategy[agent]! },
    };
  };

  return {
    answer(agent, question): Answer<Answered> {
      const { round, kind, attempt } = question;
      dice.at(agent, attempt === 0 ? round : round + retryOffset);
      if (attempt === 1) {
        const spent = spentOn(costs, agent, question, 0, meant[agent]!, setting);
        const fails = dice.chance(on.malformed, own.retryFailure);
        return { value: fails ? malformed(head, meant[agent]!) : meant[agent]!, ...spent };
      }
      const speakers = think(agent, question);
      const value = express(agent, question);
      const spent = spentOn(costs, agent, question, speakers, value, setting);
      if (!dice.chance(on.malformed, kind === 'final' ? own.malformedAnswer : own.malformed))
        return { value, ...spent };
      meant[agent] = value;
      return { value: malformed(head, value), ...spent };
    },
  };
}

function spentOn(
  costs: Conversations,
  agent: number,
  { kind, round, attempt }: Question,
  heard: number,
  value: Said | Chosen,
  { graph }: Setting,
): Pick<Answer, 'usage' | 'chain'> {
  const isFirst = round === 0 && attempt === 0;
  let said = 0;
  if (value.kind === 'said') {
    said = graph.offsets[agent + 1]! - graph.offsets[agent]!;
    if (value.apart !== undefined) for (const message of value.apart) if (message === undefined) said--;
  }
  const called = { kind: kind === 'final' ? 'final' : isFirst ? 'first' : 'later', heard, said } as const;
  const spent = costs.call(agent, called);
  const usage: Usage = attempt === 0 ? spent : { ...spent, purpose: 'retry' };
  const chain = costs.read(agent);
  return chain === undefined ? { usage } : { usage, chain };
}

function malformed({ dice, knobs: { malformedCauses: weights } }: Head, value: Said | Chosen): Malformed {
  let left = dice.unit(on.cause) * weights.reduce((sum, weight) => sum + weight, 0);
  const cause = malformedCauses.find((_, i) => (left -= weights[i]!) < 0) ?? 'other';
  return { kind: 'malformed', cause, meant: value };
}

/** Who never tells; such an agent has its strategy from the start, and keeps quiet about it. */
function privates({ setting, dice, knobs: own, memory: { strategy, silent } }: Head): Uint8Array {
  const isPrivate = new Uint8Array(setting.agents);
  if (own.private === 0) return isPrivate;
  for (let agent = 0; agent < setting.agents; agent++) {
    dice.at(agent, 0);
    if (!dice.chance(on.trait, own.private)) continue;
    isPrivate[agent] = 1;
    silent[agent] = 1;
    strategy[agent] = dice.chance(on.sound, own.sound) ? 1 : 2;
  }
  return isPrivate;
}

/** Places in the order of names, by code unit; of somebody who does not exist, between two of them. */
function ranks(setting: Setting): (agent: number) => number {
  let order: Float64Array | undefined;
  const sorted = (): Float64Array => {
    const { names } = setting;
    const agents = Array.from({ length: setting.agents }, (_, agent) => agent);
    agents.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
    const places = new Float64Array(setting.agents);
    agents.forEach((agent, place) => {
      places[agent] = place;
    });
    return places;
  };
  return (agent) => {
    if (agent === OPEN) return Number.POSITIVE_INFINITY;
    order ??= sorted();
    if (agent < setting.agents) return order[agent]!;
    const name = nameOf(agent, setting);
    return setting.names.reduce((before, other) => before + Number(other < name), -0.5);
  };
}

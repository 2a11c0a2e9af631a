import { z } from 'zod';
import { adversary } from '../game/adversary.ts';
import { compromise } from '../game/compromise.ts';
import { type Knobs, knobs } from '../game/knobs.ts';
import { type Answered, NONE, type Question } from '../game/talk.ts';
import { type Tally, tally } from '../game/tally.ts';
import { Keyed } from '../kernel/keyed.ts';
import { gameProfiles } from '../profiles/game.ts';
import type { Answer, Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * A mock of a language model in the consensus game. It proposes what it was given; later it keeps its value (inertia),
 * copies the most frequent one, or makes a compromise. Some agents never vote to stop (caution); the others do when all
 * they heard agrees with them, and now and then when two thirds do (haste). Told that there may be adversaries, agents move
 * less (hesitation) and more of them never stop (suspicion). No chance depends on how many agents there are.
 */
export const gameMock = part({
  name: 'game-mock',
  summary:
    'The consensus game: keeps its value, copies the most frequent or compromises; stops with caution.',
  params: z.strictObject({
    profile: z
      .enum(Object.keys(gameProfiles) as [keyof typeof gameProfiles])
      .default('qwen3-14b')
      .describe('The fitted values that hold for every knob not set here.'),
    prompt: z
      .enum(['none-exist', 'may-exist'])
      .default('none-exist')
      .describe('What agents are told of adversaries: that there are none, or that there may be some.'),
    ...knobs.partial().shape,
  }),
  create: ({ profile, prompt, ...own }): BehaviourPlan => ({
    answers: ['game'],
    begin: (setting) => {
      const fitted = gameProfiles[profile].knobs;
      return begin(setting, told(prompt, { ...fitted, ...definedOnly(own) }));
    },
  }),
});

const toUnit = 2.3283064365386963e-10;

function begin(setting: Setting, own: Knobs): Behaviour<Question, Answered> {
  const { agents } = setting;
  const byzantine = adversary(setting);
  // Addressed by agent and call: a knob that is turned shifts no other chance, so that runs can be compared one by one.
  const draw = new Keyed(setting.seed, 'game-mock');
  const isCautious = cautious(setting, own.caution);
  let seen: Tally | undefined;

  const propose = (question: Question): number => {
    const { input, own: mine, values } = question;
    if (mine === NONE) return input;
    seen ??= tally(values);
    if (!seen.read(question)) return mine;
    const favourite = seen.favourite((equals) => Math.floor((draw.w3 >>> 0) * toUnit * equals));
    if (favourite === mine) return mine;
    if ((draw.w1 >>> 0) * toUnit < own.inertia) return mine;
    if ((draw.w2 >>> 0) * toUnit < own.copying) return favourite;
    return compromise(own.compromise, question, setting);
  };
  const stops = (agent: number, question: Question): boolean => {
    if (isCautious[agent] === 1 || question.own === NONE) return false;
    seen ??= tally(question.values);
    if (!seen.read(question)) return false;
    const agree = seen.countOf(question.own);
    // A few who agree among many who are silent are no agreement. Where it was fitted, two thirds end the game; no question
    // tells of another quorum, so that the mock waits for two thirds under any.
    if (3 * agree < 2 * agents) return false;
    return agree === seen.holders() || (draw.w1 >>> 0) * toUnit < own.haste;
  };

  return {
    answer(agent, question): Answer<Answered> {
      const lie = byzantine(agent, question);
      if (lie !== undefined) return lie;
      const { kind, round, attempt } = question;
      draw.at(agent, (2 * round + (kind === 'vote' ? 1 : 0)) * 16 + attempt);
      if ((draw.w0 >>> 0) * toUnit < own.malformed) return { value: undefined, unread: 'malformed' };
      if (kind === 'propose') return { value: { kind, value: propose(question) } };
      return { value: { kind, vote: stops(agent, question) ? 'stop' : 'continue' } };
    },
  };
}

/** Who never votes to stop, drawn once for the whole run. */
function cautious({ agents, seed }: Setting, chance: number): Uint8Array {
  const draw = new Keyed(seed, 'game-mock/trait');
  return Uint8Array.from({ length: agents }, (_, agent) => {
    draw.at(agent, 0);
    return (draw.w0 >>> 0) * toUnit < chance ? 1 : 0;
  });
}

/** What awareness of adversaries makes of the knobs. */
function told(prompt: 'none-exist' | 'may-exist', own: Knobs): Knobs {
  if (prompt === 'none-exist') return own;
  const either = (a: number, b: number): number => 1 - (1 - a) * (1 - b);
  return {
    ...own,
    inertia: either(own.inertia, own.hesitation),
    caution: either(own.caution, own.suspicion),
  };
}

const definedOnly = (own: { readonly [Name in keyof Knobs]?: Knobs[Name] | undefined }): Partial<Knobs> =>
  Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));

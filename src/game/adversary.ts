import type { Stream } from '../kernel/stream.ts';
import type { Answer, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { type Answered, NONE, type Question, type Vote } from './talk.ts';
import { type Tally, tally } from './tally.ts';

/**
 * What Byzantine agents do in the game. None has a value of its own: they take theirs from what the others propose.
 *
 * silent: says nothing, votes nothing · always-continue: goes along with the most, but never votes to stop ·
 * contrarian: proposes what nobody does, and votes against what the others want: to stop while they disagree, to go on
 * once they agree · flip-flop: goes along one round and against the next, and so votes · equivocating: tells each
 * another of the values it heard, and never votes to stop.
 */
const strategies = ['silent', 'always-continue', 'contrarian', 'flip-flop', 'equivocating'] as const;

type Strategy = (typeof strategies)[number];

/** Answers for the Byzantine agents of a run; undefined for an agent that is honest. */
export function adversary(
  setting: Setting,
): (agent: number, question: Question) => Answer<Answered> | undefined {
  const { adversaries, agents } = setting;
  if (adversaries.size === 0) return () => undefined;
  const minds = new Map(
    [...adversaries].map(([agent, name]) => [
      agent,
      mind(strategyOf(name), agents, setting.stream('adversary', agent)),
    ]),
  );
  return (agent, question) => {
    const answer = minds.get(agent);
    return answer && { value: answer(question) };
  };
}

function strategyOf(name: string): Strategy {
  const strategy = strategies.find((it) => it === name) ?? inTheNetwork[name];
  if (strategy !== undefined) return strategy;
  const message = `must give Byzantine agents one of ${strategies.join(', ')} in the consensus game, but gives ${name}; write strategy: behaviour, tactic: contrarian`;
  throw new ScenarioError([{ path: 'faults', message }]);
}

/** Where messages are forged on their way, the agent itself has only to take part; told nothing more, it disrupts. */
const inTheNetwork: Readonly<Record<string, Strategy>> = {
  flip: 'always-continue',
  equivocate: 'always-continue',
  random: 'always-continue',
  behaviour: 'contrarian',
};

function mind(strategy: Strategy, agents: number, random: Stream): (question: Question) => Answered {
  let seen: Tally | undefined;
  const favourite = (question: Question): number => {
    seen ??= tally(question.values);
    return seen.read(question)
      ? seen.favourite((equals) => random.below(equals))
      : random.below(question.values);
  };
  return (question) => {
    if (question.kind === 'vote') return { kind: 'vote', vote: voteOf(strategy, question) };
    const row = question.heard[0] ?? new Int32Array(0);
    if (strategy === 'equivocating') return equivocation(row, agents, question.values, random);
    if (strategy === 'silent') return { kind: 'propose', value: NONE };
    const goesAlong =
      strategy === 'always-continue' || (strategy === 'flip-flop' && question.round % 2 === 0);
    const value = goesAlong ? favourite(question) : unheard(row, question.values, random);
    return { kind: 'propose', value };
  };
}

function voteOf(strategy: Strategy, { heard, round }: Question): Vote {
  switch (strategy) {
    case 'silent':
      return 'abstain';
    case 'contrarian':
      return isUnanimous(heard[0]) ? 'continue' : 'stop';
    case 'flip-flop':
      return round % 2 === 0 ? 'stop' : 'continue';
    default:
      return 'continue';
  }
}

/** Another value for each receiver, of those that are about; any at all before the first are heard. */
function equivocation(row: Int32Array, agents: number, values: number, random: Stream): Answered {
  const about = row.filter((value) => value !== NONE);
  const any = (): number => (about.length > 0 ? about[random.below(about.length)]! : random.below(values));
  return { kind: 'propose', value: any(), apart: Int32Array.from({ length: agents }, any) };
}

/** A value that nobody proposes, where there is one. */
function unheard(row: Int32Array, values: number, random: Stream): number {
  const start = random.below(values);
  for (let step = 0; step < values; step++) {
    const value = (start + step) % values;
    if (!row.includes(value)) return value;
  }
  return start;
}

function isUnanimous(row: Int32Array | undefined): boolean {
  const first = row?.find((value) => value !== NONE);
  return first !== undefined && row!.every((value) => value === first || value === NONE);
}

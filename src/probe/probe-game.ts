import { type Question as GameQuestion, NONE, readProposal, readVote } from '../game/talk.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Fill, Prompter } from '../models/prompter.ts';
import { fillFor, prompterFor } from '../models/prompts.ts';
import type { Setting } from '../world/contracts.ts';
import { type ProbeDesign, type ProbeQuestion, scaled, settingOf, times, told } from './probe-design.ts';

const players = 9;
const values = 51;

/** The words of the consensus game, told of adversaries or not. */
function gameWords({ seed, prompts }: ProbeDesign, mayLie: boolean): { prompter: Prompter; fill: Fill } {
  const setting = settingOf(
    {
      topology: { kind: 'complete', agents: players },
      task: { kind: 'consensus', values },
      protocol: { kind: 'byzantine-game', values, rounds: 2 },
      behaviour: { kind: 'game-mock' },
    },
    seed,
  );
  const adversaries = new Map(mayLie ? [[players - 1, 'unknown']] : []);
  const seen: Setting = Object.create(setting, { adversaries: { value: adversaries } });
  return { prompter: prompterFor('game', seen, { ...prompts, quorum: '2/3' }), fill: fillFor(prompts) };
}

/** A question of the game's second round, in which these were proposed last; agent 0 is asked. */
function gameQuestion(
  kind: 'propose' | 'vote',
  own: number,
  last: readonly number[],
  random: Stream,
): GameQuestion {
  const before = times(players).map(() => random.below(values));
  before[0] = own;
  const heard = [Int32Array.from(last), Int32Array.from(before)];
  return { kind, round: 2, attempt: 0, values, input: own, own, heard };
}

/** Votes on stopping, by how many agree. */
export function stopping(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const cells = [
    ...[9, 8, 7, 6, 5, 3].map((agree) => ({ agree, mayLie: false, count: agree === 9 ? 20 : 10 })),
    { agree: 9, mayLie: true, count: 20 },
  ];
  return cells.flatMap(({ agree, mayLie, count }) => {
    const { prompter, fill } = gameWords(design, mayLie);
    return times(scaled(count, design)).map((): ProbeQuestion => {
      const own = random.below(values);
      const others = random.shuffle(
        times(players - 1).map((i) => (i < agree - 1 ? own : (own + 1 + random.below(values - 1)) % values)),
      );
      const question = gameQuestion('vote', own, [own, ...others], random);
      return {
        family: 'stopping',
        cell: `${agree} of ${players} agree${mayLie ? ', told of adversaries' : ''}`,
        ...asked(prompter, question, fill('game-again', {})),
        read(text) {
          const vote = readVote(prompter.plain(text, 0, question));
          return vote === undefined ? undefined : vote === 'stop' ? 1 : 0;
        },
        facts: { agree: agree / players, mayLie: mayLie ? 1 : 0 },
      };
    });
  });
}

/** What became of a proposal: kept its value, copied the most frequent, compromised by mean or median, or otherwise. */
export const proposals = { kept: 0, copied: 1, mean: 2, median: 3, other: 4, abstained: 5 } as const;

/** Proposals where another number leads. */
export function proposing(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  return [false, true].flatMap((mayLie) => {
    const { prompter, fill } = gameWords(design, mayLie);
    return times(scaled(mayLie ? 20 : 30, design)).map((): ProbeQuestion => {
      const all = random.shuffle(times(values));
      const [own = 0, favourite = 1, third = 2] = all;
      const held = [own, own, own, favourite, favourite, favourite, favourite, favourite, third];
      const last = [own, ...random.shuffle(held.slice(1))];
      const question = gameQuestion('propose', own, last, random);
      const mean = Math.round(held.reduce((sum, it) => sum + it, 0) / players);
      const median = [...held].sort((a, b) => a - b)[(players - 1) / 2]!;
      const kindOf = (value: number): number => {
        if (value === NONE) return proposals.abstained;
        if (value === own) return proposals.kept;
        if (value === favourite) return proposals.copied;
        if (value === mean) return proposals.mean;
        return value === median ? proposals.median : proposals.other;
      };
      return {
        family: 'proposing',
        cell: `another number leads${mayLie ? ', told of adversaries' : ''}`,
        ...asked(prompter, question, fill('game-again', {})),
        read(text) {
          const value = readProposal(prompter.plain(text, 0, question), values)?.value;
          return value === undefined ? undefined : kindOf(value);
        },
        facts: { mayLie: mayLie ? 1 : 0 },
      };
    });
  });
}

const asked = (
  prompter: Prompter,
  question: unknown,
  again: string,
): Pick<ProbeQuestion, 'turns' | 'form' | 'again'> => ({
  turns: told(prompter.system(0, question), prompter.turn(0, question)),
  form: prompter.form(0, question),
  again,
});

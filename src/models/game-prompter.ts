import { NONE, type Question } from '../game/talk.ts';
import type { Setting } from '../world/contracts.ts';
import { type Fill, formOf, type Prompter, thoughts } from './prompter.ts';
import { readJson } from './read-json.ts';

/** The words of the consensus game. Its protocol reads the answers. */
export function gamePrompter(setting: Setting, fill: Fill, quorum: string, reasoning: boolean): Prompter {
  const { names, agents } = setting;
  const mayLie = setting.adversaries.size > 0;
  const common = (agent: number, { values, input }: Question) => ({
    name: names[agent]!,
    agents,
    most: values - 1,
    quorum,
    input,
    given: input === NONE ? '' : fill('game-given', { input }),
    adversaries: mayLie ? fill('game-adversaries', {}) : '',
  });
  return {
    remembers: () => false,
    system: (agent, question) => fill('game-system', common(agent, question as Question)),
    turn(agent, asked) {
      const question = asked as Question;
      const { kind, round, own, heard, reasons, attempt } = question;
      const proposal = (value: number | undefined): string =>
        value === undefined || value === NONE ? 'none' : String(value);
      const rounds = heard.map((row, i) => {
        const said = names.map((name, other) => {
          const reason = i === 0 && reasons?.[other] ? ` ("${reasons[other]}")` : '';
          return `${other === agent ? 'you' : name} ${proposal(row[other])}${reason}`;
        });
        return `${i === 0 ? 'The latest proposals' : `Those ${i} before`}: ${said.join(', ')}.`;
      });
      const text = fill(kind === 'propose' ? 'game-propose' : 'game-vote', {
        ...common(agent, question),
        round: round + 1,
        own: own === NONE ? 'You hold no number.' : `You hold ${own}.`,
        heard: rounds.join('\n'),
      });
      return attempt === 0 ? text : `${text}\n\n${fill('game-again', {})}`;
    },
    form(_agent, asked) {
      const { kind, values } = asked as Question;
      const thinking = thoughts(reasoning);
      if (kind === 'vote') {
        const votes = { type: 'string', enum: ['stop', 'continue', 'abstain'] };
        return formOf('vote', { ...thinking, decision: [votes, 'Whether the game shall stop here.'] });
      }
      const value = { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['abstain'] }] };
      return formOf('proposal', {
        ...thinking,
        value: [value, `A number from 0 to ${values - 1}, or abstain.`],
        public_reasoning: [{ type: 'string' }, 'What all are to read.'],
      });
    },
    plain(written) {
      const found = readJson(written, 'value', 'decision');
      if (found === undefined) return written;
      const { thoughts: _, ...answer } = found;
      return JSON.stringify(answer);
    },
  };
}

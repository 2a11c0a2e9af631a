import { z } from 'zod';
import type { Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { follows, type Rule } from './opinion/rule.ts';

/**
 * The naming game (Baronchelli et al. 2006): the first of two who meet says one of the names it knows, or makes one up. Does
 * the second know it, then both forget all others; else the second adds it to what it knows. An agent's opinion is
 * its one name; it has none while it knows several. An input is the name it begins with; made-up names are numbered
 * from the number of agents on.
 */
export const namingGame = part({
  name: 'naming-game',
  summary: 'In meetings of two, one says a name it knows; the other learns it, or both keep that name alone.',
  params: z.strictObject({}),
  create: () => follows(begin, { chance: 0, values: 2 }, ['meeting']),
});

function begin({ agents, inputs }: Setting): Rule {
  const known: (number[] | undefined)[] = [];
  const namesOf = (agent: number): number[] => {
    const input = inputs[agent] ?? Number.NaN;
    return (known[agent] ??= Number.isNaN(input) ? [] : [input]);
  };
  const opinionOf = (names: readonly number[]): number =>
    names.length === 1 ? (names[0] as number) : Number.NaN;
  return (view) => {
    const { agent, role, coin } = view;
    const other = view.who(0);
    const speaker = namesOf(role === 'first' ? agent : other);
    const hearer = namesOf(role === 'first' ? other : agent);
    const mine = role === 'first' ? speaker : hearer;
    if (speaker.length === 0) speaker.push(agents + (role === 'first' ? agent : other));
    // The first is asked before the second, and knows the word still: alone, or where it stood. So both find it.
    const word = speaker[Math.floor(coin * speaker.length)] as number;
    if (hearer.includes(word)) {
      mine.length = 0;
      mine.push(word);
    } else if (role === 'second') mine.push(word);
    return opinionOf(mine);
  };
}

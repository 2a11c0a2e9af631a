import { z } from 'zod';
import type { Stream } from '../../kernel/stream.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';
import { probability } from '../../world/part.ts';
import { holders } from './rule.ts';

/** Parameters of how opinion 1 is caught, shared by the epidemics. */
export const infectionParams = {
  infection: probability.describe('Chance to catch it from one infected contact, at each update.'),
  contacts: z
    .enum(['all', 'one'])
    .default('all')
    .describe('all: each neighbour in view is a contact. one: one of them, at random.'),
  direction: z
    .enum(['any', 'onward'])
    .default('any')
    .describe('In meetings: whoever is infected passes it on, or only the one who began the meeting.'),
};

/** Whether the agent catches it, from what is in view. */
export function catcher({
  infection,
  contacts,
  direction,
}: {
  readonly infection: number;
  readonly contacts: 'all' | 'one';
  readonly direction: 'any' | 'onward';
}): (view: OpinionQuestion, random: Stream) => boolean {
  return (view, random) => {
    const { size, role } = view;
    if (size === 0) view.rests = true;
    if (size === 0 || (direction === 'onward' && role === 'first')) return false;
    if (contacts === 'one') {
      if (view.at(random.below(size)) === 1) return random.chance(infection);
      view.rests = holders(view, 1) === 0;
      return false;
    }
    const infected = holders(view, 1);
    if (infected === 0) {
      view.rests = true;
      return false;
    }
    let spared = 1;
    for (let i = 0; i < infected && spared > 0; i++) spared *= 1 - infection;
    return random.unit() >= spared;
  };
}

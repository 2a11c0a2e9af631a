import { Stream } from '../kernel/stream.ts';
import { letters, lookWords, opinionForm, readOpinion } from '../models/opinion-prompter.ts';
import { fillFor } from '../models/prompts.ts';
import { answers, messages, verification } from './probe-agentsnet.ts';
import {
  type ProbeDesign,
  type ProbeFamily,
  type ProbeQuestion,
  probeFamilies,
  scaled,
  times,
  told,
} from './probe-design.ts';
import { proposing, stopping } from './probe-game.ts';

/** All questions of a probe, in order. Equal designs have equal questions. */
export function probeQuestions(design: ProbeDesign): ProbeQuestion[] {
  const builders: Record<ProbeFamily, (design: ProbeDesign, random: Stream) => ProbeQuestion[]> = {
    conformity,
    stopping,
    proposing,
    verification,
    messages,
    answers,
  };
  // A stream for each family: leaving one out changes nothing in the others.
  return probeFamilies.flatMap((family) =>
    design.families.includes(family)
      ? builders[family](design, new Stream(design.seed, `probe/${family}`))
      : [],
  );
}

/**
 * The opinions of a group, under two names, of which so many are for the first; eleven shares from none to all. Of every four
 * questions about a share, each name stands for either opinion, and is listed first, as often as second.
 */
function conformity(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const { group, prompts } = design;
  const fill = fillFor(prompts);
  const system = fill('opinion-system', { name: 'Robin', agents: group });
  const names = [...letters];
  const levels = [...new Set(times(11).map((i) => Math.round((i * group) / 10)))];
  return levels.flatMap((ones) =>
    times(4 * scaled(4, design)).map((i): ProbeQuestion => {
      if (i % 4 === 0) random.shuffle(names);
      const [first = '', second = ''] = names;
      const isSwapped = (i & 1) === 1;
      const isOneListed = (i & 2) === 2;
      const one: [number, string] = [1, isSwapped ? second : first];
      const zero: [number, string] = [0, isSwapped ? first : second];
      const labels = new Map(isOneListed ? [one, zero] : [zero, one]);
      const seen = random.shuffle(times(group).map((k) => (k < ones ? 1 : 0)));
      const m = (2 * ones - group) / group;
      return {
        family: 'conformity',
        cell: `m = ${Math.round(m * 100) / 100}`,
        turns: told(system, lookWords(fill, { agents: group, seen, labels })),
        form: opinionForm(labels, prompts.reasoning),
        again: fill('opinion-again', { options: [...labels.values()].join(' or ') }),
        read: (text) => readOpinion(text, labels),
        facts: { m, label: one[1] < zero[1] ? 1 : -1, order: isOneListed ? 1 : -1 },
      };
    }),
  );
}

import { parseAnswer } from '../agentsnet/answers.ts';
import { parseMessages } from '../agentsnet/messages.ts';
import type { Question as AgentsNetQuestion } from '../agentsnet/talk.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Turn } from '../models/model.ts';
import { formOf, type Prompter, thoughts } from '../models/prompter.ts';
import { fillFor, prompterFor } from '../models/prompts.ts';
import { readJson } from '../models/read-json.ts';
import type { Setting } from '../world/contracts.ts';
import { type ProbeDesign, type ProbeQuestion, scaled, settingOf, times, told } from './probe-design.ts';

/** Whether what one neighbour says of another holds, by what that one has said itself. */
export function verification(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const { prompts, seed } = design;
  const fill = fillFor(prompts);
  const { names } = settingOf(coloring(5), seed);
  return [true, false].flatMap((isTrue) =>
    times(scaled(20, design)).map((): ProbeQuestion => {
      const [me = '', ...others] = random.shuffle([...names]);
      const groups = others.map(() => 1 + random.below(4));
      const subject = random.below(others.length);
      const teller = (subject + 1 + random.below(others.length - 1)) % others.length;
      const group = isTrue ? groups[subject]! : 1 + ((groups[subject]! + random.below(3)) % 4);
      const system = fill('probe-claim-system', { name: me, agents: names.length });
      const heard = others.map((name, i) => `${name} wrote:\nI am in Group ${groups[i]}.`).join('\n\n');
      const claim = `${others[subject]} is in Group ${group}.`;
      return {
        family: 'verification',
        cell: isTrue ? 'a claim that holds' : 'a claim that is false',
        turns: told(system, fill('probe-claim', { heard, teller: others[teller]!, claim })),
        form: formOf('claim', {
          ...thoughts(prompts.reasoning),
          holds: [{ type: 'boolean' }, 'Whether what was told holds.'],
        }),
        again: fill('probe-claim-again', {}),
        read(text) {
          const holds = readJson(text, 'holds')?.holds;
          return typeof holds === 'boolean' ? (holds ? 1 : 0) : undefined;
        },
        facts: { isTrue: isTrue ? 1 : 0 },
      };
    }),
  );
}

const coloring = (agents: number) => ({
  topology: { kind: 'complete', agents },
  task: { kind: 'coloring' },
  protocol: { kind: 'agentsnet', rounds: 3 },
  behaviour: { kind: 'oracle' },
});

const consensus = (agents: number) => ({ ...coloring(agents), task: { kind: 'consensus', inputs: 'none' } });

/** Where an agent of AgentsNet has written once and is asked once more, having heard what it has heard. */
function secondTurn(
  prompter: Prompter,
  setting: Setting,
  kind: AgentsNetQuestion['kind'],
  said: string,
  heard: readonly string[],
): { readonly question: AgentsNetQuestion; readonly turns: Turn[] } {
  const rounds = kind === 'final' ? 1 : 3;
  const ask = (round: number, of: AgentsNetQuestion['kind'], what: AgentsNetQuestion['heard']) =>
    ({ kind: of, round, rounds, attempt: 0, heard: what }) as const;
  const first = ask(
    0,
    'message',
    heard.map(() => undefined),
  );
  const question = ask(1, kind, heard);
  const others = setting.names.filter((_, agent) => agent !== 0);
  const written = JSON.stringify(Object.fromEntries(others.map((name) => [name, said])), null, 2);
  const turns = told(prompter.system(0, first), prompter.turn(0, first), written, prompter.turn(0, question));
  return { question, turns };
}

/** Messages to neighbours, for whether they can be read. */
export function messages(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const setting = settingOf(coloring(4), design.seed);
  const prompter = prompterFor('agentsnet', setting, design.prompts);
  const neighbours = setting.names.slice(1);
  return times(scaled(20, design)).map((): ProbeQuestion => {
    const heard = neighbours.map(() => `I am in Group ${1 + random.below(4)}.`);
    const said = `I am in Group ${1 + random.below(4)}.`;
    const { question, turns } = secondTurn(prompter, setting, 'message', said, heard);
    return {
      family: 'messages',
      cell: 'messages to three neighbours',
      turns,
      form: prompter.form(0, question),
      again: prompter.turn(0, { ...question, attempt: 1 }),
      read(text) {
        const context = { names: new Set(setting.names), neighbours, mode: 'clean' as const };
        return parseMessages(prompter.plain(text, 0, question), context).messages === null ? undefined : 1;
      },
      facts: {},
    };
  });
}

/** What became of a clash: kept its group, took one that is free, or took another that is not. */
export const repairs = { kept: 0, free: 1, taken: 2 } as const;

/** Final answers: after a clash, against neighbours, and by who has not chosen. */
export function answers(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  return [...clashes(design, random), ...sides(design, random)];
}

/** Its group is a neighbour's too; of four groups one is free. */
function clashes(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const setting = settingOf(coloring(4), design.seed);
  const prompter = prompterFor('agentsnet', setting, design.prompts);
  return times(scaled(20, design)).map((): ProbeQuestion => {
    const [own, second, third] = random.shuffle([1, 2, 3, 4]) as [number, number, number, number];
    const taken = random.shuffle([own, second, third]);
    const heard = taken.map((group) => `I am in Group ${group}.`);
    return finalQuestion(prompter, setting, {
      cell: 'a clash with one neighbour',
      said: `I am in Group ${own}.`,
      heard,
      allowed: ['Group 1', 'Group 2', 'Group 3', 'Group 4'],
      read: (i) => (i + 1 === own ? repairs.kept : taken.includes(i + 1) ? repairs.taken : repairs.free),
      facts: { clash: 1 },
    });
  });
}

/** Two values, and four neighbours of which so many are of the other one; or an agent that has not chosen yet. */
function sides(design: ProbeDesign, random: Stream): ProbeQuestion[] {
  const setting = settingOf(consensus(5), design.seed);
  const prompter = prompterFor('agentsnet', setting, design.prompts);
  const ask = (opposed: number, isOpen: boolean): ProbeQuestion => {
    const own = random.below(2);
    const heard = random.shuffle(times(4).map((i) => `I choose ${i < opposed ? 1 - own : own}.`));
    return finalQuestion(prompter, setting, {
      cell: isOpen ? 'three of four hold one value, none chosen' : `${opposed} of 4 hold the other value`,
      said: isOpen ? 'I have not chosen yet. What do you think?' : `I choose ${own}.`,
      heard,
      allowed: ['0', '1'],
      read: (i) => (i === own ? 0 : 1),
      facts: isOpen ? { open: 1 } : { opposed: opposed / 4 },
    });
  };
  return [
    ...[1, 2, 3, 4].flatMap((opposed) => times(scaled(8, design)).map(() => ask(opposed, false))),
    ...times(scaled(12, design)).map(() => ask(3, true)),
  ];
}

function finalQuestion(
  prompter: Prompter,
  setting: Setting,
  of: {
    readonly cell: string;
    readonly said: string;
    readonly heard: readonly string[];
    readonly allowed: readonly string[];
    readonly read: (option: number) => number;
    readonly facts: Readonly<Record<string, number>>;
  },
): ProbeQuestion {
  const { question, turns } = secondTurn(prompter, setting, 'final', of.said, of.heard);
  return {
    family: 'answers',
    cell: of.cell,
    turns,
    form: prompter.form(0, question),
    again: prompter.turn(0, { ...question, attempt: 1 }),
    read(text) {
      const found = parseAnswer(prompter.plain(text, 0, question), of.allowed, 'clean');
      return found === null ? undefined : of.read(of.allowed.indexOf(found));
    },
    facts: of.facts,
  };
}

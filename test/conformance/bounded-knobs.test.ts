import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { NONE } from '../../src/agentsnet/codes.ts';
import { type AgentsNetTask, taskNames } from '../../src/agentsnet/rules.ts';
import {
  answeredIn,
  type Message,
  OPEN,
  type Question,
  saidIn,
  toldStance,
} from '../../src/agentsnet/talk.ts';
import { type Knob, knobs } from '../../src/behaviours/bounded/knobs.ts';
import type { bounded } from '../../src/behaviours/bounded.ts';
import type { Observer, Setting } from '../../src/world/contracts.ts';
import { graphOf, mock, protocol, ran, settingOn, tasks } from '../agentsnet-run.ts';

/*
 * Every knob of the bounded mock, one by one: turned off, the effect that its description names is not there, which is
 * mostly an exact statement about each run; turned on, it is, in the direction stated. And a knob does nothing in the tasks
 * that its description does not name: their runs are the same to the bit.
 */

type Chosen = z.input<typeof bounded.params>;
type Numbers = Readonly<Record<string, number>>;

/** What must hold of a number in every run, or of its sum over all runs. */
type Statement =
  | { readonly is: number | ((numbers: Numbers, setting: Setting) => number) }
  | { readonly binomial: (numbers: Numbers, setting: Setting) => readonly [trials: number, p: number] };

interface Case {
  readonly knob: Knob;
  readonly task: AgentsNetTask;
  readonly rounds?: number;
  readonly runs?: number;
  /** Other knobs, beside `calm`, so that nothing else has the effect. */
  readonly given?: Chosen;
  readonly off: Chosen[Knob];
  readonly on: Chosen[Knob];
  readonly shows: string;
  readonly whenOff?: Statement;
  readonly whenOn?: Statement;
  /** From off to on, over paired runs. */
  readonly grows: boolean;
}

const calm: Chosen = {
  announce: [1],
  drift: 0,
  finalChange: 0,
  omission: 0,
  inconsistency: 0,
  invention: 0,
  malformed: 0,
  malformedAnswer: 0,
  retryFailure: 0,
  private: 0,
};
const noStrategy: Chosen = { propose: 0, dither: 0 };
const soundAtOnce: Chosen = { propose: 1, sound: 1, slip: 0 };

const agentsOf = (_: Numbers, { agents }: Setting): number => agents;
/** Who has a neighbour that comes before it in the order of names. */
const laterNamed = (_: Numbers, { agents, graph, names }: Setting): number => {
  let count = 0;
  for (let v = 0; v < agents; v++) {
    const row = graph.targets.subarray(graph.offsets[v], graph.offsets[v + 1]);
    if (row.some((w) => names[w]! < names[v]!)) count++;
  }
  return count;
};
const perCall =
  (p: number) =>
  ({ rounds = 0 }: Numbers, { agents }: Setting): readonly [number, number] => [agents * rounds, p];

const cases: readonly Case[] = [
  {
    knob: 'announce',
    task: 'coloring',
    off: [0],
    on: [1],
    shows: 'unannounced',
    whenOff: { is: 1 },
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'prior',
    task: 'consensus',
    off: [0.5, 0.5],
    on: [1, 0],
    shows: 'firstIsSecondValue',
    whenOff: { binomial: (_, { agents }) => [agents, 0.5] },
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'preset',
    task: 'coloring',
    given: { announce: [0.3], verification: 1, prior: [0.8, 0.2] },
    off: 0,
    on: 1,
    shows: 'firstIsKnown',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'preset',
    task: 'consensus',
    given: { announce: [0.3], adopt: 1, prior: [0.5, 0.5], switching: [0, 0, 0, 0] },
    off: 0,
    on: 1,
    shows: 'firstDiffers',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'habit',
    task: 'coloring',
    rounds: 2,
    given: { prior: [1], repair: [1], repairSymmetry: 1, verification: 1 },
    off: 0,
    on: 1,
    shows: 'conflictsLast',
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'habit',
    task: 'matching',
    runs: 80,
    rounds: 4,
    given: { ...noStrategy, announce: [0.4, 0], adopt: 1, resign: 0 },
    off: 0,
    on: 1,
    shows: 'firstOfOffers',
    whenOn: { is: (it) => it.severalOffers! },
    grows: true,
  },
  {
    knob: 'adopt',
    task: 'consensus',
    given: { announce: [0.3], prior: [0.5, 0.5], switching: [0, 0, 0, 0] },
    off: 0,
    on: 1,
    shows: 'firstDiffers',
    whenOff: { is: ({ late = 0 }) => late },
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'switching',
    task: 'consensus',
    given: { prior: [0.5, 0.5] },
    off: [0, 0, 0, 0],
    on: [1, 1, 1, 1],
    shows: 'repairs',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'switching',
    task: 'matching',
    given: { propose: 1, sound: 0.5 },
    off: [0, 0, 0, 0],
    on: [1, 1, 1, 1],
    shows: 'strategyChanges',
    whenOff: { is: 0 },
    grows: true,
  },
  { knob: 'repair', task: 'coloring', off: [0], on: [1], shows: 'repairs', whenOff: { is: 0 }, grows: true },
  {
    knob: 'repair',
    task: 'vertex-cover',
    given: { ...noStrategy, prior: [1, 0] },
    off: [0],
    on: [1],
    shows: 'repairs',
    whenOff: { is: 0 },
    grows: true,
  },
  ...(['coloring', 'vertex-cover'] as const).map(
    (task): Case => ({
      knob: 'repairSymmetry',
      task,
      rounds: 2,
      given: { ...noStrategy, prior: [1], repair: [1] },
      off: 0,
      on: 1,
      shows: 'repairs',
      whenOff: { is: laterNamed },
      whenOn: { is: agentsOf },
      grows: true,
    }),
  ),
  {
    knob: 'finalRepair',
    task: 'coloring',
    given: { prior: [1], repair: [0], repairSymmetry: 1 },
    off: 0,
    on: 1,
    shows: 'unannouncedChange',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'verification',
    task: 'coloring',
    given: { prior: [1], repair: [1], habit: 0 },
    off: 0,
    on: 1,
    shows: 'changedToKnown',
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'verification',
    task: 'consensus',
    given: { invention: 0.05, relay: 1 },
    off: 0,
    on: 1,
    shows: 'secondHand',
    grows: false,
  },
  {
    knob: 'drift',
    task: 'coloring',
    given: { prior: [0], repair: [0] },
    off: 0,
    on: 1,
    shows: 'changesWithoutConflict',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'drift',
    task: 'consensus',
    given: { prior: [1, 0] },
    off: 0,
    on: 1,
    shows: 'changesWithoutConflict',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'finalChange',
    task: 'coloring',
    given: { finalRepair: 0 },
    off: 0,
    on: 1,
    shows: 'unannouncedChange',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'finalChange',
    task: 'consensus',
    given: { prior: [1, 0] },
    off: 0,
    on: 1,
    shows: 'unannouncedChange',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'omission',
    task: 'consensus',
    off: 0,
    on: 0.3,
    shows: 'silences',
    whenOff: { is: 0 },
    whenOn: { binomial: ({ rounds = 0 }, { graph }) => [graph.targets.length * rounds, 0.3] },
    grows: true,
  },
  {
    knob: 'inconsistency',
    task: 'coloring',
    off: 0,
    on: 0.3,
    shows: 'contradictions',
    whenOff: { is: 0 },
    whenOn: { binomial: perCall(0.3) },
    grows: true,
  },
  {
    knob: 'invention',
    task: 'leader-election',
    off: 0,
    on: 0.05,
    shows: 'falseClaims',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'invention',
    task: 'coloring',
    off: 0,
    on: 0.05,
    shows: 'falseClaims',
    whenOff: { is: 0 },
    grows: true,
  },
  ...(['leader-election', 'coloring'] as const).flatMap((task) =>
    ['secondHand', 'contaminated'].map(
      (shows): Case => ({
        knob: 'relay',
        task,
        given: { invention: 0.03, verification: 0 },
        off: 0,
        on: 1,
        shows,
        ...(shows === 'secondHand' ? { whenOff: { is: 0 } } : {}),
        grows: true,
      }),
    ),
  ),
  {
    knob: 'malformed',
    task: 'coloring',
    // Of the other causes the kinder parser makes sense.
    given: { malformedCauses: [0, 0, 0, 1] },
    off: 0,
    on: 0.2,
    shows: 'retries',
    whenOff: { is: 0 },
    whenOn: { binomial: perCall(0.2) },
    grows: true,
  },
  {
    knob: 'malformedAnswer',
    task: 'coloring',
    off: 0,
    on: 0.2,
    shows: 'retries',
    whenOff: { is: 0 },
    whenOn: { binomial: (_, { agents }) => [agents, 0.2] },
    grows: true,
  },
  {
    knob: 'retryFailure',
    task: 'coloring',
    given: { malformed: 0.2 },
    off: 0,
    on: 1,
    shows: 'messageFailures',
    whenOff: { is: 0 },
    whenOn: { is: ({ retries = 0 }) => retries },
    grows: true,
  },
  {
    knob: 'retryFailure',
    task: 'coloring',
    given: { malformedAnswer: 0.2 },
    off: 0,
    on: 1,
    shows: 'answerFailures',
    whenOff: { is: 0 },
    whenOn: { is: ({ retries = 0 }) => retries },
    grows: true,
  },
  ...(['trailingComma', 'unknownKey', 'escapedNewline', 'otherMalformed'] as const).map(
    (shows, i): Case => ({
      knob: 'malformedCauses',
      task: 'coloring',
      given: { malformed: 0.2 },
      off: i === 0 ? [0, 0, 0, 1] : [1, 0, 0, 0],
      on: [Number(i === 0), Number(i === 1), Number(i === 2), Number(i === 3)],
      shows,
      whenOff: { is: 0 },
      whenOn: { is: (it) => it.malformed! },
      grows: true,
    }),
  ),
  {
    knob: 'private',
    task: 'coloring',
    off: 0,
    on: 0.3,
    shows: 'agentsUnannounced',
    whenOff: { is: 0 },
    whenOn: { binomial: (_, { agents }) => [agents, 0.3] },
    grows: true,
  },
  {
    knob: 'private',
    task: 'matching',
    given: soundAtOnce,
    off: 0,
    on: 1,
    shows: 'adoptedSilently',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'propose',
    task: 'matching',
    given: { sound: 1 },
    off: 0,
    on: 1,
    shows: 'strategyShare',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'sound',
    task: 'matching',
    given: { propose: 1 },
    off: 0,
    on: 1,
    shows: 'soundShare',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  // Without adoption, everybody who follows a strategy in the end has proposed it, at one of the calls.
  {
    knob: 'adoptStrategy',
    task: 'matching',
    given: { propose: 0.05, sound: 1 },
    off: 0,
    on: 1,
    shows: 'followers',
    whenOff: { binomial: ({ rounds = 0 }, { agents }) => [agents, 1 - 0.95 ** (rounds + 1)] },
    grows: true,
  },
  {
    knob: 'silentAdoption',
    task: 'matching',
    rounds: 16,
    given: { propose: 0.1, adoptStrategy: 1, sound: 1 },
    off: 0,
    on: 1,
    shows: 'adoptedSilently',
    whenOff: { is: 0 },
    grows: true,
  },
  ...(['leader-election', 'matching'] as const).map(
    (task): Case => ({
      knob: 'slip',
      task,
      given: soundAtOnce,
      off: 0,
      on: 1,
      shows: 'unannounced',
      whenOff: { is: 0 },
      whenOn: { is: 1 },
      grows: true,
    }),
  ),
  {
    knob: 'dither',
    task: 'matching',
    given: { propose: 0 },
    off: 0,
    on: 1,
    shows: 'unannounced',
    whenOff: { is: 0 },
    whenOn: { is: 1 },
    grows: true,
  },
  {
    knob: 'dither',
    task: 'vertex-cover',
    given: { propose: 0, prior: [1, 0], repair: [1] },
    off: 0,
    on: 1,
    shows: 'repairs',
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'prune',
    task: 'vertex-cover',
    rounds: 2,
    given: { ...noStrategy, prior: [0, 1] },
    off: 0,
    on: 1,
    shows: 'changesWithoutConflict',
    whenOff: { is: 0 },
    whenOn: { is: agentsOf },
    grows: true,
  },
  {
    knob: 'resign',
    task: 'matching',
    runs: 60,
    given: { ...noStrategy, announce: [0.3], verification: 0, adopt: 0, repair: [0] },
    off: 0,
    on: 1,
    shows: 'withdrawals',
    whenOff: { is: 0 },
    grows: true,
  },
  {
    knob: 'modesty',
    task: 'leader-election',
    given: { ...noStrategy, prior: [0, 1], quorum: 0 },
    off: 0,
    on: 1,
    shows: 'leaders',
    whenOff: { is: agentsOf },
    whenOn: { is: 0 },
    grows: false,
  },
  {
    knob: 'quorum',
    task: 'leader-election',
    given: { ...noStrategy, prior: [0, 1], modesty: 0 },
    off: 0,
    on: 1,
    shows: 'leaders',
    whenOff: { is: agentsOf },
    grows: false,
  },
];

/** Counts what no metric does: what first stances were, in view of what had been heard, and how messages differ. */
function probe({ agents, graph, names }: Setting): { observer: Observer; numbers: Record<string, number> } {
  const numbers: Record<string, number> = {
    firstIsSecondValue: 0,
    firstIsKnown: 0,
    changedToKnown: 0,
    late: 0,
    firstDiffers: 0,
    severalOffers: 0,
    firstOfOffers: 0,
    contradictions: 0,
    secondHand: 0,
    withdrawals: 0,
    strategyChanges: 0,
    soundShare: 0,
  };
  const add = (name: string, it: boolean | number = 1): void => {
    numbers[name]! += Number(it);
  };
  const heard = Array.from({ length: agents }, () => new Map<number, number>());
  const told = new Map<number, number>();
  const strategies = new Map<number, number>();

  const hear = (agent: number, { heard: messages }: Question): void => {
    messages.forEach((message, i) => {
      const from = graph.targets[graph.offsets[agent]! + i]!;
      for (const claim of (message as Message | undefined) ?? [])
        if (claim.subject === from && (claim.topic === 'stance' || claim.topic === 'proposal')) {
          heard[agent]!.set(from, claim.value);
        }
    });
  };
  const first = (agent: number, stance: number): void => {
    const known = heard[agent]!;
    const values = [...known.values()];
    add('firstIsSecondValue', stance === 1);
    add('firstIsKnown', values.includes(stance));
    const zeros = values.filter((it) => it === 0).length;
    const ones = values.filter((it) => it === 1).length;
    add('late', zeros !== ones);
    add('firstDiffers', zeros !== ones && stance !== Number(ones > zeros));
    const offers = [...known].flatMap(([from, value]) => (value === agent ? [names[from]!] : [])).sort();
    add('severalOffers', offers.length > 1);
    add('firstOfOffers', offers.length > 1 && names[stance] === offers[0]);
  };
  const observer: Observer = {
    answer(agent, asked, { value }) {
      const question = asked as Question;
      if (question.attempt === 0) hear(agent, question);
      const mind = answeredIn(value);
      if (mind?.kind === 'chosen') add('soundShare', Number(mind.mind?.strategy === 1) / agents);
      const said = saidIn(value);
      if (said === undefined) return;
      const following = said.mind?.strategy ?? 0;
      add('strategyChanges', (strategies.get(agent) || following) !== following);
      strategies.set(agent, following);
      add('contradictions', said.apart?.some((it) => it !== undefined && it !== said.toAll) ?? false);
      add('secondHand', said.toAll.filter(({ author }) => author !== agent).length);
      const stance = toldStance(said, agent);
      if (stance === undefined || stance === OPEN) return;
      add('withdrawals', stance === NONE);
      if (!told.has(agent)) first(agent, stance);
      else if (told.get(agent) !== stance)
        add('changedToKnown', [...heard[agent]!.values()].includes(stance));
      told.set(agent, stance);
    },
  };
  return { observer, numbers };
}

const agents = 12;

interface Sample {
  readonly numbers: Numbers;
  readonly setting: Setting;
}

function samples({ task, rounds = 8, runs = 12, given }: Case, chosen: Chosen): Sample[] {
  const plan = mock({ ...calm, ...given, ...chosen });
  return Array.from({ length: runs }, (_, index) => {
    const { edges, seed } = graphOf(agents, index);
    const setting = settingOn(agents, edges, tasks[task], seed);
    const { observer, numbers } = probe(setting);
    const { metrics, ending } = ran(setting, seed, plan, protocol({ rounds }), [observer]);
    const extra = {
      rounds,
      silences: graph(setting) * rounds - ending.counts.messages,
      leaders: ending.decisions.filter((code) => code === 1).length,
      agentsUnannounced: metrics.unannounced! * agents,
      followers: metrics.strategyShare! * agents,
    };
    return { numbers: { ...metrics, ...numbers, ...extra }, setting };
  });
}

const graph = ({ graph: { targets } }: Setting): number => targets.length;

function hold(statement: Statement, shows: string, found: readonly Sample[]): void {
  if ('is' in statement) {
    const { is } = statement;
    for (const { numbers, setting } of found)
      expect(numbers[shows], `${shows} of ${setting.seed}`).toBeCloseTo(
        typeof is === 'number' ? is : is(numbers, setting),
        9,
      );
    return;
  }
  let mean = 0;
  let variance = 0;
  let sum = 0;
  for (const { numbers, setting } of found) {
    const [trials, p] = statement.binomial(numbers, setting);
    mean += trials * p;
    variance += trials * p * (1 - p);
    sum += numbers[shows]!;
  }
  expect(Math.abs(sum - mean) / Math.sqrt(variance)).toBeLessThanOrEqual(4);
}

describe('each knob has the effect that it names, and no longer when turned off', () => {
  test.each(cases.map((it): [string, Case] => [`${it.knob} in ${it.task}: ${it.shows}`, it]))(
    '%s',
    (_, it) => {
      const off = samples(it, { [it.knob]: it.off });
      const on = samples(it, { [it.knob]: it.on });
      if (it.whenOff) hold(it.whenOff, it.shows, off);
      if (it.whenOn) hold(it.whenOn, it.shows, on);
      const differences = on.map(({ numbers }, i) => numbers[it.shows]! - off[i]!.numbers[it.shows]!);
      const mean = differences.reduce((sum, x) => sum + x, 0) / differences.length;
      const variance = differences.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (differences.length - 1);
      const z = mean === 0 ? 0 : mean / Math.sqrt(variance / differences.length);
      expect(it.grows ? z : -z).toBeGreaterThan(4);
    },
  );

  test('there is no knob without', () => {
    expect(Object.keys(knobs.shape).filter((knob) => !cases.some((it) => it.knob === knob))).toEqual([]);
  });
});

/** Everything goes on at once, so that nothing can be without effect for want of occasion. */
const lively: Chosen = {
  announce: [0.2, 0.5],
  invention: 0.05,
  relay: 0.7,
  malformed: 0.05,
  malformedAnswer: 0.05,
  retryFailure: 0.5,
  drift: 0.1,
  finalChange: 0.1,
  propose: 0.1,
  sound: 0.5,
  dither: 0.1,
  prune: 0.1,
  quorum: 0.2,
  modesty: 0.2,
};

const words: Readonly<Record<AgentsNetTask, RegExp>> = {
  coloring: /\bcoloring\b/i,
  consensus: /\bconsensus\b/i,
  'leader-election': /\bleader election\b/i,
  matching: /\bmatching\b/i,
  'vertex-cover': /\bvertex cover\b/i,
};

/** Described without naming a task, or with a word on what it means in one: they act in all. */
const everywhere = new Set<Knob>(['announce', 'invention', 'relay']);

describe('a knob acts in the tasks that its description names, or in all', () => {
  test.each(Object.keys(knobs.shape) as Knob[])('%s', (knob) => {
    const { off, on } = cases.find((it) => it.knob === knob)!;
    const description = knobs.shape[knob].description ?? '';
    const named = taskNames.filter((task) => words[task].test(description));
    const expected = named.length === 0 || everywhere.has(knob) ? taskNames : named;
    const differs = taskNames.filter((task) =>
      [0, 1, 2, 3, 4, 5].some((index) => {
        const { edges, seed } = graphOf(agents, index);
        const [one, other] = [off, on].map((value) => {
          const setting = settingOn(agents, edges, tasks[task], seed);
          return ran(setting, seed, mock({ ...lively, [knob]: value }), protocol({ rounds: 8 })).fingerprint;
        });
        return one !== other;
      }),
    );
    expect(differs).toEqual(expected);
  });
});

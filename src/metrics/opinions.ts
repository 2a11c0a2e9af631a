import { z } from 'zod';
import { exp, ln } from '../kernel/elementary.ts';
import { Census } from '../world/census.ts';
import type { Ending, Metric, MetricPlan, RunView, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * How opinions moved, under a protocol whose answers are opinions. A step is a tick of one agent's clock, where agents have
 * clocks; a sample is taken before each step, or after each round, and at the end.
 */
export const opinions = part({
  name: 'opinions',
  summary:
    'Steps and time to unanimity; shares, mean and spread of opinions at the end and over time; reach.',
  params: z.strictObject({
    values: z
      .array(z.number())
      .max(100)
      .default([0, 1])
      .describe('Opinions whose shares are measured; `share1` is that of 1.'),
    after: z
      .number()
      .min(0)
      .default(0)
      .describe('Means over time begin after so many rounds, or so many steps per agent.'),
  }),
  create: ({ values, after }): MetricPlan => ({
    columns: { ...columns, ...Object.assign({}, ...values.map(columnsOf)) },
    begin: (setting) => begin(setting, values, after),
  }),
});

const columns = {
  steps: 'ticks of clocks; in rounds there are none',
  stepsPerAgent: 'the same per agent',
  updates: 'answers given',
  changes: 'answers that changed an opinion',
  unanimousAt: 'step or round at which all first held one opinion',
  unanimousSeconds: 'simulation time of that',
  distinct: 'opinions at the end',
  without: 'share of agents that hold none at the end',
  leader: 'opinion that most hold at the end, the least where several lead',
  leaderShare: 'share of agents that hold it',
  mean: 'mean of the opinions at the end, as numbers',
  meanChange: 'how far the mean moved',
  variance: 'variance of the opinions at the end',
  spread: 'greatest less least opinion at the end',
  contraction: 'factor on the spread a round, over the second half of the run, down to a 1e10th',
  discord: 'share of links whose ends differ at the end',
  magnetisation: 'share of 1 less that of 0 at the end',
  meanMagnetisation: 'its mean over time',
  meanAbsMagnetisation: 'mean over time of its size',
};

/** Those of each of the values, which follows the name. */
const columnsOf = (value: number): Readonly<Record<string, string>> => ({
  [`share${value}`]: `share of agents that hold ${value} at the end`,
  [`meanShare${value}`]: `share that holds ${value}, over time`,
  [`peakShare${value}`]: `greatest share that held ${value}`,
  [`peakAt${value}`]: 'step or round of that',
  [`reach${value}`]: `agents that ever held ${value}`,
});

function begin(setting: Setting, values: readonly number[], after: number): Metric {
  const { agents, inputs } = setting;
  const held = inputs.length > 0 ? Float64Array.from(inputs) : new Float64Array(agents).fill(Number.NaN);
  const first = Float64Array.from(held);
  const census = new Census(held);
  const tracked = values.map((value) => new Course(value, held));
  let run: RunView | undefined;
  let isInRounds = false;
  let at = 0;
  let updates = 0;
  let changes = 0;
  let unanimousAt = Number.NaN;
  let unanimousSeconds = Number.NaN;
  let samples = 0;
  let magnetisation = 0;
  let absolute = 0;

  const sample = (): void => {
    if (Number.isNaN(unanimousAt) && census.distinct === 1 && census.without === 0) {
      unanimousAt = at;
      unanimousSeconds = (run?.now ?? 0) / 1e6;
    }
    for (const course of tracked) course.peak(census.of(course.value), at);
    if (at < (isInRounds ? after : after * agents)) return;
    samples++;
    for (const course of tracked) course.sum += census.of(course.value);
    const m = census.of(1) - census.of(0);
    magnetisation += m;
    absolute += Math.abs(m);
  };

  return {
    start(view) {
      run = view;
    },
    round(round) {
      isInRounds = true;
      sample();
      at = round + 1;
    },
    timeout() {
      sample();
      at++;
    },
    answer(agent, _question, { value }) {
      updates++;
      const before = held[agent]!;
      const opinion = typeof value === 'number' ? value : Number.NaN;
      if (before === opinion || (Number.isNaN(before) && Number.isNaN(opinion))) return;
      changes++;
      held[agent] = opinion;
      census.move(before, opinion);
      for (const course of tracked) if (course.value === opinion) course.reached[agent] = 1;
    },
    finish(ending) {
      sample();
      const share = (value: number): number => census.of(value) / agents;
      const perSample = 1 / (samples * agents);
      const ofValues = tracked.flatMap((course): [string, number][] => [
        [`share${course.value}`, share(course.value)],
        [`meanShare${course.value}`, course.sum * perSample],
        [`peakShare${course.value}`, course.highest / agents],
        [`peakAt${course.value}`, course.highestAt],
        [`reach${course.value}`, course.reached.reduce((sum, it) => sum + it, 0) / agents],
      ]);
      return {
        steps: isInRounds ? Number.NaN : at,
        stepsPerAgent: isInRounds ? Number.NaN : at / agents,
        updates,
        changes,
        unanimousAt,
        unanimousSeconds,
        distinct: census.distinct,
        without: census.without / agents,
        ...leaderOf(held, census),
        ...momentsOf(held, first),
        contraction: isInRounds ? contractionOf(ending) : Number.NaN,
        discord: discordOf(setting, held),
        magnetisation: share(1) - share(0),
        meanMagnetisation: magnetisation * perSample,
        meanAbsMagnetisation: absolute * perSample,
        ...Object.fromEntries(ofValues),
      };
    },
  };
}

/** How one opinion fared. */
class Course {
  readonly value: number;
  readonly reached: Uint8Array;
  sum = 0;
  highest = -1;
  highestAt = 0;

  constructor(value: number, held: Float64Array) {
    this.value = value;
    this.reached = Uint8Array.from(held, (opinion) => (opinion === value ? 1 : 0));
  }

  peak(holders: number, at: number): void {
    if (holders <= this.highest) return;
    this.highest = holders;
    this.highestAt = at;
  }
}

function leaderOf(held: Float64Array, census: Census): { leader: number; leaderShare: number } {
  let leader = Number.NaN;
  let most = 0;
  for (const value of held) {
    const count = census.of(value);
    if (count > most || (count === most && value < leader)) {
      leader = value;
      most = count;
    }
  }
  return { leader, leaderShare: most / held.length };
}

function momentsOf(held: Float64Array, first: Float64Array): Record<string, number> {
  const mean = meanOf(held);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let squares = 0;
  let count = 0;
  for (const value of held) {
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    squares += (value - mean) * (value - mean);
    count++;
  }
  return {
    mean,
    meanChange: mean - meanOf(first),
    variance: squares / count,
    spread: count === 0 ? Number.NaN : high - low,
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

function contractionOf({ history: { spread, samples } }: Ending): number {
  let last = samples - 1;
  while (last > 0 && !((spread[last] as number) > 1e-10 * (spread[0] as number))) last--;
  const middle = Math.floor(last / 2);
  if (last === middle) return Number.NaN;
  return exp((ln(spread[last] as number) - ln(spread[middle] as number)) / (last - middle));
}

function discordOf({ graph: { offsets, targets }, agents }: Setting, held: Float64Array): number {
  let apart = 0;
  for (let v = 0; v < agents; v++) {
    for (let arc = offsets[v]!; arc < offsets[v + 1]!; arc++) if (held[v] !== held[targets[arc]!]) apart++;
  }
  return apart / targets.length;
}

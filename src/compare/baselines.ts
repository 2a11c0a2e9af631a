import { compile } from '../scenario/compile.ts';
import type { Raw } from '../scenario/factors.ts';
import type { Config } from '../scenario/schema.ts';
import { shownNumber } from '../study/numbers.ts';
import { ScenarioError } from '../world/error.ts';
import type { Design } from './designs.ts';
import type { Ladder } from './match.ts';
import type { Probe } from './probing.ts';
import { checkedConfig } from './replications.ts';

export const baselineNames = ['single-agent', 'best-of', 'self-consistency'] as const;

export type BaselineName = (typeof baselineNames)[number];

/** What the tokens of a design could buy instead: the same work with one number free. */
export interface Baseline extends Ladder {
  readonly name: BaselineName;
  /** `one agent, 5 turns`; with an upper step `one agent, 4–5 turns`. */
  readonly label: (step: number, upper?: number) => string;
  /** Turns that one of its agents has at most; left out where it goes by no turns, or the design has as many. */
  readonly turnsOf?: ((step: number) => number) | undefined;
}

/** How a group of runs becomes one answer, where nothing but the scenario's own means are at hand. */
export interface Selector {
  readonly kind: 'check' | 'vote';
  /** Chance to find an error, where it checks. */
  readonly recall: number;
  readonly text: string;
}

/**
 * The selector of best-of-N: the checks that the scenario's own agents make, with their errors; where the design runs its
 * product, that check, as far as it covers the work; where nothing is checked, a vote. Never better than what the design has.
 */
export function selectorOf({ config }: Design): Selector {
  const knobs = (config.behaviour?.params ?? {}) as Readonly<Record<string, unknown>>;
  const numberAt = (of: unknown, key: string): number => {
    const value = (of as Readonly<Record<string, unknown>> | undefined)?.[key];
    return typeof value === 'number' ? value : 0;
  };
  const recall = numberAt(knobs, 'recall');
  const falseAlarm = numberAt(knobs, 'falseAlarm');
  const isRun =
    config.protocol.part.name === 'artifact-pool' && numberAt(config.protocol.params, 'retries') > 0;
  const covered = isRun ? numberAt(config.task.params, 'tests') : 0;
  if (covered > recall) {
    const text = `an executable check, which covers ${shownNumber(covered)} of the parts, as in the design`;
    return { kind: 'check', recall: covered, text };
  }
  if (recall === 0)
    return { kind: 'vote', recall, text: 'a vote, since nothing is checked in this scenario' };
  const isOracle = recall === 1 && falseAlarm === 0;
  const text = isOracle
    ? 'an exact check, as the design has it too'
    : `the scenario's own check, which finds ${shownNumber(recall)} of the errors and doubts ${shownNumber(falseAlarm)} of what is right`;
  return { kind: 'check', recall, text };
}

export const mostTurns = 65_536;
const mostSamples = 1000;

/** What baselines are derived from. */
export interface Origin {
  readonly design: Design;
  readonly probe: Probe;
  readonly selector: Selector;
  /** Indexes of faults that cannot happen to a baseline, since it sends no messages. */
  readonly without?: readonly number[] | undefined;
}

/** One agent that works until it is ready or out of turns; the number of turns is free. */
export function singleAgent(origin: Origin, early: boolean): Baseline {
  const { design } = origin;
  const same = ownOf(design, 'single-agent');
  const own = same?.early === early ? same : undefined;
  // Where there is a use for spare turns, one that leaves them is another agent.
  const atMost = early && canReconsider(origin) ? ' at most' : '';
  return {
    name: 'single-agent',
    most: mostTurns,
    label: (turns, upper) => `one agent, ${turnsShown(turns, upper)}${atMost}`,
    turnsOf: same === undefined ? (turns) => turns : undefined,
    at: (turns) => {
      if (own?.turns === turns) return design.raw;
      const budget = budgetFor(origin, turns);
      return derived(origin, { ...own, kind: 'single-agent', turns, early, ...budget });
    },
  };
}

/** Whether one agent has a use for turns after it is ready: it can find out its own errors. */
export function canReconsider({ design, probe }: Origin): boolean {
  const own = ownOf(design, 'single-agent');
  if (own !== undefined) return own.early === false;
  const { selfCheck } = (design.config.behaviour?.params ?? {}) as { readonly selfCheck?: unknown };
  return probe.isOneByOne && typeof selfCheck === 'number' && selfCheck > 0;
}

/**
 * What a design's agents have and one agent does not: a check. Undefined where it has one too, or nobody does. One agent
 * checks itself by `selfCheck`, which is 0 unless the scenario gives it.
 */
export function missingCheck({ design, selector, probe: looked }: Origin): string | undefined {
  if (ownOf(design, 'single-agent') !== undefined || selector.kind !== 'check') return undefined;
  const { selfCheck } = (design.config.behaviour?.params ?? {}) as { readonly selfCheck?: unknown };
  if (typeof selfCheck === 'number' && selfCheck > 0) return undefined;
  const found = shownNumber(selector.recall);
  // Where a turn works on all there is, no turn is spare, and the check would never be made.
  const remedy = selfCheck === 0 && looked.isOneByOne ? `; behaviour.selfCheck=${found} gives it one` : '';
  return `One agent checks nothing here (\`selfCheck\` is 0), while the scenario has a check that finds ${found} of the errors${remedy}.`;
}

/**
 * Best of N. With `turns` each run is so long and their number is free; without, they are two, and their length is free:
 * so where the design spends less than one whole run.
 */
export function bestOf(origin: Origin, turns: number | undefined): Baseline {
  const kind = origin.selector.kind === 'check' ? 'best-of' : 'independent';
  const own = ownOf(origin.design, kind);
  const named = (samples: number, upper?: number): string => `best of ${spanShown(samples, upper)}`;
  if (own !== undefined) {
    const samples = Number(kind === 'best-of' ? own.samples : own.workers);
    const each =
      kind === 'best-of' ? Number(own.turns) : Math.max(1, Math.round(Number(own.turns) / samples));
    return {
      name: 'best-of',
      most: mostSamples,
      label: named,
      at: (step) =>
        step === samples
          ? origin.design.raw
          : derived(origin, group(origin, kind, step, each, own.early !== false)),
    };
  }
  if (turns !== undefined) {
    return {
      name: 'best-of',
      most: mostSamples,
      label: named,
      turnsOf: () => turns,
      at: (samples) => derived(origin, group(origin, kind, samples, turns, true)),
    };
  }
  return {
    name: 'best-of',
    most: mostTurns,
    label: (length, upper) => `${named(2)}, ${turnsShown(length, upper)} each`,
    turnsOf: (length) => length,
    at: (length) => derived(origin, group(origin, kind, 2, length, true)),
  };
}

export const spanShown = (from: number, to = from): string =>
  from === to ? shownNumber(from) : `${shownNumber(from)}–${shownNumber(to)}`;

const turnsShown = (from: number, to = from): string =>
  `${spanShown(from, to)} ${to === 1 ? 'turn' : 'turns'}`;

function group(
  origin: Origin,
  kind: 'best-of' | 'independent',
  samples: number,
  turns: number,
  early: boolean,
): Raw {
  // One more call puts together, or selects.
  const budget = budgetFor(origin, samples * turns + 1);
  return kind === 'best-of'
    ? { kind, samples, turns, early, ...budget }
    : { kind, workers: samples, turns: samples * turns, early, ...budget };
}

/** A budget that leaves each of so many calls what a turn of the design may think; never less than can be given. */
function budgetFor({ design, probe }: Origin, calls: number): { readonly budget?: number } {
  if (probe.cap === undefined) return {};
  const least = design.config.behaviour?.make().leastWritten ?? 0;
  return { budget: Math.max(probe.cap * calls, least) };
}

/** Parameters of the design, where it is of the same kind as the baseline. */
export function ownOf({ config }: Design, kind: string): Raw | undefined {
  return config.protocol.part.name === kind ? (config.protocol.params as Raw) : undefined;
}

/**
 * The design's scenario with another protocol. Its limits go, since what may be spent is what is matched. Whoever selects
 * has everybody for a neighbour.
 */
export function derived({ design, selector, without = [] }: Origin, protocol: Raw): Raw {
  const { limits: _, faults, ...rest } = design.raw;
  const members = membersOf(protocol);
  const kept = ((faults ?? []) as readonly unknown[]).filter((_fault, i) => !without.includes(i));
  const own = (design.config.behaviour?.params ?? {}) as { readonly recall?: unknown };
  const isSharper = members > 1 && selector.kind === 'check' && selector.recall !== own.recall;
  return {
    ...rest,
    protocol,
    topology: topologyFor(design, members),
    ...(kept.length > 0 ? { faults: kept } : {}),
    ...(isSharper ? { behaviour: withKnobs(design.raw, { recall: selector.recall }) } : {}),
  };
}

/** The behaviour of a scenario with some of its knobs turned. */
export function withKnobs({ behaviour }: Raw, knobs: Raw): Raw {
  return { ...(typeof behaviour === 'string' ? { kind: behaviour } : (behaviour as Raw)), ...knobs };
}

const membersOf = ({ kind, samples, workers }: Raw): number =>
  kind === 'best-of' || kind === 'independent' ? Number(samples ?? workers) + 1 : 1;

function topologyFor({ raw, config }: Design, members: number): unknown {
  const { agents } = config.topology.make();
  const reachesAll = ['complete', 'star'].includes(config.topology.part.name);
  if (members === 1 || (reachesAll && members <= agents)) return raw.topology;
  return { kind: 'star', agents: Math.max(agents, members) };
}

/**
 * Faults of the design that its baseline has no use for: those that judge messages where none are sent. Throws what else is
 * wrong.
 */
export function uselessFaults(origin: Origin, baseline: (origin: Origin) => Ladder): readonly number[] {
  const without: number[] = [];
  const kept = ({ faults }: Config): number[] => faults.map((_, i) => i).filter((i) => !without.includes(i));
  for (;;) {
    try {
      compile(checkedConfig(baseline({ ...origin, without }).at(1)), '1/0');
      return without;
    } catch (error) {
      const path = error instanceof ScenarioError ? error.issues[0]?.path : undefined;
      const index = /^faults\[(\d+)\]/.exec(path ?? '')?.[1];
      const at = index === undefined ? undefined : kept(origin.design.config)[Number(index)];
      if (at === undefined) throw error;
      without.push(at);
    }
  }
}

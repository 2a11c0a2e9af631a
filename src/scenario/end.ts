import { type Serving, takesNoTime } from '../economy/serving.ts';
import type { FaultPlan, ProtocolPlan } from '../world/contracts.ts';
import type { Issue } from '../world/error.ts';
import type { Network } from '../world/network.ts';
import { defaultWindow, type Watching } from '../world/watch.ts';

/** Where runs are cut off: at a time in microseconds, after so many rounds, or neither. */
export interface Horizon {
  readonly time?: number | undefined;
  readonly rounds?: number | undefined;
}

/** What the author wrote, and the rounds that the protocol lasts by itself, whichever are fewer. */
export function horizonOf(
  written: number | Horizon | undefined,
  protocol: ProtocolPlan | undefined,
): Horizon {
  const { time, rounds } = typeof written === 'number' ? { time: written } : (written ?? {});
  if (protocol?.form !== 'rounds') return { time, rounds };
  const { lasts } = protocol;
  return { time, rounds: lasts === undefined ? rounds : Math.min(rounds ?? lasts.rounds, lasts.rounds) };
}

interface Timing {
  readonly network: Network;
  readonly serving: Serving;
  readonly rounds?: unknown;
  readonly model?: unknown;
  readonly watch: Watching;
}

/** What is wrong with the end of a run: one that cannot be reached, that comes too soon, or that faults begin after. */
export function endIssues(
  timing: Timing,
  protocol: ProtocolPlan,
  faults: readonly (FaultPlan | undefined)[],
  { time, rounds }: Horizon,
): Issue[] {
  const inRounds = protocol.form === 'rounds';
  if (!inRounds && time === undefined && rounds !== undefined) {
    const message =
      'is read by protocols in rounds only; give a time such as 60s, alone or beside it as { time: 60s, rounds: 50 }';
    return [{ path: 'horizon.rounds', message }];
  }
  const issues: Issue[] = [];
  const early = inRounds ? earlyEnd(protocol, rounds) : undefined;
  if (early !== undefined) issues.push({ path: 'horizon.rounds', message: early });
  const isTimeless = inRounds && standsStill(timing, faults);
  if (isTimeless && time !== undefined && rounds === undefined) {
    const message = `is ${time / 1e6}s, a time that is never reached, since rounds take no time here: nothing takes any, neither messages nor answers nor faults; give horizon: { rounds: 50 } instead, or network.latency`;
    issues.push({ path: 'horizon', message });
  }
  const coarse = coarseWatch(timing.watch, inRounds, time);
  if (coarse !== undefined) issues.push({ path: 'watch.every', message: coarse });
  const wide = inRounds ? wideWatch(timing.watch, rounds) : unfilledWatch(timing.watch, time);
  if (wide !== undefined) issues.push({ path: 'watch.window', message: wide });
  for (const [i, fault] of faults.entries()) {
    if (fault?.begins === undefined) continue;
    const { at, path } = fault.begins;
    if (time !== undefined && at > time) {
      const message = `must be within the horizon of ${time / 1e6}s, or the fault never begins, but is ${at / 1e6}s; let it begin earlier, or raise \`horizon\``;
      issues.push({ path: `faults[${i}].${path}`, message });
    }
  }
  return issues;
}

function earlyEnd({ lasts }: ProtocolPlan, rounds: number | undefined): string | undefined {
  if (lasts === undefined || rounds === undefined || rounds >= lasts.rounds) return undefined;
  return lasts.refuses?.(rounds);
}

/** Whether the clock of a protocol in rounds never moves: whatever happens, happens at time zero. */
function standsStill(
  { network, serving, rounds, model }: Timing,
  faults: readonly (FaultPlan | undefined)[],
): boolean {
  const { latency } = network;
  return (
    latency.kind === 'constant' &&
    latency.value === 0 &&
    (rounds === undefined || rounds === 'barrier') &&
    takesNoTime(serving) &&
    model === undefined &&
    faults.every((fault) => fault !== undefined && fault.delays !== true)
  );
}

/** A run seen less often than its window is long can be neither stalled nor in circles, whatever happens in it. */
function coarseWatch(
  { every, window = defaultWindow }: Watching,
  inRounds: boolean,
  time: number | undefined,
): string | undefined {
  if (every === undefined) return undefined;
  if (inRounds)
    return 'is read by protocols without rounds only, and this one is seen each round; leave it out';
  if (time === undefined || every * (window + 1) <= time) return undefined;
  const most = Math.floor(time / (window + 1));
  return `must be at most ${most}us, or a horizon of ${time / 1e6}s has too few samples to judge ${window} of them, but is ${every / 1e6}s; look more often, or lower \`watch.window\``;
}

/** Samples of a run, where the author says nothing of them. */
const samplesByDefault = 100;
/** How many times over they are to fill the window. */
const windowsByDefault = 5;

/**
 * How often a protocol without rounds is looked at: as the author says, else a hundred times until the horizon, or more where
 * a wider window is to be filled. Undefined without a horizon.
 */
export function everyOf(
  { every, window = defaultWindow }: Watching,
  time: number | undefined,
): number | undefined {
  if (every !== undefined || time === undefined) return every;
  return Math.max(1, Math.ceil(time / Math.max(samplesByDefault, windowsByDefault * window)));
}

/** A window that no horizon so short can fill, however often the run is looked at. */
function unfilledWatch({ every, window }: Watching, time: number | undefined): string | undefined {
  if (every !== undefined || window === undefined || time === undefined || window < time) return undefined;
  return `must be less than ${time}, since a horizon of ${time / 1e6}s is no more microseconds long, and a run is looked at once in each at most, but is ${window}; lower it, or raise \`horizon\``;
}

/** The same of a protocol in rounds, which is seen once a round, where the author says how many are judged. */
function wideWatch({ window }: Watching, rounds: number | undefined): string | undefined {
  if (window === undefined || rounds === undefined || window < rounds) return undefined;
  return `must be less than the ${rounds} rounds of the run, or there are too few to judge so many, but is ${window}; lower it, or raise \`horizon\``;
}

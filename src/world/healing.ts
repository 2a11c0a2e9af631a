import type { Time } from '../kernel/kernel.ts';
import type { Ending, Fault } from './contracts.ts';
import type { Verdict } from './task.ts';

/**
 * The second phase of a liveness check: the fault until `at`, and nothing of it from then on, save what its faulty agents
 * do: those that crash for good stay so, and Byzantine ones go on lying. Whoever is paused or down goes on at `at`.
 */
export function healedFrom(fault: Fault, at: Time): Fault {
  const { judge, cuts, down, pausedUntil, slowness, recoveries, faulty } = fault;
  const isFaulty = faulty ?? (() => false);
  return {
    ...fault,
    ...(judge && {
      judge: (fate, from, to, now, index) => {
        if (now < at || isFaulty(from)) judge(fate, from, to, now, index);
      },
    }),
    ...(cuts && { cuts: (from, to, now) => (isFaulty(from) ? cuts(from, to, now) : undefined) }),
    ...(down && { down: (agent, now) => (now < at || isFaulty(agent)) && down(agent, now) }),
    ...(pausedUntil && {
      pausedUntil: (agent, now) => (now < at ? Math.min(at, pausedUntil(agent, now)) : now),
    }),
    ...(slowness && { slowness: (agent, now) => (now < at ? slowness(agent, now) : 1) }),
    ...(recoveries && {
      recoveries: recoveries.map((it) => ({ ...it, at: Math.min(at, it.at) })),
    }),
  };
}

/** Whether a group decided in time once its faults were over. */
export interface Liveness {
  readonly verdict: Verdict;
  /** Who did not, and whom each of them waits for. */
  readonly witness: string;
}

const mostNamed = 5;

const listed = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed - 1).join(', ')} and ${names.length - mostNamed + 1} more`
    : names.join(', ');

/** Judges the second phase: every correct agent has decided `within` of `at`. Undetermined where the run ended sooner. */
export function judgeLiveness(ending: Ending, at: Time, within: Time): Liveness {
  const { setting, correct, decisions, decidedAt, ended, now, waitsFor, needs } = ending;
  const bound = at + within;
  const name = (agent: number): string => setting.names[agent] as string;
  const behind: string[] = [];
  for (let agent = 0; agent < setting.agents; agent++) {
    if (correct[agent] === 0 || (decidedAt[agent] as number) <= bound) continue;
    if (!Number.isNaN(decisions[agent])) {
      behind.push(`${name(agent)} decided ${((decidedAt[agent] as number) - at) / 1e6}s after`);
      continue;
    }
    const awaited = waitsFor(agent).map(name);
    const needed = needs?.(agent) ?? awaited.length;
    const of = needed < awaited.length ? `${needed} of ` : '';
    behind.push(awaited.length === 0 ? name(agent) : `${name(agent)}, who waits for ${of}${listed(awaited)}`);
  }
  if (behind.length === 0) return { verdict: 'satisfied', witness: '' };
  // A horizon in time lies no earlier than the bound; one in rounds may.
  const isOver = now >= bound || ended === 'quiescent' || (ended === 'horizon' && ending.rounds === 0);
  if (!isOver) return { verdict: 'undetermined', witness: '' };
  const shown = behind.slice(0, mostNamed).join('; ');
  const more = behind.length > mostNamed ? `; and ${behind.length - mostNamed} more` : '';
  return {
    verdict: 'violated',
    witness: `${within / 1e6}s after the faults ended at ${at / 1e6}s, these had not decided: ${shown}${more}`,
  };
}

import type { Config } from '../scenario/schema.ts';
import type { TraceRecord } from '../world/trace.ts';

/** A fault's own parameters, as far as they say when it is at work and on whom; other faults have none of these. */
interface Spanned {
  readonly from?: number;
  readonly until?: number;
  readonly agents?: readonly number[];
  readonly side?: readonly number[];
  readonly sides?: readonly (readonly number[])[];
}

/**
 * Hands a trace on, and tells in its place of every fault that has a span: that it begins, and that it is over. What
 * begins after the last record is not told: nothing came of it.
 */
export function tellingFaults(
  take: (record: TraceRecord) => void,
  { faults, liveness, network }: Pick<Config, 'faults' | 'liveness' | 'network'>,
  names: readonly string[],
): (record: TraceRecord) => void {
  const healed = liveness === undefined ? undefined : network.gst;
  const due = faults.flatMap(({ part, params }) => {
    const { from, until = Number.POSITIVE_INFINITY, ...on } = params as Spanned;
    if (typeof from !== 'number') return [];
    const over = Math.min(until, healed ?? Number.POSITIVE_INFINITY);
    const what = `Fault: ${part.name}${whom(on, names)}`;
    return [
      { at: from, content: `${what}.` },
      { at: over, content: `Over: ${part.name}.` },
    ];
  });
  due.sort((a, b) => a.at - b.at);
  let told = 0;
  return (record) => {
    const { round, event = 0 } = record;
    for (let next = due[told]; next !== undefined && next.at <= record.at; next = due[++told]) {
      take({ kind: 'fault', ...next, event, round });
    }
    take(record);
  };
}

function whom({ agents, side, sides }: Spanned, names: readonly string[]): string {
  const named = (list: readonly number[]): string => list.map((agent) => names[agent] ?? '').join(', ');
  if (agents !== undefined) return ` of ${named(agents)}`;
  if (side !== undefined) return ` of ${named(side)} from all others`;
  return sides === undefined ? '' : ` of ${sides.map(named).join(' from ')}`;
}

import { type Baseline, derived, mostTurns, type Origin, ownOf, spanShown, withKnobs } from './baselines.ts';

/**
 * Self-consistency: each item is sampled so many times, afresh, and the value given most often wins; the number is free.
 * It is best-of-N item by item. Nothing said before is read again, so that a sample costs as much at the last item as at
 * the first. Undefined where an item cannot be answered by itself, unless the design has it so answered too: then both
 * are spared the same.
 */
export function selfConsistency(origin: Origin): Baseline | undefined {
  const { design, probe } = origin;
  if (probe.whyWhole !== undefined && !probe.isSampled) return undefined;
  const own = ownOf(design, 'self-consistency');
  const { voters } = design.config.protocol.params as { readonly voters?: unknown };
  const asked = typeof voters === 'number' ? { voters } : {};
  return {
    name: 'self-consistency',
    most: mostTurns,
    label: (samples, upper) => `self-consistency of ${spanShown(samples, upper)}`,
    at: (samples) => {
      if (own?.samples === samples) return design.raw;
      const raw = derived(origin, { kind: 'self-consistency', samples, ...asked });
      return { ...raw, ...thriftier(origin) };
    },
  };
}

/** Samples have no cap; so they think no longer than a turn of the design may. */
function thriftier({ design, probe: { cap } }: Origin): { readonly behaviour?: unknown } {
  const { thought } = (design.config.behaviour?.params ?? {}) as { readonly thought?: unknown };
  if (cap === undefined || typeof thought !== 'number' || thought <= cap) return {};
  return { behaviour: withKnobs(design.raw, { thought: cap }) };
}

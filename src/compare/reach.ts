import type { Contrast } from './contrast.ts';
import type { Probe } from './probing.ts';

/**
 * Says which baselines have fewer turns than there are items at one a turn: however able, they cannot reach the last one, and
 * to be ahead of them says little. Undefined where all can.
 */
export function outOfReach(contrasts: readonly Contrast[], probe: Probe): string | undefined {
  if (!probe.isOneByOne) return undefined;
  const cut = [...new Set(contrasts.flatMap((it) => cutShort(it, probe) ?? []))];
  if (cut.length === 0) return undefined;
  return `Cut before the last of ${probe.items} items can be reached, at one a turn: ${cut.join('; ')}. A lead over what is cut says little.`;
}

function cutShort({ found }: Contrast, { items }: Probe): string | undefined {
  if (found?.match.turns === undefined) return undefined;
  const { label, share, turns } = found.match;
  const [lower, upper] = turns;
  if (lower >= items) return undefined;
  return upper < items ? label : `${label} (${(100 * (1 - share)).toFixed(0)} % of its runs)`;
}

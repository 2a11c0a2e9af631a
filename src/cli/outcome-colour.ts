import type { OutcomeClass } from '../world/outcome.ts';
import type { Verdict } from '../world/task.ts';
import type { Colour } from './terminal.ts';

/** Green for what succeeded, red for what is wrong, yellow for what did not end. */
export function outcomeColour(outcome: OutcomeClass): Colour {
  if (outcome === 'valid') return 'green';
  return outcome === 'invalid' || outcome === 'split' || outcome === 'no-input' ? 'red' : 'yellow';
}

export const verdictColour = (verdict: Verdict): Colour =>
  (({ satisfied: 'green', violated: 'red', undetermined: 'yellow' }) as const)[verdict];

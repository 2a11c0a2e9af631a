import { shownNumber } from '../study/numbers.ts';
import type { Baseline } from './baselines.ts';
import type { Design } from './designs.ts';
import type { Candidate } from './front.ts';
import { meanOf, type Rung } from './match.ts';
import type { Sample } from './sampler.ts';

/** All that was run for a design, each once: itself, and every rung that was tried in search of a match. */
export class Candidates {
  readonly design: Candidate;
  private readonly byLabel = new Map<string, Candidate>();

  constructor({ mark, name }: Design, own: Sample) {
    this.design = { mark, kind: 'design', label: `${mark} ${name}`, ...pointOf(own) };
  }

  add(baseline: Baseline, tried: readonly Rung[]): void {
    for (const { step, sample } of tried) {
      const label = baseline.label(step);
      if (this.byLabel.has(label)) continue;
      this.byLabel.set(label, { mark: this.design.mark, kind: baseline.name, label, ...pointOf(sample) });
    }
  }

  get all(): readonly Candidate[] {
    return [this.design, ...this.byLabel.values()];
  }
}

function pointOf({ quality, tokens, dollars }: Sample): Pick<Candidate, 'quality' | 'tokens' | 'dollars'> {
  const spent = dollars[0] === undefined ? Number.NaN : meanOf(dollars[0]);
  return {
    quality: meanOf(quality),
    tokens: meanOf(tokens),
    dollars: Number.isNaN(spent) ? undefined : spent,
  };
}

/** Of what a design spends: where as much comes for no more than this, its tokens are not needed. */
const farFewer = 0.5;

/**
 * What was as good as a design, on the mean, for half its tokens or less; the cheapest of these. It need not lie anywhere
 * near the match: a baseline may have got all there is long before it spends as much.
 */
export function cheaperThan({ design, all }: Candidates): Candidate | undefined {
  if (design.quality === 0) return undefined;
  const good = all.filter(
    (it) => it !== design && it.quality >= design.quality && it.tokens <= farFewer * design.tokens,
  );
  return good.sort((a, b) => a.tokens - b.tokens)[0];
}

/** The same as a sentence. */
export function cheaperSentence(design: Candidate, { label, quality, tokens }: Candidate): string {
  const share = shownNumber(tokens / design.tokens);
  return `As good (${quality.toFixed(3)}) for ${shownNumber(Math.round(tokens))} tokens, ${share} of what the design spends: ${label}.`;
}

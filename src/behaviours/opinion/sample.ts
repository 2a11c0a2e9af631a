import { z } from 'zod';
import type { Stream } from '../../kernel/stream.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';

export const distinct = z
  .boolean()
  .default(false)
  .describe(
    'Whether the samples come from different agents, all in view where there are fewer; else one may be drawn twice.',
  );

/** Draws places of the view: with replacement, or different ones, as many as there are. */
export function sampler(
  samples: number,
  isDistinct: boolean,
): (view: OpinionQuestion, random: Stream) => Int32Array {
  const places = new Int32Array(samples);
  return ({ size }, random) => {
    if (!isDistinct) {
      for (let i = 0; i < samples; i++) places[i] = random.below(size);
      return places;
    }
    const count = Math.min(samples, size);
    // Floyd's way (Bentley, Programming Pearls, CACM 30(9), 1987): each set of places has the same chance.
    for (let i = 0; i < count; i++) {
      const last = size - count + i;
      const place = random.below(last + 1);
      places[i] = places.indexOf(place, 0) >= 0 && places.indexOf(place, 0) < i ? last : place;
    }
    return places.subarray(0, count);
  };
}

import type { Steps } from '../world/steps.ts';
import { Interrupted } from './interrupted.ts';

/** A stretch should take about so long, in milliseconds: long beside the cost of ending one, short for who waits. */
const stretch = 20;
/** So often, in milliseconds, signals and timers are let in. */
const breath = 50;

/** When this thread last let them in. */
let gaveWayAt = Number.NEGATIVE_INFINITY;

/** Does work in stretches, between which a signal to stop is heard; throws `Interrupted` where it was raised. */
export async function inSteps<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  // A single event may be a round of a million agents, so that the first stretches are short.
  let events = 64;
  let step = steps.next(events);
  while (!step.done) {
    if (performance.now() - gaveWayAt > breath) {
      await new Promise((resolve) => setImmediate(resolve));
      gaveWayAt = performance.now();
    }
    if (signal?.aborted) throw new Interrupted();
    const begun = performance.now();
    step = steps.next(events);
    const took = performance.now() - begun;
    if (took < stretch / 20) events *= 8;
    else if (took < stretch / 2) events *= 2;
    else if (took > stretch) events = Math.max(1, events / 2);
  }
  return step.value;
}

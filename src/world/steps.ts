/**
 * Work in stretches: at each `yield` it is told how many events the next stretch may take. Who drives it can do
 * something else in between, or leave it there; how it is cut changes nothing in what it comes to.
 */
export type Steps<T> = Generator<undefined, T, number>;

/** Does all of it at once. */
export function whole<T>(steps: Steps<T>): T {
  let step = steps.next(Number.POSITIVE_INFINITY);
  while (!step.done) step = steps.next(Number.POSITIVE_INFINITY);
  return step.value;
}

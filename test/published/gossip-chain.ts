/** Mean steps until all of n agents are informed, by the Markov chain of how many are. */
export function expectedSteps(n: number, mode: 'push' | 'pull' | 'push-pull'): number {
  const expected = new Float64Array(n + 1);
  for (let k = n - 1; k >= 1; k--) {
    // Chances of how many of the uninformed learn in one step.
    let learn = new Float64Array(n - k + 1);
    learn[0] = 1;
    if (mode !== 'push') {
      for (let asker = 0; asker < n - k; asker++) learn = shifted(learn, () => k / (n - 1));
    }
    if (mode !== 'pull') {
      for (let caller = 0; caller < k; caller++) learn = shifted(learn, (known) => (n - k - known) / (n - 1));
    }
    let sum = 1;
    for (let more = 1; more <= n - k; more++) sum += learn[more]! * expected[k + more]!;
    expected[k] = sum / (1 - learn[0]!);
  }
  return expected[1]!;
}

/** One more trial, which informs one more with a chance that depends on how many are informed already. */
function shifted(
  chances: Float64Array<ArrayBuffer>,
  chance: (known: number) => number,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(chances.length);
  chances.forEach((weight, known) => {
    const p = weight === 0 ? 0 : chance(known);
    next[known]! += weight * (1 - p);
    if (p > 0) next[known + 1]! += weight * p;
  });
  return next;
}

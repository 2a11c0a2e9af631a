/** Closed forms for what groups do by arithmetic alone, whatever their agents think. */

/** 1 + 1/2 + ... + 1/n. */
export function harmonic(n: number): number {
  let sum = 0;
  for (let k = n; k >= 1; k--) sum += 1 / k;
  return sum;
}

/** Mean time until the k-th of n answers, each exponential of mean 1: H_n - H_(n-k); all of them, H_n. */
export const meanOrderStatistic = (n: number, k: number): number => harmonic(n) - harmonic(n - k);

/** P(at least k of n), each with the same chance on its own. Sums the terms from the largest down, as logarithms. */
export function atLeast(k: number, n: number, chance: number): number {
  if (k <= 0) return 1;
  if (k > n || chance <= 0) return 0;
  if (chance >= 1) return 1;
  let sum = 0;
  let logarithm = logChoose(n, k) + k * Math.log(chance) + (n - k) * Math.log1p(-chance);
  for (let i = k; i <= n; i++) {
    sum += Math.exp(logarithm);
    logarithm += Math.log(((n - i) / (i + 1)) * (chance / (1 - chance)));
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}

/** A vote on stopping by agents that vote to stop with the same chance, each round and each on its own. */
export interface Vote {
  /** Agents that may vote to stop; the others of `voters` never do. */
  readonly honest: number;
  /** Agents of whom the quorum is a share. */
  readonly voters: number;
  readonly quorum: { readonly numerator: number; readonly denominator: number };
  readonly chance: number;
  readonly rounds: number;
}

/** P(no round of them all stops): (1 - P[Bin(honest, chance) >= quorum])^rounds. */
export function voteQuorumTimeout({ honest, voters, quorum, chance, rounds }: Vote): number {
  const needed = Math.ceil((quorum.numerator * voters) / quorum.denominator - 1e-9);
  return (1 - atLeast(needed, honest, chance)) ** rounds;
}

/** The strength of conformity above which a group of n holds a unanimity: n e^(-2 beta) < 1 (arXiv 2409.02822). */
export const glauberThreshold = (n: number): number => 0.5 * Math.log(n);

/** The beta of P = (1 + tanh(beta m)) / 2 at which agents that see everyone agree (m = 1) leave at this rate. */
export const majorityForce = (strayRate: number): number => 0.5 * Math.log((1 - strayRate) / strayRate);

/**
 * Mean steps from a tie to unanimity of n agents, one of whom, drawn at random, looks at all each step and takes the
 * first of two opinions with chance (1 + tanh(beta m)) / 2: a birth-death chain, solved exactly. For even n.
 */
export function glauberSteps(n: number, beta: number): number {
  // h(k) is the mean time from k to k + 1 or to the end, by symmetry about the tie: h rises outwards from there.
  const half = n / 2;
  if (!Number.isInteger(half)) throw new RangeError(`glauberSteps: n must be even for a tie, but is ${n}`);
  const up = (k: number): number => ((n - k) / n) * (1 + Math.tanh(beta * ((2 * k) / n - 1))) * 0.5;
  const down = (k: number): number => (k / n) * (1 - Math.tanh(beta * ((2 * k) / n - 1))) * 0.5;
  // From the tie both directions lead outwards; folded at the tie, it only goes up.
  let outwards = 1 / (up(half) + down(half));
  let total = outwards;
  for (let k = half + 1; k < n; k++) {
    outwards = (1 + down(k) * outwards) / up(k);
    total += outwards;
  }
  return total;
}

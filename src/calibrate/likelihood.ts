/** A log likelihood of chances, each between 0 and 1. May be -Infinity where they are impossible. */
export type LogLikelihood = (chances: readonly number[]) => number;

/** A value with the ends of its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const golden = (Math.sqrt(5) - 1) / 2;
const precision = 1e-7;
const mostSweeps = 200;

/** Half the 0.95 quantile of chi squared with one degree of freedom: by so much the log likelihood falls at the ends. */
const drop = 1.920729410347062;

/** The chance between 0 and 1 at which a function with a single peak is highest (golden section, Kiefer 1953). */
export function highest(of: (x: number) => number): number {
  let low = 0;
  let high = 1;
  let left = high - golden;
  let right = low + golden;
  let atLeft = of(left);
  let atRight = of(right);
  while (high - low > precision) {
    if (atLeft > atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - golden * (high - low);
      atLeft = of(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + golden * (high - low);
      atRight = of(right);
    }
  }
  // The ends are no inner points, and the peak of many rates is there.
  const middle = (low + high) / 2;
  const [best] = [0, middle, 1].map((x) => [x, of(x)] as const).sort((a, b) => b[1] - a[1]);
  return best![0];
}

/**
 * The chances of greatest likelihood, one after the other until none moves: enough where the likelihood is concave in each,
 * as those of mixtures and products of chances are. One of them can be held fixed.
 */
export function mostLikely(of: LogLikelihood, start: readonly number[], fixed = -1): number[] {
  const at = [...start];
  let before = of(at);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    for (let i = 0; i < at.length; i++) {
      if (i === fixed) continue;
      const kept = at[i]!;
      const found = highest((x) => {
        at[i] = x;
        return of(at);
      });
      at[i] = found;
      if (!(of(at) > Number.NEGATIVE_INFINITY)) at[i] = kept;
    }
    const now = of(at);
    if (!(now - before > 1e-10)) break;
    before = now;
  }
  return at;
}

/**
 * The profile likelihood interval of one chance: where the likelihood, the others at their best, has not fallen by more than
 * chi squared allows (Wilks 1938). Reaches to 0 and 1 where the data do not tell.
 */
export function profileInterval(of: LogLikelihood, best: readonly number[], index: number): Interval {
  const value = best[index]!;
  const peak = of(best);
  let nearby = best;
  const falls = (x: number): number => {
    const start = nearby.map((it, i) => (i === index ? x : it));
    nearby = mostLikely(of, start, index);
    return peak - of(nearby) - drop;
  };
  const end = (far: number): number => {
    nearby = best;
    if (falls(far) <= 0) return far;
    let inside = value;
    let outside = far;
    while (Math.abs(outside - inside) > 1e-5) {
      const middle = (inside + outside) / 2;
      if (falls(middle) <= 0) inside = middle;
      else outside = middle;
    }
    return (inside + outside) / 2;
  };
  return { value, low: end(0), high: end(1) };
}

/** ln of a binomial likelihood, its constant left out. */
export function logBinomial(events: number, n: number, chance: number): number {
  const yes = events === 0 ? 0 : events * Math.log(chance);
  const no = events === n ? 0 : (n - events) * Math.log1p(-chance);
  return yes + no;
}

/** The chance that chi squared with so many degrees of freedom is larger (Wilson and Hilferty 1931, good to 0.01 from 3 on). */
export function chiSquaredAbove(x: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  return normalAbove((Math.cbrt(x / freedom) - (1 - spread)) / Math.sqrt(spread));
}

/** The chance that a standard normal is larger: Abramowitz and Stegun 26.2.17, to 7.5e-8. */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/** The standard normal's quantile, by halving. */
export function normalQuantile(chance: number): number {
  let low = -9;
  let high = 9;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (1 - normalAbove(middle) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

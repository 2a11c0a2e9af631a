import { describe, expect, test } from 'vitest';
import { Kernel } from '../../src/kernel/kernel.ts';
import { Stream } from '../../src/kernel/stream.ts';

// Queues on the kernel alone. Those that a scenario file can say are in served-queues.test.ts.

/** Replications of a single-server queue: enough of them for an honest standard error of their means. */
const REPLICATIONS = 60;
const CUSTOMERS = 2000;
const WARM_UP = 300;
const ARRIVAL_RATE = 0.5;

interface Observed {
  /** Mean time in line of the customers after the warm-up. */
  wait: number;
  /** Time average of the number in the system, from the warm-up on. */
  present: number;
}

/** One server, Poisson arrivals, first come first served. The line is a timestamp per customer. */
function queue(seed: number, service: (draw: Stream) => number): Observed {
  const kernel = new Kernel();
  const arrivals = new Stream(seed, 'arrivals');
  const services = new Stream(seed, 'services');
  const arrived = new Float64Array(CUSTOMERS);
  let served = 0;
  let came = 0;
  let busy = false;
  let waits = 0;
  let areaWarm = 0;
  let warmFrom = 0;
  let warmUntil = 0;
  let since = 0;
  const account = (): void => {
    if (warmFrom > 0 && came < CUSTOMERS) {
      areaWarm += (came - served) * (kernel.now - since);
      warmUntil = kernel.now;
    }
    since = kernel.now;
  };
  const begin = (customer: number): void => {
    busy = true;
    if (customer >= WARM_UP) waits += kernel.now - arrived[customer]!;
    kernel.schedule(service(services), departure, customer);
  };
  const arrival = kernel.on((customer) => {
    account();
    if (customer === WARM_UP) warmFrom = warmUntil = kernel.now;
    arrived[customer] = kernel.now;
    came++;
    if (!busy) begin(customer);
    if (came < CUSTOMERS) kernel.schedule(arrivals.exponential() / ARRIVAL_RATE, arrival, came);
  });
  const departure = kernel.on(() => {
    account();
    served++;
    busy = false;
    if (served < came) begin(served);
  });
  kernel.schedule(0, arrival, 0);
  expect(kernel.run()).toBe('quiescent');
  return { wait: waits / (CUSTOMERS - WARM_UP), present: areaWarm / (warmUntil - warmFrom) };
}

/** How many standard errors the mean of independent values lies from what theory says. */
function score(values: readonly number[], expected: number): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return (mean - expected) / Math.sqrt(squares / (values.length - 1) / values.length);
}

// Pollaczek and Khinchine: the mean wait is rate * E[S^2] / (2 (1 - load)). Here the mean service is 1, the load 1/2.
describe.each([
  ['M/M/1', (draw: Stream) => draw.exponential(), 2],
  ['M/D/1', () => 1, 1],
  ['M/G/1, uniform service', (draw: Stream) => 2 * draw.unit(), 4 / 3],
  ['M/G/1, lognormal service', (draw: Stream) => Math.exp(0.5 * draw.normal() - 0.125), Math.exp(0.25)],
  ['M/G/1, service of two phases', (draw: Stream) => (draw.exponential() + draw.exponential()) / 2, 1.5],
])('%s', (_, service, secondMoment) => {
  const wait = (ARRIVAL_RATE * secondMoment) / (2 * (1 - ARRIVAL_RATE));
  const runs = Array.from({ length: REPLICATIONS }, (_unused, seed) => queue(seed, service));

  test('the mean wait is that of Pollaczek and Khinchine', () => {
    expect(
      Math.abs(
        score(
          runs.map((run) => run.wait),
          wait,
        ),
      ),
    ).toBeLessThan(4);
    // The test has teeth: a wait a fifth longer would not pass.
    expect(
      Math.abs(
        score(
          runs.map((run) => run.wait),
          1.2 * wait,
        ),
      ),
    ).toBeGreaterThan(4);
  });

  test("the mean number present is that of Little's law", () => {
    expect(
      Math.abs(
        score(
          runs.map((run) => run.present),
          ARRIVAL_RATE * (wait + 1),
        ),
      ),
    ).toBeLessThan(4);
  });
});

describe('M/M/1 at a load of 0.8, begun in its steady state', () => {
  const [arrivalRate, load] = [0.8, 0.8];
  const customers = 8;
  /** How many the last customer finds there, and how long it stays, in a run of its own. */
  const runs = Array.from({ length: 2000 }, (_, seed) => {
    const kernel = new Kernel();
    const draw = new Stream(seed, 'queue');
    // P(n) = (1 - load) load^n are there to begin with; what is left of the first one's service is as long as a whole.
    let present = Math.floor(Math.log(1 - draw.unit()) / Math.log(load));
    let came = 0;
    let found = Number.NaN;
    let since = Number.NaN;
    let sojourn = Number.NaN;
    let aheadOfLast = Number.POSITIVE_INFINITY;
    const departure = kernel.on(() => {
      present--;
      if (aheadOfLast-- === 0) sojourn = kernel.now - since;
      if (present > 0) kernel.schedule(draw.exponential(), departure, 0);
    });
    const arrival = kernel.on(() => {
      if (++came === customers) {
        found = present;
        aheadOfLast = present;
        since = kernel.now;
      } else kernel.schedule(draw.exponential() / arrivalRate, arrival, 0);
      if (++present === 1) kernel.schedule(draw.exponential(), departure, 0);
    });
    if (present > 0) kernel.schedule(draw.exponential(), departure, 0);
    // The steady state is what arrivals find, so the first one comes at once: the next from 0 on would find fewer.
    kernel.schedule(0, arrival, 0);
    kernel.run();
    return { found, sojourn };
  });

  test('the sojourn is exponential of rate 1 - 0.8 (Kolmogorov and Smirnov), its mean wait 4', () => {
    const sojourns = runs.map(({ sojourn }) => sojourn).sort((a, b) => a - b);
    const distance = (rate: number): number => {
      const gaps = sojourns.map((it, i) => {
        const expected = 1 - Math.exp(-rate * it);
        return Math.max(expected - i / sojourns.length, (i + 1) / sojourns.length - expected);
      });
      return Math.sqrt(sojourns.length) * Math.max(...gaps);
    };
    // 2 exp(-2 d^2) is the chance of four standard errors at d = 2.27.
    expect(distance(1 - load)).toBeLessThan(2.27);
    expect(distance(1.2 * (1 - load))).toBeGreaterThan(2.27);
    expect(Math.abs(score(sojourns, 4 + 1))).toBeLessThan(4);
  });

  test.each([0, 1, 4])('an arrival finds %i there with chance (1 - 0.8) 0.8^n', (n) => {
    const shares = runs.map(({ found }) => (found === n ? 1 : 0));
    expect(Math.abs(score(shares, (1 - load) * load ** n))).toBeLessThan(4);
  });
});

describe('a barrier of N exponential tasks', () => {
  // The largest of N exponential variates of mean 1: mean H_N = 1 + 1/2 + ... + 1/N, variance the sum of 1/k^2.
  test.each([1, 2, 10, 100])('N = %i lasts H_N on average, and its variance is the sum of 1/k^2', (tasks) => {
    const rounds = 3000;
    const kernel = new Kernel();
    const draw = new Stream(tasks, 'barrier');
    const lengths: number[] = [];
    let missing = 0;
    let opened = 0;
    const open = (): void => {
      opened = kernel.now;
      missing = tasks;
      for (let task = 0; task < tasks; task++) kernel.schedule(draw.exponential(), finished, task);
    };
    const finished = kernel.on(() => {
      if (--missing > 0) return;
      lengths.push(kernel.now - opened);
      if (lengths.length < rounds) open();
    });
    open();
    expect(kernel.run()).toBe('quiescent');
    expect(kernel.executed).toBe(rounds * tasks);
    let mean = 0;
    let variance = 0;
    for (let k = 1; k <= tasks; k++) {
      mean += 1 / k;
      variance += 1 / (k * k);
    }
    expect(Math.abs(score(lengths, mean))).toBeLessThan(4);
    expect(
      Math.abs(
        score(
          lengths.map((x) => (x - mean) ** 2),
          variance,
        ),
      ),
    ).toBeLessThan(4);
  });
});

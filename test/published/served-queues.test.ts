import { describe, expect, test } from 'vitest';
import { replicate, zOf } from '../replicate.ts';
import { runsOfSuite } from '../suite.ts';

// Agents ask at the ticks of Poisson clocks, whether or not their last question was answered, and one place serves them in order:
// a queue, as a scenario file can say it. One second is the mean service; questions come at four in five seconds.
const load = 0.8;
const agents = 4;
/**
 * Whose stay is measured, in order of asking. Before them comes the way from empty to the steady state, whose slowest mode in
 * M/M/1 dies out as e^(-(1 - sqrt(load))^2 t), here to 1e-3 in 625 s on the mean. The last of them asks after 750 s, give
 * or take 31.
 */
const [first, last] = [500, 600];
const horizon = '900s';

interface Observed {
  /** Their mean time in line and in service, by the clock, in seconds. */
  readonly sojourn: number;
  /** How many unanswered questions they found there, on the mean: a count, no clock is read. */
  readonly found: number;
}

interface Account {
  readonly askedAt: number[];
  found: number;
  answers: number;
  sojourns: number;
}

/** What each run of a queue measures; `think` is the time that a call takes. */
function queues(think: object | string): Observed[] {
  const seen = new Map<number, Account>();
  return replicate(
    {
      horizon,
      topology: { kind: 'complete', agents },
      task: { kind: 'unanimity', pattern: [0, 1] },
      protocol: {
        kind: 'opinions',
        timing: 'asynchronous',
        contact: 'pairs',
        changes: 'first',
        period: `${agents / load}s`,
        stop: 'never',
      },
      behaviour: 'voter',
      serving: { firstToken: think, concurrency: 1 },
    },
    runsOfSuite(2000, 8),
    (_ending, replication) => {
      const { found, sojourns, answers } = seen.get(replication)!;
      seen.delete(replication);
      expect(answers).toBeGreaterThanOrEqual(last);
      return { sojourn: sojourns / 1e6 / (last - first), found: found / (last - first) };
    },
    (replication) => {
      const it: Account = { askedAt: [], found: 0, answers: 0, sojourns: 0 };
      seen.set(replication, it);
      let now = (): number => 0;
      const isCounted = (customer: number): boolean => customer >= first && customer < last;
      return [
        {
          start: (run) => {
            now = () => run.now;
          },
          ask() {
            const { askedAt, answers } = it;
            if (isCounted(askedAt.length)) it.found += askedAt.length - answers;
            askedAt.push(now());
          },
          // In order of asking: nobody overtakes.
          answer() {
            const customer = it.answers++;
            if (isCounted(customer)) it.sojourns += now() - it.askedAt[customer]!;
          },
        },
      ];
    },
  );
}

// Pollaczek and Khinchine: the mean wait is rate E[S^2] / (2 (1 - load)).
describe.each([
  ['M/M/1: mean wait 4', { kind: 'exponential', mean: '1s' }, 2],
  ['M/D/1: mean wait 2', '1s', 1],
  ['M/G/1, uniform service: mean wait 8/3', { kind: 'uniform', low: '0s', high: '2s' }, 4 / 3],
  // A median of e^(-1/8) and a sigma of 1/2 make a mean of 1.
  [
    'M/G/1, lognormal service',
    { kind: 'lognormal', median: `${Math.round(1e6 * Math.exp(-0.125))}us`, sigma: 0.5 },
    Math.exp(0.25),
  ],
])('%s, at a load of .8', (_, think, secondMoment) => {
  const wait = (load * secondMoment) / (2 * (1 - load));
  const runs = queues(think);
  const sojourns = runs.map(({ sojourn }) => sojourn);

  test('the wait is that of Pollaczek and Khinchine', () => {
    expect(Math.abs(zOf(sojourns, wait + 1))).toBeLessThan(4);
  });

  test("Little's law: how many are found there is the rate times how long they stay", () => {
    // Whoever asks at a tick of a Poisson clock finds what is there on the mean over time.
    expect(
      Math.abs(
        zOf(
          runs.map(({ found, sojourn }) => found - load * sojourn),
          0,
        ),
      ),
    ).toBeLessThan(4);
    expect(
      Math.abs(
        zOf(
          runs.map(({ found }) => found),
          load * (wait + 1),
        ),
      ),
    ).toBeLessThan(4);
  });

  test('the test has teeth: waits a third longer would not pass', () => {
    expect(zOf(sojourns, (4 / 3) * wait + 1)).toBeLessThan(-4);
  });
});

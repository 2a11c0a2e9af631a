import { describe, expect, test } from 'vitest';
import type { Ending, Observer } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { runOfRaw } from '../worlds.ts';

/**
 * Fischer, Lynch and Paterson, "Impossibility of distributed consensus with one faulty process", Journal of the ACM 32(2),
 * 1985: a deterministic asynchronous protocol that bears one crash has a run in which nobody crashes, every message arrives,
 * and nobody ever decides.
 */
const world = (agents: number, f: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  topology: { kind: 'complete', agents },
  task: { kind: 'consensus', values: 2 },
  protocol: { kind: 'round-majority', f },
  network: { latency: { kind: 'uniform', low: '1ms', high: '10ms' } },
  horizon: '2s',
  ...more,
});
const adversary = (f: number): Record<string, unknown> => ({ kind: 'adversary', slow: f, by: '500ms' });
const groups = [
  [4, 1],
  [5, 1],
  [5, 2],
  [6, 2],
  [7, 3],
  [8, 3],
] as const;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const phasesOf = (ending: Ending): number => ending.measures?.phases ?? Number.NaN;

/** How many agents begin with the value that fewer begin with. */
const minorityOf = ({ setting }: Ending): number => {
  const ones = setting.inputs.reduce((sum, it) => sum + it, 0);
  return Math.min(ones, setting.agents - ones);
};

const decides = ({ decisions }: Ending): boolean => decisions.every((it) => !Number.isNaN(it));

describe.each(groups)('a deterministic protocol of %i agents that bears %i crashes', (agents, f) => {
  test('never decides under the adversary, from any inputs that it can keep in balance', () => {
    let kept = 0;
    for (const seed of seeds) {
      const { ending } = runOfRaw(world(agents, f, { seed, faults: [adversary(f)] }));
      // Each agent is shown as many of its own value as make a majority of n - f, or a tie.
      const isBalanced = minorityOf(ending) >= Math.ceil((agents - f) / 2);
      expect(decides(ending), `seed ${seed}`).toBe(!isBalanced);
      expect(classify(ending).verdicts).toMatchObject({ agreement: 'satisfied', validity: 'satisfied' });
      if (!isBalanced) continue;
      kept++;
      expect(phasesOf(ending)).toBeGreaterThan(100);
      expect(classify(ending)).toMatchObject({ class: 'livelock', cause: 'no-progress' });
    }
    expect(kept).toBeGreaterThan(0);
  });

  test('decides soon without the adversary', () => {
    for (const seed of seeds) {
      const { ending } = runOfRaw(world(agents, f, { seed, horizon: '60s' }));
      expect(decides(ending), `seed ${seed}`).toBe(true);
      expect(classify(ending).class).toBe('valid');
      expect(phasesOf(ending)).toBeLessThan(60);
    }
  });

  test('decides soon when the adversary goes', () => {
    for (const seed of seeds) {
      const faults = [{ ...adversary(f), until: '1s' }];
      const { ending } = runOfRaw(world(agents, f, { seed, horizon: '60s', faults }));
      expect(decides(ending), `seed ${seed}`).toBe(true);
      expect(ending.now).toBeLessThan(10e6);
    }
  });
});

test('the adversary stops nobody and loses nothing: every message arrives, and all agents act to the end', () => {
  const acted = new Set<number>();
  const lost: string[] = [];
  const observer: Observer = {
    deliver: (_from, to) => void acted.add(to),
    drop: (_from, _to, _content, why) => void lost.push(why),
  };
  const raw = world(4, 1, { seed: 2, stop: 'quiescent', faults: [{ ...adversary(1), until: '1s' }] });
  const { ending } = runOfRaw({ ...raw, horizon: '60s' }, [observer]);
  expect(lost).toEqual([]);
  expect(acted.size).toBe(4);
  expect(ending.ended).toBe('quiescent');
  expect(ending.counts.delivered).toBe(ending.counts.messages);
});

test('a coin defeats the adversary, which is the way out that Ben-Or took', () => {
  for (const seed of seeds) {
    const protocol = { kind: 'ben-or', f: 1 };
    const { ending } = runOfRaw(world(4, 1, { seed, protocol, horizon: '60s', faults: [adversary(1)] }));
    expect(classify(ending).class, `seed ${seed}`).toBe('valid');
  }
});

test('canary: an adversary that may delay no message in time for it to matter keeps nobody undecided', () => {
  const { ending } = runOfRaw(
    world(4, 1, { seed: 2, faults: [{ kind: 'adversary', slow: 1, by: '1us' }], horizon: '60s' }),
  );
  expect(minorityOf(ending)).toBe(2);
  expect(decides(ending)).toBe(true);
});

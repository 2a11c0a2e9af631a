import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kernel, type KernelOptions } from '../../src/kernel/kernel.ts';
import { permutation } from '../../src/kernel/serials.ts';
import { type Seed, Stream } from '../../src/kernel/stream.ts';
import { NaiveKernel } from './naive-kernel.ts';

/** Ways to draw a delay; every one gives whole multiples of a quarter, so that the ring can take them as well. */
const DELAYS: Record<string, (draw: Stream) => number> = {
  ties: (draw) => draw.below(3),
  'all at once': () => 0,
  uniform: (draw) => draw.below(4000) / 4,
  bimodal: (draw) => (draw.chance(0.9) ? draw.below(8) / 4 : 5000 + draw.below(4000) / 4),
  scales: (draw) => 2 ** draw.below(30) / 4,
  'far bursts': (draw) => 1000 * draw.below(5) + draw.below(2) / 4,
};

interface Script {
  seed: number;
  delays: string;
  starts: number;
  /** Mean number of events that an event begets. */
  growth: number;
  slices: readonly { until?: number; events?: number }[];
}

const anyScript: fc.Arbitrary<Script> = fc.record({
  seed: fc.nat(),
  delays: fc.constantFrom(...Object.keys(DELAYS)),
  starts: fc.integer({ min: 0, max: 60 }),
  growth: fc.double({ min: 0.3, max: 1.1, noNaN: true }),
  slices: fc.array(
    fc.oneof(
      fc.record({ events: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ until: fc.integer({ min: 0, max: 2000 }) }),
      fc.record({ until: fc.integer({ min: 0, max: 9000 }), events: fc.integer({ min: 0, max: 90 }) }),
    ),
    { maxLength: 6 },
  ),
});

/** Acts out a script and says, in words, all that can be seen of it. */
function act(kernel: Kernel | NaiveKernel, script: Script): string[] {
  const draw = new Stream(script.seed, 'script');
  const delay = DELAYS[script.delays]!;
  const seen: string[] = [];
  const timers: number[] = [];
  let subject = 0;
  let budget = 400;
  const beget = (): void => {
    if (budget-- <= 0) return;
    const kind = draw.below(2);
    if (draw.chance(0.5)) kernel.schedule(delay(draw), kind, subject++);
    else timers.push(kernel.arm(delay(draw), kind, subject++));
  };
  const handler =
    (kind: number) =>
    (me: number): void => {
      seen.push(`${kernel.now}: ${kind} ${me}, ${kernel.executed} run, ${kernel.pending} pending`);
      while (draw.chance(script.growth / (1 + script.growth))) beget();
      while (timers.length > 0 && draw.chance(0.3)) {
        const index = draw.below(timers.length);
        seen.push(`cancel ${index}: ${kernel.cancel(timers[index]!)}`);
      }
    };
  kernel.on(handler(0));
  kernel.on(handler(1));
  for (let i = 0; i < script.starts; i++) beget();
  for (const limits of [...script.slices, {}]) {
    seen.push(`${kernel.run(limits)} at ${kernel.now}, next ${kernel.nextTime}, ${kernel.pending} pending`);
    // Between runs the clock may stand before a time that was looked at already.
    beget();
    beget();
  }
  kernel.run();
  return seen;
}

describe('the order of events is that of a sorted list', () => {
  const cases: [string, KernelOptions, Seed?][] = [
    ['calendar', {}],
    ['calendar laid out for many', { capacity: 5000 }],
    ['ring', { quantum: 0.25 }],
    ['calendar, ties shuffled', { tieShuffle: 'a' }, 'a'],
    ['quantum and ties shuffled', { tieShuffle: 7, quantum: 0.25 }, 7],
    ['calendar as serials run out', { firstSerial: 2 ** 31 - 50 }],
    ['ring as serials run out', { quantum: 0.25, firstSerial: 2 ** 31 - 50 }],
  ];
  test.each(cases)('%s', (_, options, shuffle) => {
    fc.assert(
      fc.property(anyScript, (script) => {
        const naive = new NaiveKernel(shuffle === undefined ? undefined : permutation(shuffle));
        expect(act(new Kernel(options), script)).toEqual(act(naive, script));
      }),
      { numRuns: 120 },
    );
  });
});

describe('many events', () => {
  /** Holds `pending` events over `total` steps, and checks that (time, subject as serial) only ever rises. */
  function hold(kernel: Kernel, pending: number, total: number, delay: (draw: Stream) => number): number {
    const draw = new Stream('hold', 'delays');
    let serial = 0;
    let lastTime = -1;
    let lastSerial = -1;
    let wrong = 0;
    const kind = kernel.on((mine) => {
      if (kernel.now < lastTime || (kernel.now === lastTime && mine < lastSerial)) wrong++;
      lastTime = kernel.now;
      lastSerial = mine;
      if (kernel.executed <= total) kernel.schedule(delay(draw), kind, serial++);
    });
    for (let i = 0; i < pending; i++) kernel.schedule(delay(draw), kind, serial++);
    kernel.run({ events: total });
    expect(kernel.pending).toBe(pending);
    expect(kernel.run()).toBe('quiescent');
    expect([kernel.executed, serial]).toEqual([total + pending, total + pending]);
    return wrong;
  }

  test.each([
    ['exponential', (draw: Stream) => draw.exponential()],
    ['held off', (draw: Stream) => 0.1 + 0.9 * draw.exponential()],
    ['two scales', (draw: Stream) => (draw.chance(0.9) ? 1e-3 : 10) * draw.exponential()],
    ['whole numbers', (draw: Stream) => draw.below(4)],
    [
      'a cluster in a wide bin',
      (draw: Stream) => (draw.chance(0.4) ? 1000 + 1e-9 * draw.unit() : 1e4 * draw.unit()),
    ],
    ['microseconds', (draw: Stream) => Math.floor(1e5 * draw.exponential())],
    ['ever larger', (draw: Stream) => 10 ** draw.below(12) * draw.unit()],
  ])('20,000 pending, delays %s', (_, delay) => {
    expect(hold(new Kernel(), 20_000, 60_000, delay)).toBe(0);
  });

  test('a flood of events after an epoch was opened for few', () => {
    const kernel = new Kernel();
    const draw = new Stream(1, 'flood');
    const times: number[] = [];
    const note = kernel.on(() => times.push(kernel.now));
    const flood = kernel.on(() => {
      for (let i = 0; i < 30_000; i++) kernel.schedule(1e-3 * draw.unit(), note, i);
    });
    for (let i = 0; i < 300; i++) kernel.schedule(100 * i, i % 100 === 5 ? flood : note, i);
    expect(kernel.run()).toBe('quiescent');
    expect(times).toHaveLength(90_000 + 297);
    expect(times.every((time, i) => i === 0 || times[i - 1]! <= time)).toBe(true);
  });
});

/** PHOLD, as the reference implementations run it: sfc32 keyed by a splitmix32 of 12345. */
function phold(processes: number, events: number, options: KernelOptions = {}): number {
  let state = 12345;
  const split = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  };
  const draw = new Stream();
  draw.rekey(split(), split(), split());
  const kernel = new Kernel({ capacity: processes, ...options });
  let hash = 0;
  const kind = kernel.on((me) => {
    hash = Math.imul(hash ^ me, 16777619);
    const target = draw.below(processes);
    kernel.schedule(0.1 + 0.9 * draw.exponential(), kind, target);
  });
  for (let i = 0; i < processes; i++) kernel.schedule(0.1 + 0.9 * draw.exponential(), kind, i);
  expect(kernel.run({ events })).toBe('events');
  return hash >>> 0;
}

// The order hashes of two independent reference implementations (C++ and JavaScript), with equal parameters.
test.each([
  [100, 50_000, 1327167121],
  [1000, 100_000, 1694680050],
  [20_000, 100_000, 3318537532],
])('PHOLD with %i processes visits them in the order of the reference', (processes, events, hash) => {
  expect(phold(processes, events)).toBe(hash);
});

describe('ties', () => {
  const order = (options: KernelOptions, times: readonly number[]): number[] => {
    const kernel = new Kernel(options);
    const seen: number[] = [];
    const kind = kernel.on((me) => seen.push(me));
    times.forEach((time, i) => {
      if (i % 3 === 0) kernel.arm(time, kind, i);
      else kernel.schedule(time, kind, i);
    });
    kernel.run();
    return seen;
  };
  const times = Array.from({ length: 300 }, (_, i) => i % 4);

  test('run first come, first served, timers among events', () => {
    const sorted = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
    expect(order({}, times)).toEqual(sorted);
    expect(order({ quantum: 1 }, times)).toEqual(sorted);
  });

  test('are shuffled by a seed, and nothing but ties is', () => {
    const first = order({ tieShuffle: 1 }, times);
    expect(first).toEqual(order({ tieShuffle: 1 }, times));
    expect(first).not.toEqual(order({ tieShuffle: 2 }, times));
    expect(first).not.toEqual(order({}, times));
    expect(first.map((i) => times[i])).toEqual([...times].sort());
    const distinct = times.map((_, i) => 1000 - i);
    expect(order({ tieShuffle: 1 }, distinct)).toEqual(order({}, distinct));
  });
});

describe('timers', () => {
  test('a cancelled timer never fires, and is cancelled once', () => {
    const kernel = new Kernel();
    let fired = 0;
    const kind = kernel.on(() => fired++);
    const timer = kernel.arm(5, kind, 0);
    expect(timer).toBeGreaterThan(0);
    expect(kernel.pending).toBe(1);
    expect([kernel.cancel(timer), kernel.cancel(timer)]).toEqual([true, false]);
    expect(kernel.pending).toBe(0);
    expect(kernel.run()).toBe('quiescent');
    expect(fired).toBe(0);
  });

  test('a handle never comes to mean another timer', () => {
    const kernel = new Kernel();
    const kind = kernel.on(() => {});
    const handles = new Set<number>();
    let last = 0;
    for (let i = 0; i < 5000; i++) {
      const timer = kernel.arm(i % 7, kind, 0);
      if (handles.has(timer) || kernel.cancel(last)) throw new Error(`timer ${i} was taken for another`);
      handles.add(timer);
      if (i % 3 === 0) kernel.run();
      else kernel.cancel(timer);
      last = timer;
    }
    expect([...handles].some((timer) => kernel.cancel(timer))).toBe(false);
  });

  test.each([0, -1, 0.5, NaN, Infinity, 2 ** 27 + 1, 2 ** 53])('%d is no timer', (handle) => {
    const kernel = new Kernel();
    kernel.arm(
      1,
      kernel.on(() => {}),
      0,
    );
    expect(kernel.cancel(handle)).toBe(false);
    expect(kernel.pending).toBe(1);
  });

  test('a timer that fires is spent before its handler runs', () => {
    const kernel = new Kernel();
    let answer: boolean | undefined;
    const kind = kernel.on(() => (answer = kernel.cancel(timer)));
    const timer = kernel.arm(1, kind, 0);
    kernel.run();
    expect(answer).toBe(false);
  });
});

describe('limits', () => {
  const ticking = (): { kernel: Kernel; seen: number[]; kind: number } => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const kind = kernel.on((me) => {
      seen.push(kernel.now);
      if (me < 9) kernel.schedule(1, kind, me + 1);
    });
    kernel.schedule(0, kind, 0);
    return { kernel, seen, kind };
  };

  test('until is inclusive, and the run goes on from there', () => {
    const { kernel, seen } = ticking();
    expect(kernel.run({ until: 3 })).toBe('horizon');
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(kernel.nextTime).toBe(4);
    expect(kernel.run({ events: 2 })).toBe('events');
    expect(kernel.executed).toBe(6);
    expect(kernel.run()).toBe('quiescent');
    expect(kernel.nextTime).toBe(Infinity);
    expect(seen).toHaveLength(10);
  });

  test('a handler that sets until to now finishes the instant', () => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const kind = kernel.on((me) => {
      seen.push(me);
      kernel.until = kernel.now;
    });
    for (let i = 0; i < 4; i++) kernel.schedule(i < 3 ? 1 : 2, kind, i);
    expect(kernel.run()).toBe('horizon');
    expect(seen).toEqual([0, 1, 2]);
  });

  test('stop ends the run after the event at hand', () => {
    const { kernel, seen } = ticking();
    const halt = kernel.on(() => kernel.stop());
    kernel.schedule(2, halt, 0);
    expect(kernel.run()).toBe('stopped');
    expect(seen).toEqual([0, 1]);
    expect(kernel.executed).toBe(3);
    expect(kernel.run()).toBe('quiescent');
    expect(seen).toHaveLength(10);
  });

  test('a handler that throws leaves a kernel that can go on', () => {
    const { kernel, seen } = ticking();
    const fail = kernel.on(() => {
      throw new Error('handler failed');
    });
    kernel.arm(1.5, fail, 0);
    kernel.schedule(4.5, fail, 0);
    expect(() => kernel.run()).toThrow('handler failed');
    expect(() => kernel.run()).toThrow('handler failed');
    expect(kernel.executed).toBe(7);
    expect(kernel.run()).toBe('quiescent');
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(kernel.executed).toBe(12);
  });

  test('a handler must not run the kernel', () => {
    const kernel = new Kernel();
    kernel.schedule(
      0,
      kernel.on(() => void kernel.run()),
      0,
    );
    expect(() => kernel.run()).toThrow(/running already/);
  });
});

describe('arguments out of range change nothing', () => {
  test.each([
    [-1, 0, 0, /delay/],
    [NaN, 0, 0, /delay/],
    [Infinity, 0, 0, /delay/],
    [1, 1, 0, /kind/],
    [1, -1, 0, /kind/],
    [1, 0.5, 0, /kind/],
    [1, 32, 0, /kind/],
    [1, 0, -1, /subject/],
    [1, 0, 0.5, /subject/],
    [1, 0, 2 ** 27, /subject/],
    [1, 0, 2 ** 32, /subject/],
  ])('delay %d, kind %d, subject %d', (delay, kind, subject, message) => {
    const kernel = new Kernel();
    kernel.on(() => {});
    expect(() => kernel.schedule(delay, kind, subject)).toThrow(RangeError);
    expect(() => kernel.schedule(delay, kind, subject)).toThrow(message);
    expect(() => kernel.arm(delay, kind, subject)).toThrow(message);
    expect([kernel.pending, kernel.nextTime]).toEqual([0, Infinity]);
  });

  test('a delay between two rounds', () => {
    const kernel = new Kernel({ quantum: 100 });
    kernel.on(() => {});
    expect(() => kernel.schedule(150, 0, 0)).toThrow(/not a multiple of the kernel's quantum, 100/);
    expect(() => kernel.arm(150, 0, 0)).toThrow(/quantum/);
    expect(kernel.pending).toBe(0);
  });

  test('a thirty-third kind, a quantum of 0, a time that is none', () => {
    const kernel = new Kernel();
    for (let i = 0; i < 32; i++) expect(kernel.on(() => {})).toBe(i);
    expect(() => kernel.on(() => {})).toThrow(/32 kinds/);
    expect(() => new Kernel({ quantum: 0 })).toThrow(/quantum/);
    expect(() => new Kernel({ capacity: -1 })).toThrow(/capacity/);
    expect(() => kernel.run({ until: NaN })).toThrow(/until/);
    expect(() => kernel.run({ events: -1 })).toThrow(/events/);
  });

  test('the largest kind and subject are kept apart', () => {
    const kernel = new Kernel();
    const seen: string[] = [];
    for (let kind = 0; kind < 32; kind++) kernel.on((me) => seen.push(`${kind}:${me}`));
    kernel.schedule(0, 31, 2 ** 27 - 1);
    kernel.arm(0, 30, 2 ** 27 - 1);
    kernel.run();
    expect(seen).toEqual(['31:134217727', '30:134217727']);
  });
});

test('reading state ahead changes nothing', () => {
  const order = (touch: boolean): number[] => {
    const kernel = new Kernel();
    const state = new Int32Array(200_000);
    if (touch) kernel.touch(state);
    const draw = new Stream(3, 'touch');
    const seen: number[] = [];
    const kind = kernel.on((me) => {
      seen.push(me);
      state[me]!++;
      if (seen.length < 3000) kernel.schedule(draw.exponential(), kind, draw.below(2 ** 27));
    });
    for (let i = 0; i < 1000; i++) kernel.schedule(draw.exponential(), kind, i);
    kernel.run();
    return seen;
  };
  expect(order(true)).toEqual(order(false));
});

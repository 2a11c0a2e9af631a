import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Stream } from '../../src/kernel/stream.ts';
import { conformist, type mockAnswer } from '../../src/models/mock-mind.ts';
import type { MockOptions } from '../../src/models/serve-mock.ts';
import { type Choice, fitTanh, mostBeta, tanhChance } from '../../src/probe/fit-tanh.ts';
import { probeForecast, probeOf, runProbe } from '../../src/probe/probe.ts';
import { type ProbeFamily, probeFamilies } from '../../src/probe/probe-design.ts';
import { probeProfiles } from '../../src/probe/probe-profiles.ts';
import { probeReport } from '../../src/probe/probe-report.ts';
import { parseProfile, profileText } from '../../src/scenario/profiles.ts';
import { Models } from '../../src/study/models.ts';
import { planOf } from '../../src/study/source.ts';
import { mockServer, temporaryFolder } from './live-run.ts';

const carrier = `
question: How does this model answer?
topology: { kind: complete, agents: 2 }
task: { kind: unanimity, shares: [0.5, 0.5] }
protocol: opinions
horizon: { rounds: 1 }
`;

interface Given {
  readonly folder?: string;
  readonly overrides?: readonly string[];
  readonly families?: readonly ProbeFamily[];
  readonly effort?: number;
  readonly signal?: AbortSignal;
}

function probeFor(
  baseUrl: string,
  { folder = '.', overrides = [], families = probeFamilies, effort = 1 }: Given = {},
) {
  const model = ['model.provider=mock', 'model.model=any', `model.baseUrl=${baseUrl}`, ...overrides];
  const plan = planOf({ name: 'probe', text: carrier, overrides: model, folder });
  return probeOf({ plan, group: 20, effort, families });
}

async function probed(baseUrl: string, given: Given = {}) {
  const probe = probeFor(baseUrl, given);
  const models = new Models({ folder: given.folder ?? '.', firstWait: 5 });
  try {
    const end = await runProbe(probe, { models, signal: given.signal ?? new AbortController().signal });
    return { probe, end, report: probeReport(probe, end) };
  } finally {
    models.close();
  }
}

describe('the fit', () => {
  const drawn = (beta: number, field: number, sway: number, seed: number): Choice[] => {
    const random = new Stream(seed, 'fit');
    return Array.from({ length: 110 }, (_, i) => {
      const m = ((i % 11) - 5) / 5;
      const sways = [i & 1 ? 1 : -1];
      const chance = (1 + Math.tanh(beta * m + field + sway * sways[0]!)) / 2;
      return { m, sways, taken: random.unit() < chance };
    });
  };

  test('has the true values in its 95 % intervals about as often as it says', () => {
    let held = 0;
    const seeds = 30;
    for (let seed = 0; seed < seeds; seed++) {
      const { beta, field, sways } = fitTanh(drawn(1.5, 0.2, -0.3, seed));
      for (const [it, truth] of [
        [beta, 1.5],
        [field, 0.2],
        [sways[0]!, -0.3],
      ] as const) {
        expect(it.low).toBeLessThanOrEqual(it.value);
        expect(it.high).toBeGreaterThanOrEqual(it.value);
        if (it.low <= truth && truth <= it.high) held++;
      }
    }
    const n = 3 * seeds;
    expect(Math.abs(held - 0.95 * n) / Math.sqrt(n * 0.95 * 0.05)).toBeLessThanOrEqual(4);
  });

  test('of answers that always follow the majority has no upper end', () => {
    const { beta } = fitTanh(drawn(1e6, 0.01, 0, 1));
    expect(beta.high).toBe(mostBeta);
    expect(beta.low).toBeGreaterThan(3);
  });

  test('gives the chance that it says', () => {
    const fit = fitTanh(drawn(2, 0, 0, 3));
    expect(tanhChance(fit, 0.5)).toBeCloseTo((1 + Math.tanh(fit.beta.value * 0.5 + fit.field.value)) / 2, 12);
  });
});

describe('a probe', () => {
  test.each([0.6, 2])('finds the strength %d with which a server follows majorities', async (strength) => {
    const { baseUrl } = await mockServer({ answer: conformist(strength) });
    const { report } = await probed(baseUrl, { families: ['conformity'] });
    const { beta, field } = report.conformity!.fit;
    expect([beta.low < strength, strength < beta.high]).toEqual([true, true]);
    expect([field.low < 0, field.high > 0]).toEqual([true, true]);
    expect(report.conformity!.curve.reduce((sum, { taken }) => sum + taken.n, 0)).toBe(report.questions);
  });

  test('balances names and order: a server that always takes the first option has no strength, but a lean', async () => {
    const first = (turns: Parameters<typeof mockAnswer>[0]): string =>
      JSON.stringify({ opinion: /from now on, (\w)/.exec(turns.at(-1)!.content)?.[1] });
    const { baseUrl } = await mockServer({ answer: first });
    const { report } = await probed(baseUrl, { families: ['conformity'], effort: 0.5 });
    const { beta, sways } = report.conformity!.fit;
    expect([beta.low < 0, beta.high > 0]).toEqual([true, true]);
    expect(sways[1]!.low).toBeGreaterThan(1);
    const [profile] = probeProfiles(report, { command: 'probe', seed: 1 });
    expect(profile!.warnings.join()).toMatch(/Leans to the option that is named first.*/);
    expect(profile!.warnings.join()).toMatch(/may not matter at all/);
  });

  test('writes profiles that a scenario can play, and replays to the same', async () => {
    const folder = temporaryFolder();
    const server = await mockServer({ answer: conformist(1.2) });
    const overrides = ['model.cassette=tape.jsonl.gz'];
    const live = await probed(server.baseUrl, { folder, overrides, effort: 0.25 });
    expect([live.report.status, live.report.answered]).toEqual(['complete', live.report.questions]);
    expect(server.requests).toBe(live.report.calls);
    await server.close();
    const again = await probed(server.baseUrl, {
      folder,
      overrides: [...overrides, 'model.kind=cassette'],
      effort: 0.25,
    });
    expect(again.report).toEqual(live.report);
    expect(again.end.fresh).toBe(0);
    const profiles = probeProfiles(live.report, { command: 'synod probe --model mock/any', seed: 1 });
    expect(profiles.map(({ behaviour }) => behaviour)).toEqual(['tanh', 'game-mock', 'bounded', 'worker']);
    for (const profile of profiles) {
      const read = parseProfile(profileText(profile), `${profile.behaviour}.yaml`);
      expect(read.parameters).toEqual(profile.parameters);
    }
    // By the rules of the stand-in: it copies what leads, stops when all agree, and is never wrong about what was said.
    const of = (name: string) => profiles.find(({ behaviour }) => behaviour === name)!.parameters;
    expect(of('game-mock')).toMatchObject({ inertia: 0, copying: 1, caution: 0, haste: 0, malformed: 0 });
    expect(of('worker')).toEqual({ recall: 1, falseAlarm: 0 });
    expect(of('bounded')).toMatchObject({ malformed: 0, malformedAnswer: 0 });
    const play = (behaviour: string): string =>
      profileText(profiles.find((it) => it.behaviour === behaviour)!);
    const scenario = { ...opinionsOf, behaviour: { profile: 'mine.yaml' } };
    const { parseScenario, runOf } = await import('../../src/scenario/scenario.ts');
    const { execute } = await import('../../src/scenario/execute.ts');
    const parsed = parseScenario(JSON.stringify(scenario), 'test', { read: () => play('tanh') });
    expect(execute(runOf(parsed, parsed.points[0]!, 0)).error).toBeUndefined();
  });

  const opinionsOf = {
    question: 'Do they agree?',
    topology: { kind: 'complete', agents: 10 },
    task: { kind: 'unanimity', shares: [0.5, 0.5] },
    protocol: { kind: 'opinions', self: true },
    horizon: { rounds: 20 },
  };

  test('counts what cannot be read by cause, and has it written once more', async () => {
    const faults: MockOptions['fault'] = (n) =>
      ({ 1: 'garbled', 2: 'declined', 3: 'truncated', 4: 'empty', 5: 'refused' })[n] as 'garbled' | undefined;
    const { baseUrl } = await mockServer({ fault: faults, answer: conformist(2) });
    const { report } = await probed(baseUrl, { families: ['conformity'], effort: 0.25 });
    expect(report.unread).toEqual({ malformed: 1, refused: 2, truncated: 1, empty: 1, failed: 0 });
    expect([report.repaired, report.calls]).toEqual([5, report.questions + 5]);
    const never = await mockServer({ fault: () => 'garbled' });
    const nothing = await probed(never.baseUrl, { families: ['conformity'], effort: 0.1 });
    expect([nothing.report.unread.malformed, nothing.report.repaired]).toEqual([nothing.report.questions, 0]);
    expect(nothing.report.conformity).toBeUndefined();
  });

  test('has a stand-in write once more what was garbled, whatever was asked', async () => {
    const { baseUrl } = await mockServer({ fault: (n) => (n % 5 === 0 ? 'garbled' : undefined) });
    const { report } = await probed(baseUrl, { families: ['stopping', 'proposing'], effort: 0.3 });
    expect(report.unread.malformed).toBeGreaterThan(3);
    for (const { family, still } of report.parsing)
      expect([family, still.events]).not.toEqual([family, still.n]);
  });

  test('keeps the key out of all that it writes, even where the server repeats it', async () => {
    const canary = 'canary-51c2a7e9';
    vi.stubEnv('SYNOD_API_KEY', canary);
    const folder = temporaryFolder();
    const { baseUrl } = await mockServer({ fault: (n) => (n % 2 === 0 ? 'echo' : undefined) });
    const overrides = ['model.cassette=tape.jsonl', 'model.structured=none'];
    const { report, probe } = await probed(baseUrl, {
      folder,
      overrides,
      families: ['stopping'],
      effort: 0.2,
    });
    vi.unstubAllEnvs();
    const profiles = probeProfiles(report, { command: 'probe', seed: 1 }).map(profileText);
    const tape = readFileSync(join(folder, 'tape.jsonl'), 'utf8');
    // The server saw it, or this would prove nothing.
    expect(tape).toContain('You sent me Bearer [key]');
    for (const text of [tape, JSON.stringify(report), JSON.stringify(probe), ...profiles])
      expect(text).not.toContain(canary);
  });

  test('that is given up, or out of budget, goes on from its cassette and pays for nothing twice', async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const server = await mockServer({
      answer: conformist(2),
      fault: (n) => void (n === 20 && stop.abort()) as undefined,
    });
    const overrides = ['model.cassette=tape.jsonl'];
    const half = { folder, families: ['conformity'], effort: 0.5 } as const;
    const first = await probed(server.baseUrl, { ...half, overrides, signal: stop.signal });
    expect(first.report.status).toBe('interrupted');
    const kept = readFileSync(join(folder, 'tape.jsonl'), 'utf8').split('"type":"answer"').length - 1;
    const capped = [...overrides, 'model.budget.calls=50'];
    const second = await probed(server.baseUrl, { ...half, overrides: capped });
    expect([second.report.status, second.report.answered]).toEqual(['budget', 50]);
    expect(second.end.fresh).toBe(50 - kept);
    const third = await probed(server.baseUrl, { ...half, overrides });
    expect(third.report.status).toBe('complete');
    expect(third.report.questions).toBeGreaterThan(50);
    // What may be spent does not make it another probe.
    expect(third.end.fresh).toBe(third.report.questions - 50);
  });

  test('says beforehand how many questions there are and about how many tokens they take', () => {
    const probe = probeFor('http://127.0.0.1:9/v1');
    const forecast = probeForecast(probe);
    expect(forecast.questions).toBe(probe.questions.length);
    expect(forecast.questions).toBeGreaterThan(300);
    expect(forecast.questions).toBeLessThan(600);
    expect(forecast.tokens).toBeGreaterThan(40_000);
    const other = probeFor('http://127.0.0.1:9/v1', { families: ['stopping', 'answers'] });
    // One family more or less changes no question of another.
    const texts = (of: typeof probe) =>
      of.questions.flatMap(({ family, turns }) => (family === 'answers' ? [turns.at(-1)!.content] : []));
    expect(texts(other)).toEqual(texts(probe));
  });
});

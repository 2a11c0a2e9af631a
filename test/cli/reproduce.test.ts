import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingsNamed, shippedFindings } from '../../src/cli/findings.ts';
import { reproduceCommand } from '../../src/cli/reproduce.ts';
import { sourceAt } from '../../src/cli/scenario-source.ts';
import { planOf } from '../../src/study/source.ts';
import { handled } from './in-process.ts';
import { jsonLines, newFolder } from './synod.ts';

/** A flood sends each value on once, so that a ring of twice the length takes more messages. */
const scenario = (
  claims: string,
  expectation = '{ metric: messages, rises: topology.agents, by: 1 }',
): string => `
question: How many messages does a flood on a ring take?
seed: 7
topology: { kind: ring, agents: 8 }
task: { kind: broadcast }
protocol: { kind: flood }
network: { latency: { kind: uniform, low: 5ms, high: 20ms } }
vary: { topology.agents: [8, 16] }
replications: 5
expect: [${expectation}]
published:
${claims}
`;

const measure =
  'measure: { metric: messages, of: { topology.agents: 16 }, over: { topology.agents: 8 }, as: difference }';
const claim = (figure: number | string, more = measure): string =>
  `  - { claim: It is ${figure}., figure: ${figure}, source: a paper, grade: D, ${more} }`;

function file(text: string): string {
  const path = join(newFolder(), 'ring-flood.yaml');
  writeFileSync(path, text);
  return path;
}

const called = (findings: readonly string[], more: { json?: boolean; seed?: string; out?: string } = {}) =>
  handled(reproduceCommand, { findings, jobs: '1', json: true, ...more });

describe('claims', () => {
  test('each gets a line with its figure, what came out, a verdict and a grade', async () => {
    const { stdout, code } = await called([
      file(
        scenario(
          [
            claim('positive'),
            claim(9, `within: 8, fitted: the length of the ring, ${measure}`),
            claim(1000, `verdict: direction, ${measure}`),
            claim(-3, `verdict: not-reproduced, why: 'A flood only grows.', ${measure}`),
            claim(5, `why: 'Nobody measured it.'`),
          ].join('\n'),
        ),
      ),
    ]);
    const lines = jsonLines(stdout);
    expect(lines.map(({ verdict }) => verdict)).toEqual([
      'reproduced',
      'reproduced',
      'direction',
      'not-reproduced',
      'not-reproduced',
    ]);
    for (const line of lines)
      expect(line).toMatchObject({ finding: 'ring-flood', grade: 'D', source: 'a paper' });
    expect(lines.map(({ fitted }) => fitted)).toEqual([
      undefined,
      'the length of the ring',
      ...Array(3).fill(undefined),
    ]);
    expect(lines[0]).toMatchObject({
      published: 'positive',
      simulated: expect.any(Number),
      declared: 'reproduced',
    });
    expect(lines[4]).toMatchObject({ simulated: null, low: null, high: null, why: 'Nobody measured it.' });
    expect(code).toBe(0);
  });

  test('about levels that no run has say so', async () => {
    const path = file(scenario([claim('positive')].join('\n')));
    const { stdout } = await called([path, 'topology.agents=8']);
    const [line] = jsonLines(stdout);
    expect(line).toMatchObject({ verdict: 'not-reproduced', simulated: null });
    expect(line?.why).toMatch(/^no run is at topology.agents=16: the levels that the claim names/);
    const shown = await called([path, 'topology.agents=8'], { json: false });
    expect(shown.stdout).toContain('why: no run is at topology.agents=16');
  });

  test('held against equal values have no interval, and shares that are all 1 have that of Wilson', async () => {
    const share = 'measure: { metric: solved }';
    const equal = 'measure: { metric: decided }';
    const path = file(scenario([claim(1, `within: 0.5, ${share}`), claim(1, equal)].join('\n')));
    const { stdout } = await called([path]);
    const [solved, decided] = jsonLines(stdout);
    // z^2 / (n + z^2) of 5 replications: two points that share their seeds are no ten.
    expect(solved?.low).toBeCloseTo(5 / (5 + 1.959963984540054 ** 2), 9);
    expect(solved?.high).toBe(1);
    expect(decided).toMatchObject({ simulated: 1, low: null, high: null, equal: 5, verdict: 'reproduced' });
    const { stdout: shown } = await called([path], { json: false });
    expect(shown).toMatch(/1 {2}all 5 equal/);
    expect(shown).toContain('a chance of 3/N at most');
  });

  test('a verdict that is not the declared one is told, and exits with 2', async () => {
    const path = file(scenario([claim('positive'), claim(1000)].join('\n')));
    const { stdout, code } = await called([path], { json: false });
    expect(code).toBe(2);
    expect(stdout).toContain('its file declares: reproduced');
    expect(stdout).toMatch(/2 claims: 1 reproduced, 1 direction only, 0 not reproduced\n$/);
  });

  test('better than declared is another verdict too', async () => {
    const { code } = await called([file(scenario(claim('positive', `verdict: direction, ${measure}`)))]);
    expect(code).toBe(2);
  });

  test('a fitted claim shows as less than one that emerged', async () => {
    const path = file(
      scenario([claim('positive'), claim(9, `within: 8, fitted: the ring, ${measure}`)].join('\n')),
    );
    const { stdout } = await called([path], { json: false });
    const words = stdout.split('\n').flatMap((line) => /^ {4}(reproduced(, fitted)?) /.exec(line)?.[1] ?? []);
    expect(words).toEqual(['reproduced', 'reproduced, fitted']);
    expect(stdout).toContain('fitted: the ring');
    expect(stdout).toContain('2 claims: 2 reproduced (of which 1 fitted)');
  });

  test('a switch that does not do what it must is told, and exits with 2', async () => {
    const path = file(scenario(claim('positive'), '{ metric: messages, falls: topology.agents, by: 1 }'));
    const { stdout, stderr, code } = await called([path]);
    expect(code).toBe(2);
    expect(stderr).toContain('messages must fall by 1');
    expect(jsonLines(stdout)[0]).toMatchObject({ verdict: 'reproduced', switches: { checked: 1 } });
  });

  test('of a scenario that was changed, nothing is declared', async () => {
    const path = file(scenario(claim('negative'), '{ metric: messages, falls: topology.agents, by: 1 }'));
    const { stdout, code } = await called([path, 'faults=[{kind: loss, chance: 0.5}]', 'horizon=60s']);
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).not.toHaveProperty('declared');
  });

  test('a claim that is not reproduced must say why', async () => {
    const refused = called([file(scenario(claim(1, `verdict: not-reproduced, ${measure}`)))]);
    await expect(refused).rejects.toThrow(/why: must say why/);
    const without = called([file(scenario(claim(1, `verdict: direction, why: 'x'`)))]);
    await expect(without).rejects.toThrow(/verdict: must be left out/);
  });
});

describe('findings that ship', () => {
  const ids = [
    'token-variance',
    'token-multipliers',
    'architectures',
    'saturation',
    'equal-budget',
    'consensus-liveness',
    'network-coordination',
    'tree-rollouts',
    'persistent-agents',
    'structured-artifacts',
    'externalisation',
    'protocol-bridges',
    'small-models',
    'latent-channels',
    'voting',
    'shared-board',
  ];

  test.each(ids)('%s is found by its name, with claims that each have a source', (id) => {
    const files = findingsNamed([id]);
    expect(new Set(files.map(({ finding }) => finding))).toEqual(new Set([id]));
    const claims = files.flatMap(({ file }) => planOf(sourceAt(file, [])).scenario.published);
    expect(claims.length).toBeGreaterThan(0);
    for (const { source } of claims) expect(source).not.toBe('');
  });

  test('a finding has all its files, its own first; a file can be named alone', () => {
    const names = findingsNamed(['architectures']).map(({ file }) => /([^/\\]+)\.yaml$/.exec(file)?.[1]);
    expect(names).toEqual(['architectures', 'architectures-contamination', 'architectures-hand-offs']);
    expect(findingsNamed(['architectures-contamination'])).toHaveLength(1);
    expect(findingsNamed(['architectures', 'architectures-contamination'])).toHaveLength(3);
    const [path] = shippedFindings().filter(({ file }) => file.includes('contamination'));
    expect(findingsNamed([path?.file ?? ''])).toEqual([path]);
  });

  test('an unknown name is answered with the nearest', async () => {
    await expect(called(['archtectures'])).rejects.toThrow(/no such finding.*did you mean architectures\?/);
    await expect(called(['nothing-like-it'])).rejects.toThrow(/there are .*voting/);
  });
});

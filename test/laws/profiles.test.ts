import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesFor } from '../../src/calibrate/profile-values.ts';
import { agentsNetTable2 } from '../../src/profiles/published.ts';
import { execute } from '../../src/scenario/execute.ts';
import { knownProfiles, parseProfile, profileText } from '../../src/scenario/profiles.ts';
import { parseScenario, runOf } from '../../src/scenario/scenario.ts';
import { fitError, fitNotes, profilesOf } from '../../src/study/fit-notes.ts';
import { ScenarioError } from '../../src/world/error.ts';
import type { Profile } from '../../src/world/profile.ts';

const profile: Profile = {
  format: 1,
  name: 'my-model',
  behaviour: 'bounded',
  summary: 'For a test.',
  base: 'gpt-4o-mini',
  parameters: {
    malformed: 0.25,
    drift: { tasks: { coloring: 0.5 } },
    habit: { default: 0.1, tasks: { matching: 0.2 } },
  },
  evidence: {
    malformed: { confidence: 'measured', source: 'counted', n: 4, events: 1, low: 0.05, high: 0.7 },
  },
  provenance: { data: 'none', method: 'by hand' },
  warnings: [],
  fit: [{ target: 'solved', wanted: 0.5, got: 0.25, error: 0.01, heldOut: false, source: '' }],
};

const scenarioText = (behaviour: unknown, task = 'coloring'): string =>
  JSON.stringify({
    question: 'Who plays?',
    topology: { kind: 'ring', agents: 4 },
    task,
    protocol: { kind: 'agentsnet', mode: 'clean' },
    behaviour,
  });

const parsed = (behaviour: unknown, task?: string, file = JSON.stringify(profile)) =>
  parseScenario(scenarioText(behaviour, task), 'test', { read: () => file });

const paramsOf = (behaviour: unknown, task?: string, file?: string) =>
  parsed(behaviour, task, file).points[0]!.config.behaviour!.params as Record<string, unknown>;

const issuesOf = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'none';
};

describe('a profile from a file', () => {
  test('fills in its values by task, over those of its base and under those of the scenario', () => {
    const own = { profile: './my.yaml', malformed: 0.5 };
    expect(paramsOf(own)).toMatchObject({ profile: 'gpt-4o-mini', malformed: 0.5, drift: 0.5, habit: 0.1 });
    const elsewhere = paramsOf({ profile: './my.yaml' }, 'matching');
    expect(elsewhere).toMatchObject({ malformed: 0.25, habit: 0.2 });
    expect(elsewhere.drift).toBeUndefined();
    expect(paramsOf('./my.yaml')).toEqual(paramsOf({ kind: 'bounded', profile: './my.yaml' }));
  });

  test('makes runs that depend on its values, and not on its name', () => {
    const run = (it: Profile) => {
      const scenario = parsed('my.json', 'coloring', JSON.stringify(it));
      return runOf(scenario, scenario.points[0]!, 0);
    };
    expect(run({ ...profile, name: 'other', summary: 'Of another name.' }).id).toBe(run(profile).id);
    expect(run({ ...profile, parameters: { malformed: 0.3 } }).id).not.toBe(run(profile).id);
  });

  test('has the error of its fit told', () => {
    const notes = fitNotes(parsed('my.yaml'), 100).join(' ');
    expect(notes).toBe('my-model: fitted; error of the fit 0.250 (1 target); see synod list profile my.yaml');
  });

  test('has the error of every target told, shares and others apart', () => {
    const target = (wanted: number, got: number) => ({ ...profile.fit[0]!, wanted, got, heldOut: false });
    const shares = [target(0.5, 0.53), target(0.2, 0.16)];
    const error = (...fit: (typeof shares)[number][]) => fitError({ fit }, false);
    expect(error(...shares)).toBe('0.035 (2 targets)');
    expect(error(target(3.33, 3.9))).toBe('17 % (1 target)');
    expect(error(...shares, target(3.33, 3.9))).toBe('0.035 (2 shares), 17 % (1 other)');
    expect(error()).toBe('-');
    for (const { name, behaviour, fit } of knownProfiles)
      for (const heldOut of [false, true]) {
        const counts = [...fitError({ fit }, heldOut).matchAll(/\((\d+) /g)].map(([, count]) =>
          Number(count),
        );
        const sum = counts.reduce((all, it) => all + it, 0);
        expect(sum, `${behaviour} ${name}`).toBe(fit.filter((it) => it.heldOut === heldOut).length);
      }
  });

  test('is read as it was written', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('drift', 'habit', 'adopt', 'slip'), chance),
        chance,
        (it, got) => {
          const made = { ...profile, parameters: it, fit: [{ ...profile.fit[0]!, got }] };
          expect(parseProfile(profileText(made), 'my.yaml')).toEqual(made);
          expect(parseProfile(JSON.stringify(made), 'my.json')).toEqual(made);
        },
      ),
      { numRuns: 50 },
    );
  });

  test.each([
    [
      { ...profile, behaviour: 'bouded' },
      /my\.yaml: behaviour: there is no behaviour bouded; did you mean bounded/,
    ],
    [{ ...profile, parameters: { drift: 2 } }, /my\.yaml: parameters\.drift: must be at most 1, but is 2/],
    [
      { ...profile, parameters: { dift: 0.1 } },
      /my\.yaml: parameters\.dift: is not a known key; did you mean drift/,
    ],
    [
      { ...profile, parameters: { drift: { tasks: { colouring: 0.1 } } } },
      /name the task colouring.*did you mean coloring/,
    ],
    [
      { ...profile, base: 'gpt-4o-min' },
      /my\.yaml: base: there is no profile gpt-4o-min of bounded; did you mean/,
    ],
    [{ ...profile, format: 2 }, /my\.yaml: format/],
    [{ ...profile, name: 'My Model' }, /my\.yaml: name: must be of small letters/],
    [{ ...profile, notes: 'x' }, /my\.yaml: notes: is not a known key/],
  ])('is refused where something is wrong with it: %#', (it, message) => {
    expect(issuesOf(() => parseProfile(JSON.stringify(it), 'my.yaml'))).toMatch(message);
  });

  test('is refused where it does not belong', () => {
    expect(issuesOf(() => parsed({ kind: 'game-mock', profile: 'my.yaml' }))).toMatch(
      /behaviour\.profile: is a profile of bounded, but the behaviour is game-mock/,
    );
    expect(issuesOf(() => parsed({ profile: 'gemini-2.0-flas' }))).toMatch(/did you mean gemini-2.0-flash/);
    expect(issuesOf(() => parseScenario(scenarioText('my.yaml'), 'test'))).toMatch(/cannot be read here/);
  });
});

describe('the profiles that ship', () => {
  test('are of different names', () => {
    const names = knownProfiles.map(({ name, behaviour }) => `${behaviour} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  const files = knownProfiles.filter(({ file }) => file !== undefined);

  test.each(files.map((it) => [it.name, it] as const))('%s can be read, named and run', (name, known) => {
    const { file, behaviour } = known;
    expect(parseProfile(JSON.stringify(file), 'shipped.json')).toEqual(file);
    const scenario = parseScenario(scenarioText(name), 'test');
    expect(profilesOf(scenario).map((it) => it.name)).toEqual([name]);
    expect(scenario.points[0]!.config.behaviour!.part.name).toBe(behaviour);
    expect(execute(runOf(scenario, scenario.points[0]!, 0)).error).toBeUndefined();
    expect(file!.fit.length).toBeGreaterThan(0);
    const { params } = scenario.points[0]!.config.behaviour!;
    const { profile: _, conversation: __, ...set } = params as Record<string, unknown>;
    expect(valuesFor(name, 'coloring')).toMatchObject(set);
  });

  test('have fewer values chosen than targets met, and their targets are the published figures', () => {
    for (const row of agentsNetTable2) {
      const { file } = knownProfiles.find(
        ({ name }) => name === row.model.toLowerCase().replaceAll(' ', '-'),
      )!;
      const wanted = Object.fromEntries(
        file!.fit.map(({ target, wanted, wantedError }) => [target, [wanted, wantedError ?? 0]]),
      );
      expect(wanted).toEqual(
        Object.fromEntries(Object.entries(row.solved).map(([task, it]) => [`solved, ${task}`, [...it]])),
      );
      const met = file!.fit.filter(({ heldOut }) => !heldOut).length;
      expect(Object.keys(file!.evidence).length).toBeLessThan(met);
      expect(met).toBeLessThan(file!.fit.length);
    }
  });
});

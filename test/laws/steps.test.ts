import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../src/scenario/compile.ts';
import { execute, executing } from '../../src/scenario/execute.ts';
import type { Run } from '../../src/scenario/run.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import { inSteps } from '../../src/study/in-steps.ts';
import { Interrupted } from '../../src/study/interrupted.ts';
import { type Behaviour, later } from '../../src/world/contracts.ts';
import type { Steps } from '../../src/world/steps.ts';
import { World } from '../../src/world/world.ts';

function firstRun(path: string, ...overrides: string[]): Run {
  const text = readFileSync(join(import.meta.dirname, `../../scenarios/${path}.yaml`), 'utf8');
  return runsOf(parseScenario(text, path, { overrides })).at(0);
}

const runs = [
  firstRun('consensus/byzantine-game'),
  firstRun('protocols/raft'),
  firstRun('outcomes/late'),
  firstRun('outcomes/budget'),
  firstRun('outcomes/livelock', 'horizon.rounds=40'),
  firstRun('agentsnet'),
  firstRun('outcomes/blocked-by-a-crash', 'limits.events=20'),
];

/** Does all of it, in stretches of these lengths, again and again. */
function cut<T>(steps: Steps<T>, lengths: readonly number[]): T {
  let step = steps.next(0);
  for (let i = 0; !step.done; i++) step = steps.next(lengths[i % lengths.length] as number);
  return step.value;
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

test('a run cut into stretches comes to the same row', () => {
  for (const run of runs) {
    const whole = execute(run);
    fc.assert(
      fc.property(lengths, (each) => {
        expect(cut(executing(run), each)).toEqual(whole);
      }),
      { numRuns: 5 },
    );
  }
});

test('questions of one instant are left open together, however the run is cut', () => {
  const run = firstRun('agentsnet');
  const compiled = () => compile(run.config as Config, run.seed).world;
  const answers = compiled().behaviour as Behaviour;
  const drive = (most: number): { fingerprint: string; open: number[] } => {
    const world = compiled();
    const mind = world.behaviour as Behaviour;
    const kept = new Map<unknown, ReturnType<Behaviour['answer']>>();
    const outside: Behaviour = {
      answer: (agent, question) => {
        kept.set(question, mind.answer(agent, question));
        return later;
      },
    };
    const driven = new World({ ...world, behaviour: outside });
    const open: number[] = [];
    for (;;) {
      const step = driven.advance(most);
      if (step.status === 'done') return { fingerprint: step.result.fingerprint, open };
      if (step.status === 'under-way') continue;
      open.push(step.open.length);
      for (const { id, question } of step.open) driven.provide(id, kept.get(question) as never);
    }
  };
  expect(answers.keep).toBeUndefined();
  const whole = drive(Number.POSITIVE_INFINITY);
  expect(Math.max(...whole.open)).toBeGreaterThan(1);
  for (const most of [1, 2, 7]) expect(drive(most)).toEqual(whole);
});

test('a signal ends work between two stretches', async () => {
  const controller = new AbortController();
  let stretches = 0;
  function* endless(): Steps<never> {
    for (;;) {
      yield;
      if (++stretches === 10) controller.abort();
    }
  }
  await expect(inSteps(endless(), controller.signal)).rejects.toThrow(Interrupted);
  expect(stretches).toBe(10);
});

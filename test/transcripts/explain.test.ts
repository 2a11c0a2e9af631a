import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../src/scenario/compile.ts';
import { judged } from '../../src/scenario/execute.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import { chronicle } from '../../src/world/chronicle.ts';
import { simulate } from '../../src/world/simulate.ts';
import { story } from '../../src/world/story.ts';
import { type TraceRecord, trace } from '../../src/world/trace.ts';

const folder = join(import.meta.dirname, '../../scenarios/outcomes');

/** The story of a scenario's first run, and the trace that its event numbers point into. */
function toldOf(name: string, ...overrides: string[]) {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const run = runsOf(parseScenario(text, name, { overrides })).at(0);
  const { world } = compile(run.config as Config, run.seed);
  const told = chronicle(world.protocol);
  const records: TraceRecord[] = [];
  const observers = [...(world.observers ?? []), told.observer, trace((it) => records.push(it))];
  const { ending } = simulate({ ...world, observers });
  return { sentences: story(judged(ending, run), ending, told), records };
}

const lines = (name: string, ...overrides: string[]): string =>
  toldOf(name, ...overrides)
    .sentences.map(({ text, event }) => `\n${event === undefined ? '' : `[${event}] `}${text}`)
    .join('');

test('a split: how two dissenters came by their values, and what was lost between them', () => {
  expect(lines('split')).toMatchInlineSnapshot(`
    "
    Madison began with 9.
    [2] At 100 ms Alexis takes 9 from Madison.
    [152] At 10 s Alexis decides 9.
    Ethan began with 1.
    [13] At 100 ms Elijah takes 1 from Ethan.
    [28] At 200 ms Sarah takes 1 from Elijah.
    [36] At 300 ms Charlotte takes 1 from Sarah.
    [41] At 400 ms Frank takes 1 from Charlotte.
    [163] At 10 s Frank decides 1.
    [0] 11 messages were lost (cut off), the first at 0 s from Alexis to Frank, the last at 400 ms."
  `);
});

test('blocked, by a circle, a crash and a loss', () => {
  expect(lines('blocked-in-a-circle', 'protocol.order=clockwise')).toMatchInlineSnapshot(`
    "
    Alexis waits for Madison, who has sent it nothing.
    Madison waits for Timothy, who has sent it nothing.
    Timothy waits for Liam, who has sent it nothing.
    Liam waits for Joe, who has sent it nothing.
    Joe waits for Sean, who has sent it nothing.
    Sean waits for Alexis, who has sent it nothing."
  `);
  expect(lines('blocked-by-a-crash')).toMatchInlineSnapshot(`
    "
    [11] Liam did its last before it went down for good.
    [11] Timothy waits for Liam, whose last message to it is that of 300 ms."
  `);
  expect(lines('blocked-by-loss')).toMatchInlineSnapshot(`
    "
    [9] The last to change was Edward. At 500 ms Edward takes 1 from Danielle.
    Nothing is left to happen at 500 ms, and Lawrence, Joe, Beverly and Betty have not decided.
    [9] 2 messages were lost (lost), the first at 500 ms from Edward to Danielle."
  `);
});

test('a livelock: once round the circle, or work without progress', () => {
  expect(lines('livelock')).toMatchInlineSnapshot(`
    "
    [59] In round 58 6 turn to 1, 6 turn to 0.
    [60] In round 59 6 turn to 0, 6 turn to 1.
    Then all is as it was 2 rounds before, and so on since round 0."
  `);
  expect(lines('livelock-by-an-adversary', 'faults[0].until=60s')).toMatchInlineSnapshot(`
    "
    At the end 2 hold 0, 2 hold 1.
    Until 19.9989 s agents changed their value 0 times and sent 31278 messages, and are no closer to each other than they were.
    Nobody ever changed its value.
    It went through 1303 phases."
  `);
});

test('the others: what was held last, and what was spent', () => {
  expect(lines('agreed-not-stopped')).toMatchInlineSnapshot(`
    "
    Brenda began with 18.
    [4] At 100 ms Alexander takes 18 from Brenda.
    [30] At 200 ms Emily takes 18 from Alexander.
    [48] At 300 ms Julia takes 18 from Emily.
    [54] At 400 ms Lisa takes 18 from Julia.
    From then on, 400 ms, all held 18, and until 60 s nobody could know it."
  `);
  expect(lines('stalled-by-a-cut')).toMatchInlineSnapshot(`
    "
    [14] The last to change was Timothy. At 300 ms Timothy takes 1 from Madison.
    At the end 7 hold nothing, 5 hold 1.
    Agents went on sending until 60 s, and nothing came of it.
    [12] 613 messages were lost (cut off), the first at 300 ms from Charlotte to Sarah, the last at 60 s."
  `);
  expect(lines('late')).toMatchInlineSnapshot(`
    "
    [9] The last to change was Sarah. At 300 ms Sarah takes 1 from Charlotte.
    At the end 7 hold 1, 5 hold nothing."
  `);
  expect(lines('invalid')).toMatchInlineSnapshot(`
    "
    [1] At 10 s Madison decides -1.
    [7] At 10 s Ethan takes -1 when its timeout is due.
    [7] At 10 s Ethan decides -1."
  `);
  expect(lines('no-input')).toMatch(/^\nOf \d+ answers \d+ could not be read: \d+ malformed\.$/);
  expect(lines('no-input-at-the-end')).toMatchInlineSnapshot(`
    "
    Of 88 answers 0 could not be read.
    [235] At 0 s Alexis decides no answer.
    So did Madison, Timothy, Liam, Joe and 3 more."
  `);
  expect(lines('budget')).toMatchInlineSnapshot(`
    "
    It went on 101 messages, 101 timeouts and 0 calls in 7.05 s.
    Most messages are those of Alexis with 8, Russell with 7, Frank with 6, Billy with 5.
    [177] The last to change was Daniel. At 6.2 s Daniel takes 1 from Sean.
    At the end 45 hold 1, 19 hold nothing."
  `);
});

test('every event number points to what the sentence tells of', () => {
  const { sentences, records } = toldOf('split');
  for (const { text, event } of sentences) {
    if (event === undefined || !text.startsWith('At ')) continue;
    const there = records.filter((it) => it.event === event);
    expect(there.some(({ kind }) => kind === (text.includes('decides') ? 'decide' : 'deliver'))).toBe(true);
  }
});

test('a chain of causes leads back in time, and to where the value began', () => {
  const { sentences } = toldOf('valid', 'topology.agents=40');
  const events = sentences.flatMap(({ event }) => (event === undefined ? [] : [event]));
  expect([...events].sort((a, b) => a - b)).toEqual(events);
  expect(sentences.map(({ text }) => text)).toContain('(13 steps more of the kind.)');
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/scenario/compile.ts';
import { judged } from '../../src/scenario/execute.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import { chronicle } from '../../src/world/chronicle.ts';
import { simulate } from '../../src/world/simulate.ts';
import { story } from '../../src/world/story.ts';
import type { Sentence } from '../../src/world/story-parts.ts';
import { type TraceRecord, trace } from '../../src/world/trace.ts';

const folder = join(import.meta.dirname, '../../scenarios/outcomes');

/** The story of a run, and the trace that its event numbers point into. */
function toldOf(text: string, name: string, overrides: readonly string[] = [], index = 0) {
  const run = runsOf(parseScenario(text, name, { overrides: [...overrides] })).at(index);
  const { world, measure } = compile(run.config as Config, run.seed);
  const told = chronicle(world.protocol);
  const records: TraceRecord[] = [];
  const observers = [...(world.observers ?? []), told.observer, trace((it) => records.push(it))];
  const { ending } = simulate({ ...world, observers });
  const outcome = judged(ending, run);
  return { sentences: story(outcome, ending, told), outcome, records, ending, metrics: measure(ending) };
}

const fixture = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8');

const asLines = (sentences: readonly Sentence[]): string =>
  sentences.map(({ text, event }) => `\n${event === undefined ? '' : `[${event}] `}${text}`).join('');

/** The story of the first run of a fixture. */
const lines = (name: string, ...overrides: string[]): string =>
  asLines(toldOf(fixture(name), name, overrides).sentences);

/** The story of the first run of a scenario that is written here. */
const linesOf = (text: string): string => asLines(toldOf(text, 'here').sentences);

test('a split: how two dissenters came by their values, and what was lost between them', () => {
  expect(lines('split')).toMatchInlineSnapshot(`
    "
    Madison began with 9.
    [2] At 100 ms Alexis takes 9 from Madison.
    [152] At 10 s Alexis decides 9.
    Ethan began with 1.
    [12] At 100 ms Andrea takes 1 from Ethan.
    [158] At 10 s Andrea decides 1.
    [0] 11 messages were lost (cut off), the first at 0 s from Alexis to Frank, the last at 400 ms."
  `);
});

test('blocked, by a circle, a crash and a loss', () => {
  expect(lines('blocked-in-a-circle', 'protocol.order=clockwise')).toMatchInlineSnapshot(`
    "
    [6] Alexis waits for Madison, who has sent it nothing.
    [1] Madison waits for Timothy, who has sent it nothing.
    [2] Timothy waits for Liam, who has sent it nothing.
    [3] Liam waits for Joe, who has sent it nothing.
    [4] Joe waits for Sean, who has sent it nothing.
    [5] Sean waits for Alexis, who has sent it nothing."
  `);
  expect(lines('blocked-by-a-crash')).toMatchInlineSnapshot(`
    "
    [11] Liam did its last at 300 ms, before it went down for good.
    [11] Timothy waits for Liam, whose last message to it is that sent at 300 ms."
  `);
  expect(lines('blocked-by-loss')).toMatchInlineSnapshot(`
    "
    [9] The last to change was Edward. At 500 ms Edward takes 1 from Danielle.
    [9] Nothing is left to happen at 500 ms, and Lawrence, Joe, Beverly and Betty have not decided.
    [9] 2 messages were lost (lost), the first at 500 ms from Edward to Danielle."
  `);
});

test('blocked by a cut: where it runs, and who is behind it', () => {
  expect(lines('blocked-by-a-cut')).toMatchInlineSnapshot(`
    "
    [14] The last to change was Timothy. At 300 ms Timothy takes 1 from Madison.
    [5371] The run was cut off at 60 s, and Liam, Joe, Sean, Andrea and 3 more have not decided.
    [5350] Liam waits for Timothy, whose last message to it, sent at 59.8 s, was lost (cut off).
    [0] Joe waits for Liam, who has sent it nothing.
    [0] Sean waits for Joe, who has sent it nothing.
    [0] Andrea waits for Sean, who has sent it nothing.
    [12] 613 messages were lost (cut off), the first at 300 ms from Charlotte to Sarah, the last at 60 s."
  `);
});

test('on the way: what is left to do, and what holds it back', () => {
  const gathered = (protocol: string, more = '') => `
    question: How does it end?
    seed: 1
    horizon: 30s
    topology: { kind: star, agents: 6 }
    task: consensus
    protocol: ${protocol}
    ${more}
  `;
  const paused = 'faults: [{ kind: pause, agents: [2], until: 100s }]';
  expect(linesOf(gathered('gather', paused))).toMatchInlineSnapshot(`
    "
    Nobody decided.
    At the end 1 reply is missing.
    Timothy is paused until 100 s.
    [13] The last thing to happen was at 1 s."
  `);
  expect(linesOf(gathered('{ kind: gather, failure: 1 }'))).toMatchInlineSnapshot(`
    "
    At the end 5 replies are missing.
    [450] In 30 s no agent decided and 305 messages were sent, and nothing more got done.
    It went through 155 asks, 0 replies, 0 givenUp."
  `);
  expect(
    linesOf(`
      question: How does it end?
      seed: 1
      horizon: 8s
      topology: { kind: complete, agents: 20 }
      task: leader-election
      protocol: pairwise-elimination
    `),
  ).toMatchInlineSnapshot(`
    "
    [140] The last to change was Betty. At 3.46523 s Betty takes No on a message from Lawrence.
    At the end 4 leaders are left; 16 hold No, 4 hold Yes."
  `);
});

test('a livelock: once round the circle, or work without progress', () => {
  expect(lines('livelock')).toMatchInlineSnapshot(`
    "
    [59] In round 58, 6 turn to 1, 6 turn to 0.
    [60] In round 59, 6 turn to 0, 6 turn to 1.
    Then all is as it was 2 rounds before, and so on since round 0."
  `);
  expect(lines('livelock-by-an-adversary', 'faults[0].until=600s')).toMatchInlineSnapshot(`
    "
    At the end 4 agents are undecided; 2 hold 0, 2 hold 1.
    [30213] In 19.9989 s no agent decided and 31278 messages were sent, and nothing more got done.
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
    [54] From then on all held 18, and for 59.6 s, to the end, they did not stop."
  `);
  expect(lines('late')).toMatchInlineSnapshot(`
    "
    [9] The last to change was Sarah. At 300 ms Sarah takes 1 from Charlotte.
    At the end 5 agents are undecided; 7 hold 1, 5 hold nothing."
  `);
  expect(lines('invalid')).toMatchInlineSnapshot(`
    "
    [1] At 10 s Madison takes -1 when its timeout is due, and decides it.
    Alexis is down for good, and did nothing before."
  `);
  expect(lines('no-input')).toMatchInlineSnapshot(`
    "
    [1] Of 480 answers 379 could not be read (379 malformed), first one of Alexis in round 0 of the game.
    [382] In round 29 of the game, the last, Alexis, Joe and Sean can be read; Madison, Timothy, Liam, Andrea and 1 more cannot."
  `);
  expect(lines('no-input-at-the-end')).toMatchInlineSnapshot(`
    "
    [227] Of 88 answers 16 could not be read (16 malformed), first one of Alexis in round 9.
    [235] In round 9 Alexis is left without an answer, and so are Madison, Timothy, Liam, Joe and 3 more."
  `);
  expect(lines('budget')).toMatchInlineSnapshot(`
    "
    [195] It went on 101 messages, 101 timeouts and 0 calls in 7.05 s.
    Most messages are those of Alexis with 8, Russell with 7, Frank with 6, Billy with 5.
    [177] The last to change was Daniel. At 6.2 s Daniel takes 1 from Sean.
    At the end 45 hold 1, 19 hold nothing."
  `);
});

test('every event number points to what the sentence tells of', () => {
  const { sentences, records } = toldOf(fixture('split'), 'split');
  for (const { text, event } of sentences) {
    if (event === undefined || !text.startsWith('At ')) continue;
    const there = records.filter((it) => it.event === event);
    expect(there.some(({ kind }) => kind === (text.includes('decides') ? 'decide' : 'deliver'))).toBe(true);
  }
});

test('a chain of causes leads back in time, and to where the value began', () => {
  const { sentences } = toldOf(fixture('valid'), 'valid', ['topology.agents=40']);
  const events = sentences.flatMap(({ event }) => (event === undefined ? [] : [event]));
  expect([...events].sort((a, b) => a - b)).toEqual(events);
  expect(sentences.map(({ text }) => text)).toContain('(13 steps more of the kind.)');
});

describe('protocols in rounds', () => {
  test('the game: in its own rounds, when agreement came, how long it lasted, and how near the stop was', () => {
    expect(
      linesOf(`
        question: How does it end?
        seed: 1
        topology: { kind: complete, agents: 6 }
        task: { kind: consensus, values: 51 }
        protocol: { kind: byzantine-game, rounds: 12 }
        behaviour: { kind: game-mock, caution: 1 }
      `),
    ).toMatchInlineSnapshot(`
      "
      [65] In round 2 of the game Joe goes from 14 to 17, copying the most (2 of 6).
      [65] From then on all held 17, and for 10 rounds of the game, to the end, they did not stop.
      [385] 0 of 6 vote to stop, and 4 are needed: the game goes on."
    `);
  });

  test('the game, stopped: who made it one, or what each held', () => {
    const game = (more: string) => `
      question: How does it end?
      seed: 2
      topology: { kind: complete, agents: 6 }
      task: { kind: consensus, values: 51 }
      protocol: byzantine-game
      ${more}`;
    expect(linesOf(game('behaviour: { kind: game-mock }'))).toMatchInlineSnapshot(`
      "
      [65] In round 2 of the game Brenda goes from 21 to 24, copying the most (4 of 6).
      [97] 5 of 6 vote to stop, and 4 are needed: the game ends, and what each holds it decides.
      [97] After round 2 of the game all 6 decide 24."
    `);
    expect(linesOf(game('behaviour: { kind: stop-voter, chance: 0.5 }'))).toMatchInlineSnapshot(`
      "
      [65] Virginia began with 16, and decides it after round 1 of the game.
      [65] Brenda began with 9, and decides it after round 1 of the game.
      [65] 4 of 6 vote to stop, and 4 are needed: the game ends, and what each holds it decides."
    `);
    expect(linesOf(game('behaviour: { kind: averager, rule: mean }'))).toMatchInlineSnapshot(`
      "
      [33] In round 1 of the game Virginia goes from 16 to 21, which nobody held.
      [65] After round 1 of the game Virginia decides 21.
      [65] 6 of 6 vote to stop, and 4 are needed: the game ends, and what each holds it decides."
    `);
  });

  test('others: in rounds of the world', () => {
    const voters = linesOf(`
      question: How does it end?
      seed: 3
      horizon: { rounds: 60 }
      topology: { kind: complete, agents: 20 }
      task: { kind: unanimity, pattern: [0, 1] }
      protocol: { kind: opinions, committed: [{ agents: [0, 1] }] }
      behaviour: voter
    `);
    expect(voters).toMatchInlineSnapshot(`
      "
      At the end 16 hold 1, 4 hold 0.
      In 60 rounds agents changed their value 390 times, and they disagree no less than they did.
      [60] The last to change was Judith. In round 59 Judith takes 1, which it was given."
    `);
    expect(voters).not.toContain('0 s');
  });

  test('who went down did nothing more, though rounds went on', () => {
    const text = readFileSync(join(folder, '../protocols/floodset.yaml'), 'utf8');
    const { sentences, records } = toldOf(text, 'floodset');
    const gone = sentences.find(({ text }) => text.includes('down for good'))!;
    expect(gone.text).toContain('since its last act in round');
    expect(records.filter(({ event }) => event === gone.event).map(({ kind }) => kind)).toContain('send');
  });
});

describe('who is told of', () => {
  const lied = (replications: number) => `
    question: How does it end?
    seed: 5
    topology: { kind: complete, agents: 7 }
    task: { kind: consensus, values: 50 }
    protocol: { kind: pbft, f: 2, bounds: ignored }
    network: { latency: 10ms }
    faults: [{ kind: byzantine, agents: [0], strategy: flip }]
    replications: ${replications}
  `;

  test('a lie leads back to the liar, who is named as one; it is told of whom the witness names', () => {
    let found = 0;
    for (let index = 0; index < 60; index++) {
      const { sentences, outcome, ending } = toldOf(lied(60), 'lied', [], index);
      if (outcome.class !== 'invalid') continue;
      found++;
      const { names } = ending.setting;
      const told = asLines(sentences);
      const witness = outcome.witness.slice(0, outcome.witness.indexOf(':'));
      expect(told).toContain(`${names[0]} (Byzantine)`);
      expect(told).toMatch(new RegExp(`${witness} decides|${witness} takes .* and decides`));
      // Nobody else's story: whoever is said to decide is the one of the witness.
      expect(sentences.filter(({ text }) => text.includes('decides')).length).toBe(1);
      // No agent is said to have begun with what it did not hold.
      for (const [, name, value] of told.matchAll(/(\S+) began with (\d+)/g))
        expect(ending.setting.inputs[names.indexOf(name!)]).toBe(Number(value));
    }
    expect(found).toBeGreaterThan(0);
  });

  test('liars are named where they play no part in the chain', () => {
    const told = linesOf(`
      question: How does it end?
      seed: 1
      topology: { kind: complete, agents: 8 }
      task: { kind: consensus, values: 51 }
      protocol: { kind: byzantine-game, rounds: 6, quorum: 1/1 }
      behaviour: { kind: game-mock }
      faults: [{ kind: byzantine, count: 1, strategy: behaviour, tactic: always-continue }]
    `);
    expect(told).toMatch(/\nByzantine is \S+ \(always-continue\)\.$/);
  });

  test.each([
    ['a clash of colours', 'coloring', 'agentsnet, behaviour: random'],
    ['two leaders', 'leader-election', '{ kind: flood-max, rounds: 1 }'],
  ])('of %s, both agents of the witness', (_, task, protocol) => {
    const text = `{ question: How?, topology: { kind: ring, agents: 12 }, task: ${task}, protocol: ${protocol} }`;
    const { sentences, outcome, ending } = toldOf(text, 'clash');
    if (outcome.class !== 'split') throw new Error(`the fixture is ${outcome.class}`);
    const told = asLines(sentences);
    const agents = outcome.judgement.agents!;
    expect(agents).toHaveLength(2);
    for (const agent of agents) expect(told).toContain(ending.setting.names[agent]);
  });
});

test('answers that could not be read are counted as the metric of the run counts them', () => {
  const { sentences, metrics } = toldOf(fixture('no-input-at-the-end'), 'here', ['metrics=[malformed]']);
  expect(metrics.malformed).toBe(16);
  expect(sentences[0]!.text).toContain('Of 88 answers 16 could not be read (16 malformed)');
});

test('every story of every fixture has an event that its trace has, too', () => {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    const { count } = runsOf(parseScenario(text, file));
    for (let index = 0; index < Math.min(count, 4); index++) {
      const { sentences, records, outcome } = toldOf(text, file, [], index);
      const events = sentences.flatMap(({ event }) => (event === undefined ? [] : [event]));
      expect(events.length, `${file} ${index} ${outcome.class}`).toBeGreaterThan(0);
      const known = new Set(records.map(({ event }) => event));
      for (const event of events) expect(known, `${file} ${index} [${event}]`).toContain(event);
    }
  }
});

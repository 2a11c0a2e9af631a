import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { knobs } from '../../src/game/knobs.ts';
import { reaches, votesNeeded } from '../../src/game/quorum.ts';
import {
  type Answered,
  NONE,
  type Proposed,
  type Question,
  readProposal,
  readVote,
} from '../../src/game/talk.ts';
import { tally } from '../../src/game/tally.ts';
import { execute } from '../../src/scenario/execute.ts';
import { runsOf } from '../../src/scenario/scenario.ts';
import type { Answer, Behaviour, Observer } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { simulate } from '../../src/world/simulate.ts';
import { scenarioOf, worldOf } from '../worlds.ts';

const game = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  horizon: { rounds: 101 },
  topology: { kind: 'complete', agents: 4 },
  task: { kind: 'consensus', values: 51 },
  protocol: { kind: 'byzantine-game' },
  behaviour: { kind: 'game-mock' },
  metrics: ['game'],
  ...more,
});

const byzantine = (count: number, tactic: string): object => ({
  kind: 'byzantine',
  count,
  strategy: 'behaviour',
  tactic,
});

/** Plays with agents that answer as told. */
function play(
  raw: Record<string, unknown>,
  answer: Behaviour<Question, Answered>['answer'],
  observer: Observer = {},
) {
  const { ending } = simulate({ ...worldOf(raw, 0, [observer]), behaviour: { answer } });
  return { ending, outcome: classify(ending) };
}

const propose = (value: number): Answer<Answered> => ({ value: { kind: 'propose', value } });
const vote = (stops: boolean): Answer<Answered> => ({
  value: { kind: 'vote', vote: stops ? 'stop' : 'continue' },
});

describe('the quorum', () => {
  test('is counted in whole numbers: 3 stop >= 2 N', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (agents) => {
        const share = { numerator: 2, denominator: 3 };
        const needed = votesNeeded(agents, share);
        expect(3 * needed).toBeGreaterThanOrEqual(2 * agents);
        expect(3 * (needed - 1)).toBeLessThan(2 * agents);
        expect(reaches(needed, agents, share)).toBe(true);
        expect(reaches(needed - 1, agents, share)).toBe(false);
      }),
    );
  });

  // 66 % of 50 are 33, two thirds are 34.
  test.each([
    [4, 3],
    [8, 6],
    [9, 6],
    [10, 7],
    [11, 8],
    [12, 8],
    [13, 9],
    [16, 11],
    [50, 34],
  ])('of %d agents is %d', (agents, needed) => {
    expect(votesNeeded(agents, { numerator: 2, denominator: 3 })).toBe(needed);
  });

  test.each([
    ['4/3', 'must be a share of at most 1'],
    ['0/3', 'must be a share above 0'],
    [0.66, 'must be a share above 0, written as a fraction such as 2/3'],
  ])('%s is refused with path, value and remedy', (quorum, message) => {
    const raw = game({ protocol: { kind: 'byzantine-game', quorum } });
    expect(() => scenarioOf(raw)).toThrow('protocol.quorum');
    expect(() => scenarioOf(raw)).toThrow(message);
    expect(() => scenarioOf(raw)).toThrow(String(quorum));
  });
});

test('the last vote of the last round still stops the game, and what was held then is decided', () => {
  const rounds = 5;
  const { ending, outcome } = play(game({ horizon: { rounds: 2 * rounds + 1 } }), (_, { kind, round }) =>
    kind === 'propose' ? propose(7) : vote(round === rounds - 1),
  );
  expect(ending.ended).toBe('decided');
  expect([...ending.decisions]).toEqual([7, 7, 7, 7]);
  expect(['valid', 'invalid']).toContain(outcome.class);
  const late = play(game({ horizon: { rounds: 2 * rounds + 1 } }), (_, { kind, round }) =>
    kind === 'propose' ? propose(7) : vote(round === rounds),
  );
  expect(late.outcome.class).toBe('agreed-not-stopped');
});

describe('medium', () => {
  test('a board and messages play the same game', () => {
    const run = (raw: Record<string, unknown>, medium: string) => {
      const scenario = scenarioOf({ ...raw, protocol: { ...(raw.protocol as object), medium } });
      const row = execute(runsOf(scenario).at(0));
      const { events: _, messages: __, delivered: ___, ...metrics } = row.metrics;
      return { outcome: row.outcome, error: row.error, metrics };
    };
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(1e6),
          agents: fc.integer({ min: 4, max: 9 }),
          prompt: fc.constantFrom('none-exist', 'may-exist'),
          malformed: fc.constantFrom(0, 0.3),
          format: fc.constantFrom('clean', 'upstream'),
          tactic: fc.constantFrom(
            undefined,
            'silent',
            'always-continue',
            'contrarian',
            'flip-flop',
            'equivocating',
          ),
        }),
        ({ seed, agents, prompt, malformed, format, tactic }) => {
          const raw = game({
            seed,
            horizon: { rounds: 21 },
            topology: { kind: 'complete', agents },
            protocol: { kind: 'byzantine-game', format },
            behaviour: { kind: 'game-mock', prompt, malformed, haste: 0.2 },
            faults: tactic === undefined ? [] : [byzantine(1, tactic)],
          });
          expect(run(raw, 'board')).toEqual(run(raw, 'messages'));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a board leaves nothing to lose, and is read by all', () => {
    const board = { kind: 'byzantine-game', medium: 'board' };
    expect(() => worldOf(game({ protocol: board, faults: [{ kind: 'loss', chance: 0.1 }] }))).toThrow(
      'judges messages, but this protocol sends none',
    );
    expect(() => worldOf(game({ protocol: board, topology: { kind: 'ring', agents: 5 } }))).toThrow(
      'topology: must be complete',
    );
  });
});

describe('Byzantine agents', () => {
  const answersOf = (tactic: string, agents = 8) => {
    const said = { values: [] as Proposed[], votes: [] as string[] };
    const observer: Observer = {
      answer(agent, question, { value }) {
        if (!adversaries.has(agent)) return;
        const { kind, values } = question as Question;
        if (kind === 'vote') said.votes.push(readVote(value as Answered)!);
        else said.values.push(readProposal(value as Answered, values)!);
      },
    };
    const raw = game({
      horizon: { rounds: 21 },
      topology: { kind: 'complete', agents },
      behaviour: { kind: 'game-mock', caution: 1 },
      faults: [byzantine(1, tactic)],
    });
    const world = worldOf(raw, 0, [observer]);
    const { adversaries } = world.setting;
    const { ending } = simulate(world);
    expect(ending.correct.reduce((sum, it) => sum + it, 0)).toBe(agents - 1);
    return said;
  };

  test('silent ones say nothing and vote nothing', () => {
    const { values, votes } = answersOf('silent');
    expect(new Set(values.map(({ value }) => value))).toEqual(new Set([NONE]));
    expect(new Set(votes)).toEqual(new Set(['abstain']));
  });

  test('those who always continue go along', () => {
    const { votes } = answersOf('always-continue');
    expect(new Set(votes)).toEqual(new Set(['continue']));
  });

  test('contrarians stop disagreement and go on in agreement', () => {
    const { votes } = answersOf('contrarian');
    expect(votes[0]).toBe('stop');
  });

  test('flip-floppers take turns', () => {
    const { votes } = answersOf('flip-flop');
    expect(votes.slice(0, 4)).toEqual(['stop', 'continue', 'stop', 'continue']);
  });

  test('equivocators tell different agents different values', () => {
    const { values, votes } = answersOf('equivocating');
    expect(values.every(({ apart }) => apart !== undefined && apart.length === 8)).toBe(true);
    expect(values.some(({ apart }) => new Set(apart).size > 1)).toBe(true);
    expect(new Set(votes)).toEqual(new Set(['continue']));
  });

  test('an unknown tactic is refused by name', () => {
    expect(() => worldOf(game({ faults: [byzantine(1, 'nasty')] }))).toThrow('but gives nasty');
  });

  test('what a Byzantine agent might have been given makes no value valid', () => {
    const raw = game({
      faults: [{ kind: 'byzantine', agents: [0], strategy: 'behaviour', tactic: 'silent' }],
    });
    const { inputs } = worldOf(raw).setting;
    expect([...inputs.slice(1)]).not.toContain(inputs[0]);
    const { outcome } = play(raw, (_, { kind }) => (kind === 'propose' ? propose(inputs[0]!) : vote(true)));
    expect(outcome.class).toBe('invalid');
  });
});

describe('answers that cannot be read', () => {
  const unread: Answer<Answered> = { value: undefined, unread: 'malformed' };

  test('are asked for three times, then are no value and no vote', () => {
    let asked = 0;
    const { ending, outcome } = play(game({ horizon: { rounds: 21 } }), (agent) => {
      if (agent === 0) asked++;
      return unread;
    });
    // Ten rounds of two questions; in the last of 21 rounds votes are counted, and nobody proposes any more.
    expect(asked).toBe(3 * 20);
    expect(ending.counts.unread).toBe(3 * 4 * 20);
    expect(outcome.class).toBe('no-input');
  });

  test('upstream they are the last value and a vote to continue', () => {
    const raw = game({ protocol: { kind: 'byzantine-game', format: 'upstream' } });
    const seen: (number | undefined)[] = [];
    play(raw, (agent, question) => {
      if (agent === 1 && question.kind === 'vote') seen.push(question.heard[0]?.[0]);
      if (agent === 0 && question.round > 0) return unread;
      return question.kind === 'propose' ? propose(9) : vote(question.round === 3);
    });
    expect(seen.slice(0, 4)).toEqual([9, 9, 9, 9]);
  });

  test('one value that one agent holds while others abstain is no unanimity', () => {
    const { ending, outcome } = play(game(), (agent, { kind, input }) =>
      kind === 'propose' ? propose(agent === 0 ? input : NONE) : vote(true),
    );
    expect(ending.ended).toBe('decided');
    expect(outcome.class).toBe('no-input');
    expect(outcome.judgement.solved).toBe(false);
  });

  test('text of a model is read where it holds what was asked for', () => {
    expect(readProposal('I say {"value": 17, "public_reasoning": "fair"} so', 51)).toMatchObject({
      value: 17,
      reason: 'fair',
    });
    expect(readProposal('{"value": "abstain"}', 51)).toMatchObject({ value: NONE });
    for (const text of ['', '{', '{"value": 51}', '{"value": 1.5}', '17', '{"decision": "stop"}']) {
      expect(readProposal(text, 51), text).toBeUndefined();
    }
    expect(readVote('{"decision": "stop"}')).toBe('stop');
    expect(readVote('{"decision": "maybe"}')).toBeUndefined();
  });
});

test('an agent sees the last three rounds, the latest first, and itself among them', () => {
  const shown: number[][] = [];
  play(game({ horizon: { rounds: 13 } }), (agent, { kind, round, heard }) => {
    if (agent === 2 && kind === 'vote') shown.push(heard.map((row) => row[2]!));
    return kind === 'propose' ? propose(round) : vote(false);
  });
  expect(shown.slice(0, 5)).toEqual([[0], [1, 0], [2, 1, 0], [3, 2, 1], [4, 3, 2]]);
});

describe('the rounds of the game', () => {
  const without = (more: Record<string, unknown> = {}) => {
    const { horizon: _, ...raw } = game(more);
    return raw;
  };
  const never = (_: number, { kind }: Question) => (kind === 'propose' ? propose(7) : vote(false));

  test('are fifty where nothing is said, and as many as the protocol is given', () => {
    const { ending } = play(without(), never);
    expect([ending.ended, ending.rounds]).toEqual(['horizon', 101]);
    const few = play(without({ protocol: { kind: 'byzantine-game', rounds: 5 } }), never);
    expect([few.ending.ended, few.ending.rounds]).toEqual(['horizon', 11]);
    expect(few.outcome.class).toBe('agreed-not-stopped');
  });

  test('make the same run as a horizon that fits them', () => {
    const fingerprint = (raw: Record<string, unknown>) => simulate(worldOf(raw)).fingerprint;
    expect(fingerprint(without())).toBe(fingerprint(game()));
    expect(fingerprint(without({ protocol: { kind: 'byzantine-game', rounds: 10 } }))).toBe(
      fingerprint(game({ horizon: { rounds: 21 } })),
    );
    expect(fingerprint(game({ horizon: { rounds: 500 } }))).toBe(fingerprint(game()));
  });

  test('are not taken for the rounds of the world: a horizon of 50 is refused', () => {
    expect(() => scenarioOf(game({ horizon: { rounds: 50 } }))).toThrow(
      /horizon\.rounds: counts rounds of the world.*set protocol.rounds: 50 and leave it out/,
    );
  });
});

test('an abstention is no dissent: those who hold a value agree, if they are two at least', () => {
  const published = (answer: Behaviour<Question, Answered>['answer'], agents = 8) => {
    const scenario = worldOf(game({ topology: { kind: 'complete', agents } }));
    const { begin } = catalog.metrics.get('game')!.create({} as never);
    const metric = begin(scenario.setting);
    const { ending } = simulate({ ...scenario, behaviour: { answer }, observers: [metric] });
    return metric.finish(ending);
  };
  const own = published((agent, { kind, round }) =>
    kind === 'propose' ? propose(agent === 0 && round === 2 ? NONE : 7) : vote(round === 2),
  );
  expect(own).toMatchObject({ publishedNone: 0, publishedTimeout: 0, unanimousRound: 1, stability: 3 });
  expect(own.publishedValid! + own.publishedInvalid!).toBe(1);
  const alone = published((agent, { kind }) =>
    kind === 'propose' ? propose(agent === 0 ? 7 : NONE) : vote(true),
  );
  expect(alone).toMatchObject({ publishedNone: 1, unanimousRound: Number.NaN });
  const apart = published((agent, { kind }) =>
    kind === 'propose' ? propose(agent === 0 ? 8 : 7) : vote(true),
  );
  expect(apart).toMatchObject({ publishedNone: 1, unanimousRound: Number.NaN });
});

test('the four published outcomes are exclusive, and each can be had', () => {
  const shares = (behaviour: object, agents = 4) => {
    const scenario = scenarioOf(
      game({ behaviour, topology: { kind: 'complete', agents }, horizon: { rounds: 21 }, replications: 20 }),
    );
    const runs = runsOf(scenario);
    return Array.from({ length: runs.count }, (_, i) => {
      const { publishedValid, publishedInvalid, publishedNone, publishedTimeout } = execute(
        runs.at(i),
      ).metrics;
      const all = [publishedValid, publishedInvalid, publishedNone, publishedTimeout];
      expect(all.reduce<number>((sum, it) => sum + it!, 0)).toBe(1);
      return all.indexOf(1);
    });
  };
  expect(shares({ kind: 'game-mock', caution: 0, copying: 1, inertia: 0 })).toContain(0);
  expect(shares({ kind: 'averager' })).toContain(1);
  expect(shares({ kind: 'stop-voter', chance: 1 })).toContain(2);
  expect(shares({ kind: 'stop-voter', chance: 0 })).toContain(3);
});

test('chances of the mock that do not matter shift nothing', () => {
  const at = (behaviour: object) =>
    execute(runsOf(scenarioOf(game({ behaviour: { kind: 'game-mock', caution: 0, ...behaviour } }))).at(0))
      .fingerprint;
  // Haste is drawn for every vote, and no vote is told of adversaries here.
  expect(at({ suspicion: 0.9, hesitation: 0.9 })).toBe(at({}));
  expect(at({ inertia: 0.9 })).not.toBe(at({}));
});

test('caution is monotone, run by run: more of it never makes a game stop that did not', () => {
  const scenario = (caution: number) =>
    scenarioOf(game({ behaviour: { kind: 'game-mock', haste: 0, caution }, replications: 60 }));
  const stopped = (caution: number): boolean[] => {
    const runs = runsOf(scenario(caution));
    return Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)).metrics.publishedTimeout === 0);
  };
  const [less, more] = [stopped(0.1), stopped(0.5)];
  expect(more.every((stops, i) => !stops || less[i])).toBe(true);
  expect(more.filter(Boolean).length).toBeLessThan(less.filter(Boolean).length);
});

test('a tally names the most frequent, and picks among equals', () => {
  const question = (row: number[]): Question => ({
    kind: 'vote',
    round: 0,
    attempt: 0,
    values: 10,
    input: 0,
    own: 0,
    heard: [Int32Array.from(row)],
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: NONE, max: 9 }), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      (row, salt) => {
        const counted = tally(10);
        const counts = Array.from({ length: 10 }, (_, value) => row.filter((it) => it === value).length);
        const most = Math.max(...counts);
        expect(counted.read(question(row))).toBe(most > 0);
        expect(counted.holders()).toBe(row.filter((it) => it !== NONE).length);
        if (most === 0) return;
        const best = counts.flatMap((count, value) => (count === most ? [value] : []));
        const pick = salt % best.length;
        expect(counted.favourite(() => pick)).toBe(best.length === 1 ? best[0] : best[pick]);
      },
    ),
  );
});

describe('the published timeout is told apart', () => {
  const classes = (behaviour: object, more: Record<string, unknown> = {}): Set<string> => {
    const scenario = scenarioOf(
      game({ behaviour: { kind: 'game-mock', ...behaviour }, replications: 12, ...more }),
    );
    const runs = runsOf(scenario);
    const rows = Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)));
    return new Set(rows.filter((row) => row.metrics.publishedTimeout === 1).map((row) => row.outcome));
  };

  test.each([
    ['nobody moves', 'stalled', { inertia: 1 }, {}],
    ['all agree and nobody stops', 'agreed-not-stopped', { caution: 1, malformed: 0 }, {}],
    ['nothing can be read', 'no-input', { malformed: 1 }, {}],
    ['agreement is near', 'late', { inertia: 0.85, caution: 0 }, { horizon: { rounds: 15 } }],
  ])('%s: %s', (_, outcome, behaviour, more) => {
    expect(classes(behaviour, more)).toContain(outcome);
  });

  test('votes change, values do not: livelock', () => {
    expect(classes({ kind: 'stop-voter', chance: 0.2 })).toContain('livelock');
  });
});

test('a game that is over at its deadline is judged by the values of its last round', () => {
  const raw = game({
    horizon: undefined,
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 51, inputs: 'split' },
    protocol: { kind: 'byzantine-game', rounds: 1 },
  });
  const asked: string[] = [];
  const { ending, outcome } = play(raw, (_agent, question) => {
    asked.push(question.kind);
    // All would hold one value after another proposal.
    return question.kind === 'vote' ? vote(false) : propose(question.round === 0 ? question.input : 7);
  });
  expect(asked.filter((kind) => kind === 'propose')).toHaveLength(5);
  expect(asked.filter((kind) => kind === 'vote')).toHaveLength(5);
  expect(new Set(ending.held).size).toBe(5);
  expect(outcome.class).not.toBe('agreed-not-stopped');
});

test('agents that are down for good block a quorum, and are no lack of readable answers', () => {
  const raw = game({
    topology: { kind: 'complete', agents: 6 },
    faults: [{ kind: 'crash', agents: [0, 1, 2] }],
  });
  const stubborn: Parameters<typeof play>[1] = (_agent, question) =>
    question.kind === 'vote' ? vote(true) : propose(question.input);
  const { outcome, ending } = play(raw, stubborn);
  expect(outcome).toMatchObject({ class: 'blocked', cause: 'waits-for-crashed' });
  expect(outcome.witness).toMatch(/waits for a quorum of 4 among 6 agents, of whom .* are down$/);
  expect(ending.ended).toBe('horizon');
  // Two down leave a quorum, which is enough.
  const two = play({ ...raw, faults: [{ kind: 'crash', agents: [0, 1] }] }, stubborn);
  expect(two.ending.ended).toBe('decided');
});

test.each(['2/3', '1/2'])(
  'a hasty mock waits for two thirds, as its parameter says, where %s would do',
  (quorum) => {
    const raw = game({
      topology: { kind: 'complete', agents: 6 },
      protocol: { kind: 'byzantine-game', quorum },
      behaviour: { kind: 'game-mock', caution: 0, haste: 1, malformed: 0 },
    });
    const { behaviour } = worldOf(raw);
    const voteAfter = (...row: number[]): unknown =>
      (behaviour as Behaviour<Question, Answered>).answer(0, {
        ...{ kind: 'vote', round: 0, attempt: 0, values: 51, input: 7, own: 7 },
        heard: [Int32Array.from(row)],
      });
    expect(voteAfter(7, 7, 7, 7, 1, 2)).toEqual({ value: { kind: 'vote', vote: 'stop' } });
    expect(voteAfter(7, 7, 7, 0, 1, 2)).toEqual({ value: { kind: 'vote', vote: 'continue' } });
    expect(voteAfter(7, 7, 7, NONE, NONE, NONE)).toEqual({ value: { kind: 'vote', vote: 'continue' } });
    expect(knobs.shape.haste.description).toContain('whatever `protocol.quorum`');
  },
);

test('a stopped game is judged by those who gave a value, as it was published, where they are a quorum', () => {
  let stopped = 0;
  for (const agents of [4, 8]) {
    const raw = game({
      topology: { kind: 'complete', agents },
      task: { kind: 'consensus', values: 51, inputs: 'equal' },
      protocol: { kind: 'byzantine-game', tries: 1, rounds: 10 },
      behaviour: { kind: 'game-mock', malformed: 0.4, caution: 0, haste: 1 },
    });
    const all = runsOf(scenarioOf({ ...raw, replications: 100 }));
    for (let i = 0; i < all.count; i++) {
      const { outcome, metrics, verdicts } = execute(all.at(i));
      if (metrics.publishedTimeout === 1) continue;
      expect(outcome).toBe(metrics.publishedValid === 1 ? 'valid' : 'split');
      expect(verdicts.termination).toBe('satisfied');
      stopped++;
    }
  }
  expect(stopped).toBeGreaterThan(50);
});

test.each([
  [1, 'no-input', 'violated'],
  [2, 'no-input', 'violated'],
  [3, 'valid', 'satisfied'],
  [4, 'valid', 'satisfied'],
])('%i of 4 who hold a value when the game stops: %s', (holders, wanted, termination) => {
  const raw = game({ task: { kind: 'consensus', values: 51, inputs: 'equal' } });
  const { outcome } = play(raw, (agent, question) => {
    if (question.kind === 'vote') return vote(true);
    return propose(agent < holders ? question.input : NONE);
  });
  expect(outcome).toMatchObject({ class: wanted, verdicts: { termination } });
});

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { answerMarker, options, parseAnswer } from '../../src/agentsnet/answers.ts';
import { answerText, decodeAnswers, NONE, UNPARSED } from '../../src/agentsnet/codes.ts';
import { faultsOf } from '../../src/agentsnet/faults.ts';
import { parseMessages } from '../../src/agentsnet/messages.ts';
import { names } from '../../src/agentsnet/names.ts';
import { outcomeOf } from '../../src/agentsnet/outcome.ts';
import { type AgentsNetTask, taskNames } from '../../src/agentsnet/rules.ts';
import { crashOf } from '../../src/agentsnet/score.ts';
import { groupsFor, scoreCodes } from '../../src/agentsnet/scorers.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { compileGraph, EdgeList, type Graph } from '../../src/world/graph.ts';

type Pair = readonly [number, number];

function graphOf(agents: number, pairs: readonly Pair[]): Graph {
  const edges = new EdgeList();
  for (const [a, b] of pairs) edges.add(a, b);
  return compileGraph(agents, edges);
}

function allPairs(agents: number): Pair[] {
  return Array.from({ length: agents }, (_, a) => Array.from({ length: a }, (_, b): Pair => [a, b])).flat();
}

/** The definitions, word for word, with no thought of speed: over edges as pairs and agents as sets. */
const defined: Record<
  AgentsNetTask,
  (agents: number, edges: readonly Pair[], codes: readonly number[]) => number
> = {
  coloring(agents, edges, codes) {
    const degrees = Array.from({ length: agents }, (_, v) => edges.filter((edge) => edge.includes(v)).length);
    const groups = Array.from({ length: Math.max(...degrees) + 1 }, (_, i) => i + 1);
    if (!codes.every((code) => groups.includes(code))) return 0;
    return edges.length === 0 ? 1 : edges.filter(([a, b]) => codes[a] !== codes[b]).length / edges.length;
  },
  matching(agents, edges, codes) {
    const joins = (v: number, w: number) =>
      edges.some((edge) => edge.includes(v) && edge.includes(w) && v !== w);
    const good = codes.filter((code, v) => {
      if (code !== NONE) return joins(v, code) && codes[code] === v;
      return !codes.some((other, w) => other === NONE && joins(v, w));
    });
    return good.length / agents;
  },
  'vertex-cover'(_agents, edges, codes) {
    const coordinators = codes.flatMap((code, v) => (code === 1 ? [v] : []));
    const coverage = (set: readonly number[]) =>
      edges.length === 0
        ? 1
        : edges.filter(([a, b]) => set.includes(a) || set.includes(b)).length / edges.length;
    if (coordinators.length === 0) return edges.length === 0 ? 1 : 0;
    const necessary = coordinators.filter((v) => coverage(coordinators.filter((w) => w !== v)) < 1);
    return (coverage(coordinators) * necessary.length) / coordinators.length;
  },
  'leader-election': (_agents, _edges, codes) =>
    codes.every((code) => [0, 1].includes(code)) && codes.filter((code) => code === 1).length === 1 ? 1 : 0,
  consensus: (_agents, _edges, codes) => ([0, 1].includes(codes[0]!) && new Set(codes).size === 1 ? 1 : 0),
};

/** Solved by the mathematical notion, where there is one that is told without a score. */
const solvedBy: Partial<
  Record<AgentsNetTask, (agents: number, edges: readonly Pair[], codes: readonly number[]) => boolean>
> = {
  matching(_agents, edges, codes) {
    const pairs = edges.filter(([a, b]) => codes[a] === b && codes[b] === a);
    const paired = pairs.flat();
    const areSo = codes.every((code, v) => (code === NONE ? !paired.includes(v) : paired.includes(v)));
    const isMaximal = edges.every(([a, b]) => paired.includes(a) || paired.includes(b));
    return areSo && isMaximal;
  },
  'vertex-cover'(agents, edges, codes) {
    const isCover = (set: number) => edges.every(([a, b]) => ((set >> a) | (set >> b)) & 1);
    const chosen = codes.reduce((set, code, v) => (code === 1 ? set | (1 << v) : set), 0);
    const smaller = Array.from({ length: 1 << agents }, (_, set) => set).filter(
      (s) => (s & chosen) === s && s !== chosen,
    );
    return isCover(chosen) && !smaller.some(isCover);
  },
};

const choices: Record<AgentsNetTask, (agents: number, groups: number) => number[]> = {
  coloring: (_agents, groups) => [UNPARSED, ...Array.from({ length: groups + 1 }, (_, i) => i + 1)],
  matching: (agents) => [UNPARSED, NONE, ...Array.from({ length: agents }, (_, v) => v)],
  'vertex-cover': () => [UNPARSED, 0, 1],
  'leader-election': () => [UNPARSED, 0, 1],
  consensus: () => [UNPARSED, 0, 1],
};

/** Every vector of choices, or, where there are more than `most`, as many drawn by a fixed seed. */
function* vectors(
  agents: number,
  values: readonly number[],
  most: number,
  random: Stream,
): Generator<Int32Array> {
  const total = values.length ** agents;
  for (let i = 0; i < Math.min(total, most); i++) {
    let rest = total <= most ? i : random.below(total);
    yield Int32Array.from({ length: agents }, () => {
      const value = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
      return value;
    });
  }
}

function checkCase(
  task: AgentsNetTask,
  graph: Graph,
  edges: readonly Pair[],
  codes: Int32Array,
  groups: number,
): void {
  const plain = [...codes];
  const soft = scoreCodes(task, graph, codes, groups);
  const solved = soft === 1;
  const faults = faultsOf(task, graph, codes);
  const isRight =
    soft === defined[task](graph.agents, edges, plain) &&
    solved === (solvedBy[task]?.(graph.agents, edges, plain) ?? solved) &&
    solved === (outcomeOf(task, graph, codes).class === 'valid') &&
    (solved
      ? faults.every(({ cause }) => task === 'vertex-cover' && cause === 'no-answer')
      : faults.length > 0);
  // One assertion in each of many cases would cost more than all of them.
  if (!isRight) expect({ task, edges, plain, soft }).toBe('scored as defined');
}

describe('the scorers follow the definitions on every graph of up to five agents', () => {
  test.each(taskNames)('%s', (task) => {
    const random = new Stream(1, `vectors/${task}`);
    let cases = 0;
    for (let agents = 1; agents <= 5; agents++) {
      const pairs = allPairs(agents);
      for (let mask = 0; mask < 1 << pairs.length; mask++) {
        const edges = pairs.filter((_, i) => (mask >> i) & 1);
        const graph = graphOf(agents, edges);
        const groups = groupsFor(graph);
        for (const codes of vectors(agents, choices[task](agents, groups), agents === 5 ? 48 : 300, random)) {
          checkCase(task, graph, edges, codes, groups);
          cases++;
        }
      }
    }
    expect(cases).toBeGreaterThan(50_000);
  });

  test('canary: the definitions tell a maximal matching from one that is not', () => {
    const path: Pair[] = [
      [0, 1],
      [1, 2],
      [2, 3],
    ];
    expect(defined.matching(4, path, [NONE, 2, 1, NONE])).toBe(1);
    expect(defined.matching(4, path, [1, 0, NONE, NONE])).toBe(0.5);
    expect(solvedBy.matching!(4, path, [1, 0, NONE, NONE])).toBe(false);
  });
});

/** A graph of 1 to 12 agents with an answer for each, mostly sensible ones, and a new numbering. */
const anyCase = fc
  .record({ task: fc.constantFrom(...taskNames), agents: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
  .map(({ task, agents, seed }) => {
    const random = new Stream(seed, 'case');
    const density = random.unit();
    const edges = allPairs(agents).filter(() => random.chance(density));
    const graph = graphOf(agents, edges);
    const values = choices[task](agents, groupsFor(graph));
    const lucky = task === 'consensus' || task === 'leader-election' ? 0.8 : 0.2;
    const codes = Int32Array.from({ length: agents }, () =>
      random.chance(lucky) ? values[1]! : values[random.below(values.length)]!,
    );
    return {
      task,
      agents,
      edges,
      graph,
      codes,
      order: random.shuffle(Array.from({ length: agents }, (_, v) => v)),
    };
  });

property.prop([anyCase], { seed: 1, numRuns: 1000 })('renaming the agents changes nothing', (it) => {
  const { task, agents, edges, graph, codes, order } = it;
  const moved = graphOf(
    agents,
    edges.map(([a, b]): Pair => [order[a]!, order[b]!]),
  );
  const movedCodes = new Int32Array(agents);
  codes.forEach((code, v) => {
    movedCodes[order[v]!] = task === 'matching' && code >= 0 ? order[code]! : code;
  });
  expect(scoreCodes(task, moved, movedCodes)).toBe(scoreCodes(task, graph, codes));
  const { class: kind, cause } = outcomeOf(task, graph, codes);
  expect(outcomeOf(task, moved, movedCodes)).toMatchObject({
    class: kind,
    ...(kind === 'invalid' ? {} : { cause }),
  });
  const renamed = faultsOf(task, graph, codes).map(({ agent, cause }) => `${order[agent]} ${cause}`);
  expect(
    faultsOf(task, moved, movedCodes)
      .map(({ agent, cause }) => `${agent} ${cause}`)
      .sort(),
  ).toEqual(renamed.sort());
  expect(crashOf(task, moved, movedCodes)).toBe(crashOf(task, graph, codes));
});

property.prop([anyCase], { seed: 2, numRuns: 500 })(
  'answers survive being written and read',
  ({ task, agents, codes }) => {
    const used = names.slice(0, agents);
    const written = [...codes].map((code) => (code === UNPARSED ? null : answerText(task, code, used)));
    expect([...decodeAnswers(task, written, used, 'upstream')]).toEqual([...codes]);
    expect([
      ...decodeAnswers(
        task,
        written.map((text) => text && ` ${text.toUpperCase()}`),
        used,
        'clean',
      ),
    ]).toEqual([...codes]);
  },
);

property.prop([anyCase], { seed: 3, numRuns: 500 })(
  'what went wrong shows in an agent that has a fault',
  ({ task, graph, codes }) => {
    const { witness, class: kind } = outcomeOf(task, graph, codes);
    const faulty = new Set(faultsOf(task, graph, codes).map(({ agent }) => agent));
    if (kind === 'valid') expect(witness).toEqual([]);
    else if (witness.length > 0) expect(witness.some((agent) => faulty.has(agent))).toBe(true);
  },
);

const neighbours = ['Ann', 'Mark', 'Sara', 'Zachary'];
const prose = fc.string({ unit: 'grapheme' }).filter((text) => !/[{}\\]/.test(text));
const anyMessages = fc.dictionary(fc.constantFrom(...neighbours), fc.string({ unit: 'grapheme' }));

property.prop([prose, anyMessages, prose], { seed: 4 })(
  'clean: any messages survive JSON among prose',
  (before, messages, after) => {
    for (const indent of [0, 2]) {
      const text = `${before}${JSON.stringify(messages, null, indent)}${after}`;
      const read = parseMessages(text, { names: new Set(names), neighbours, mode: 'clean' });
      expect({ ...read, messages: Object.fromEntries(read.messages!) }).toEqual({ messages, faults: [] });
    }
  },
);

property.prop([prose, anyMessages, prose], { seed: 5 })(
  'upstream: what it accepts it reads as clean does',
  (before, messages, after) => {
    const text = `${before}${JSON.stringify(messages)}${after}`;
    const read = parseMessages(text, { names: new Set(names), neighbours, mode: 'upstream' });
    if (read.messages) expect(Object.fromEntries(read.messages)).toEqual(messages);
    else expect(read.faults).toContainEqual({ cause: 'escaped-newline' });
  },
);

property.prop(
  [
    fc
      .array(fc.constantFrom('{', '}', '"Ann"', ':', '"all"', ',', '"x', '\\n', ' ', '[', '7'))
      .map((parts) => parts.join('')),
  ],
  {
    seed: 6,
    numRuns: 2000,
  },
)('no text whatever breaks a reader, and each failure has a cause', (text) => {
  for (const mode of ['upstream', 'clean'] as const) {
    const { messages, faults } = parseMessages(text, { names: new Set(names), neighbours, mode });
    if (messages === null) expect(faults.length).toBeGreaterThan(0);
    for (const name of messages?.keys() ?? []) expect(neighbours).toContain(name);
  }
});

property.prop(
  [
    fc.constantFrom(...taskNames),
    fc.integer({ min: 1, max: 30 }),
    fc.nat(),
    prose.filter((text) => !/final answer/i.test(text)),
  ],
  {
    seed: 7,
    numRuns: 500,
  },
)(
  'an option alone behind the marker is read back, upstream up to a longer one that begins alike',
  (task, groups, pick, before) => {
    const allowed = options(task, { groups, neighbours });
    const answer = allowed[pick % allowed.length]!;
    const text = `${before}${answerMarker}\n${answer}`;
    expect(parseAnswer(text, allowed, 'clean')).toBe(answer);
    expect(parseAnswer(text, allowed, 'upstream')).toBe(allowed.find((option) => answer.startsWith(option)));
  },
);

test('clean answers tell names apart that differ in case alone, where they are written as they are', () => {
  const names = ['Ann', 'ann', 'Bob'];
  const written = ['ann', ' Ann ', 'BOB'];
  expect([...decodeAnswers('matching', written, names, 'clean')]).toEqual([1, 0, 2]);
  expect([...decodeAnswers('matching', ['ann', 'Ann', 'Bob'], names, 'upstream')]).toEqual([1, 0, 2]);
});

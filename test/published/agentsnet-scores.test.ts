import { describe, expect, test } from 'vitest';
import { answerText, decodeAnswers, INVALID, NONE, UNPARSED } from '../../src/agentsnet/codes.ts';
import { drawNames, names } from '../../src/agentsnet/names.ts';
import { callsPerAgent, roundsFor } from '../../src/agentsnet/rounds.ts';
import { type AgentsNetTask, type Mode, readTaskName, taskNames } from '../../src/agentsnet/rules.ts';
import { scoreInstance } from '../../src/agentsnet/score.ts';
import { groupsFor } from '../../src/agentsnet/scorers.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { compileGraph, EdgeList, type Graph } from '../../src/world/graph.ts';

// Claims of AgentsNet (arXiv 2507.08616) as its released code has them.

function graphOf(agents: number, ...edges: [number, number][]): Graph {
  const list = new EdgeList();
  for (const [a, b] of edges) list.add(a, b);
  return compileGraph(agents, list);
}

const path3 = graphOf(3, [0, 1], [1, 2]);
const path4 = graphOf(4, [0, 1], [1, 2], [2, 3]);
const triangle = graphOf(3, [0, 1], [1, 2], [0, 2]);
const people = ['Ann', 'Bob', 'Carol', 'Dan'];

function score(task: AgentsNetTask, graph: Graph, answers: (string | null)[], mode: Mode = 'upstream') {
  return scoreInstance({ task, graph, answers, names: people.slice(0, graph.agents) }, mode);
}

const causes = ({ faults }: ReturnType<typeof score>) =>
  faults.map(({ agent, cause }) => `${people[agent]} ${cause}`);

describe.each(['upstream', 'clean'] as const)('%s scores', (mode) => {
  test('coloring: the share of edges whose ends differ', () => {
    const proper = score('coloring', path3, ['Group 1', 'Group 3', 'Group 1'], mode);
    expect(proper).toMatchObject({
      soft: 1,
      solved: true,
      faults: [],
      outcome: { class: 'valid', cause: 'none' },
    });
    const clash = score('coloring', path3, ['Group 1', 'Group 1', 'Group 2'], mode);
    expect(clash).toMatchObject({ soft: 0.5, solved: false });
    expect(clash.outcome).toEqual({ class: 'split', cause: 'clash', witness: [0, 1] });
    expect(causes(clash)).toEqual(['Ann clash', 'Bob clash']);
  });

  test('coloring: one invalid or missing answer makes the whole 0', () => {
    expect(groupsFor(path3)).toBe(3);
    const beyond = score('coloring', path3, ['Group 1', 'Group 2', 'Group 4'], mode);
    expect(beyond).toMatchObject({
      soft: 0,
      outcome: { class: 'invalid', cause: 'invalid-answer', witness: [2] },
    });
    const missing = score('coloring', path3, ['Group 1', 'Group 2', null], mode);
    expect(missing).toMatchObject({
      soft: 0,
      outcome: { class: 'no-input', cause: 'no-answer', witness: [2] },
    });
    expect(causes(missing)).toEqual(['Carol no-answer']);
    // Here the missing answer is not what fails it.
    expect(score('coloring', path3, ['Group 1', 'Group 1', null], mode).outcome.class).toBe('split');
  });

  test('matching: one agent in each broken pair, and both who say None side by side', () => {
    const pairs = score('matching', path4, ['Bob', 'Ann', 'Dan', 'Carol'], mode);
    expect(pairs).toMatchObject({ soft: 1, solved: true });
    // Not the largest matching, but nothing can be added to it.
    expect(score('matching', path4, ['None', 'Carol', 'Bob', 'None'], mode).solved).toBe(true);
    const unfinished = score('matching', path4, ['Bob', 'Ann', 'None', 'None'], mode);
    expect(unfinished).toMatchObject({ soft: 0.5, outcome: { class: 'invalid', cause: 'both-none' } });
    const oneSided = score('matching', path4, ['Bob', 'Carol', 'Bob', 'None'], mode);
    expect(oneSided).toMatchObject({
      soft: 0.75,
      outcome: { class: 'split', cause: 'one-sided', witness: [0, 1] },
    });
    expect(causes(oneSided)).toEqual(['Ann one-sided']);
  });

  test('matching: a stranger and a missing answer are bad too', () => {
    const stranger = score('matching', path4, ['Carol', 'None', 'Dan', 'Carol'], mode);
    expect(stranger).toMatchObject({ soft: 0.75, outcome: { class: 'invalid', cause: 'not-a-neighbour' } });
    const missing = score('matching', path4, [null, 'None', 'Dan', 'Carol'], mode);
    expect(missing).toMatchObject({ soft: 0.75, outcome: { class: 'no-input', cause: 'no-answer' } });
    const unheard = score('matching', path4, ['Bob', null, 'Dan', 'Carol'], mode);
    expect(unheard).toMatchObject({ soft: 0.5, outcome: { class: 'no-input', witness: [1] } });
    expect(causes(unheard)).toEqual(['Ann one-sided', 'Bob no-answer']);
    const unknown = score('matching', path4, ['Zoe', 'None', 'Dan', 'Carol'], mode);
    expect(causes(unknown)).toEqual(['Ann invalid-answer']);
  });

  test('vertex cover: below full coverage the score is the coverage', () => {
    const partial = score('vertex-cover', path4, ['Yes', 'No', 'No', 'No'], mode);
    expect(partial.soft).toBe(1 / 3);
    expect(partial.outcome).toEqual({ class: 'split', cause: 'uncovered', witness: [1, 2] });
    expect(causes(partial)).toEqual(['Bob uncovered', 'Carol uncovered', 'Dan uncovered']);
    // Ann and Bob cover two of three links; neither counts as redundant so long as one is uncovered.
    expect(score('vertex-cover', path4, ['Yes', 'Yes', 'No', 'No'], mode).soft).toBe(2 / 3);
  });

  test('vertex cover: at full coverage the score is the share that is needed; minimal is enough', () => {
    expect(score('vertex-cover', path3, ['No', 'Yes', 'No'], mode).solved).toBe(true);
    expect(score('vertex-cover', path3, ['Yes', 'No', 'Yes'], mode).solved).toBe(true);
    const redundant = score('vertex-cover', path4, ['Yes', 'Yes', 'Yes', 'No'], mode);
    // Ann could go, and so could Bob: each is looked at alone.
    expect(redundant.soft).toBe(1 / 3);
    expect(redundant.outcome).toEqual({ class: 'invalid', cause: 'redundant', witness: [0] });
    expect(causes(redundant)).toEqual(['Ann redundant', 'Bob redundant']);
  });

  test('vertex cover: everybody says yes and the score is 0', () => {
    for (const graph of [path3, path4, triangle]) {
      const all = score('vertex-cover', graph, Array<string>(graph.agents).fill('Yes'), mode);
      expect(all).toMatchObject({
        soft: 0,
        solved: false,
        outcome: { class: 'invalid', cause: 'redundant' },
      });
    }
  });

  test('vertex cover: a missing answer is no coordinator, and does not zero the run', () => {
    const solved = score('vertex-cover', path3, [null, 'Yes', 'No'], mode);
    expect(solved).toMatchObject({ soft: 1, solved: true, outcome: { class: 'valid' } });
    expect(causes(solved)).toEqual(['Ann no-answer']);
    const open = score('vertex-cover', path3, ['Yes', null, 'No'], mode);
    expect(open).toMatchObject({
      soft: 0.5,
      outcome: { class: 'no-input', cause: 'no-answer', witness: [1] },
    });
  });

  test('leader election: exactly one yes, and everybody answers', () => {
    expect(score('leader-election', path3, ['No', 'Yes', 'No'], mode).solved).toBe(true);
    const none = score('leader-election', path3, ['No', 'No', 'No'], mode);
    expect(none).toMatchObject({ soft: 0, outcome: { class: 'invalid', cause: 'no-leader' } });
    expect(causes(none)).toEqual(['Ann no-leader', 'Bob no-leader', 'Carol no-leader']);
    const two = score('leader-election', path3, ['Yes', 'No', 'Yes'], mode);
    expect(two).toMatchObject({
      soft: 0,
      outcome: { class: 'split', cause: 'extra-leader', witness: [0, 2] },
    });
    expect(causes(two)).toEqual(['Ann extra-leader', 'Carol extra-leader']);
    expect(score('leader-election', path3, ['Yes', 'No', null], mode).outcome.class).toBe('no-input');
  });

  test('consensus: all equal, and everybody answers; a shared habit solves it', () => {
    expect(score('consensus', path3, ['0', '0', '0'], mode).solved).toBe(true);
    expect(score('consensus', path3, ['1', '1', '1'], mode).solved).toBe(true);
    const split = score('consensus', path3, ['0', '1', '0'], mode);
    expect(split).toMatchObject({
      soft: 0,
      outcome: { class: 'split', cause: 'disagreement', witness: [0, 1] },
    });
    expect(causes(split)).toEqual(['Bob minority']);
    expect(score('consensus', path3, ['0', '0', null], mode)).toMatchObject({
      soft: 0,
      outcome: { class: 'no-input' },
    });
    expect(causes(score('consensus', path4, ['0', '1', '0', '1'], mode))).toHaveLength(4);
  });
});

test('an empty cover kills the released scorer, and scores 0 by the clean rule', () => {
  const nobody = ['No', 'No', 'No'];
  const upstream = score('vertex-cover', path3, nobody, 'upstream');
  expect(upstream).toMatchObject({
    soft: null,
    solved: false,
    outcome: { class: 'split', cause: 'empty-cover' },
  });
  expect(causes(upstream)).toEqual(['Ann empty-cover', 'Bob empty-cover', 'Carol empty-cover']);
  const clean = score('vertex-cover', path3, nobody, 'clean');
  expect(clean).toMatchObject({ soft: 0, solved: false, outcome: { class: 'split', cause: 'empty-cover' } });
  expect(causes(clean)).toEqual(['Ann uncovered', 'Bob uncovered', 'Carol uncovered']);
});

test('without edges the released scorers of coloring and cover die; the clean ones do not', () => {
  const apart = graphOf(2);
  expect(score('coloring', apart, ['Group 1', 'Group 1'], 'upstream')).toMatchObject({
    soft: null,
    solved: false,
  });
  expect(score('coloring', apart, ['Group 1', 'Group 1'], 'clean').solved).toBe(true);
  expect(score('vertex-cover', apart, ['No', 'No'], 'upstream').soft).toBeNull();
  expect(score('vertex-cover', apart, ['No', 'No'], 'clean').solved).toBe(true);
  expect(score('vertex-cover', apart, ['Yes', 'No'], 'clean')).toMatchObject({
    soft: 0,
    outcome: { cause: 'redundant' },
  });
  expect(score('matching', apart, ['None', 'None'], 'upstream').solved).toBe(true);
});

test('upstream takes an answer letter for letter; clean forgives case and space', () => {
  const loose = [' group 1', 'Group 2 ', 'GROUP 1'];
  expect(score('coloring', path3, loose, 'upstream').soft).toBe(0);
  expect(score('coloring', path3, loose, 'clean').soft).toBe(1);
  const codes = decodeAnswers('coloring', ['Group 12', 'Group 0', 'Group 1x', '12', '', null], [], 'clean');
  expect([...codes]).toEqual([12, INVALID, INVALID, INVALID, UNPARSED, UNPARSED]);
  expect([...decodeAnswers('matching', ['None', 'Bob', 'bob'], people)]).toEqual([NONE, 1, INVALID]);
});

test('a code reads as the answer it stands for', () => {
  expect(answerText('coloring', 10, people)).toBe('Group 10');
  expect(answerText('matching', 1, people)).toBe('Bob');
  expect(answerText('matching', NONE, people)).toBe('None');
  expect(answerText('vertex-cover', 1, people)).toBe('Yes');
  expect(answerText('leader-election', 0, people)).toBe('No');
  expect(answerText('consensus', 1, people)).toBe('1');
  expect(answerText('consensus', UNPARSED, people)).toBe('no answer');
});

test('rounds: 4, 5, 6 for local tasks on 4, 8, 16 agents, otherwise twice the diameter and one', () => {
  for (const task of ['coloring', 'matching', 'vertex-cover'] as const) {
    expect([4, 8, 16].map((n) => roundsFor(task, n, 3))).toEqual([4, 5, 6]);
    expect([17, 20, 50, 100].map((n) => roundsFor(task, n, 5))).toEqual([11, 11, 11, 11]);
    expect([2, 5, 9, 12].map((n) => roundsFor(task, n, 3))).toEqual([4, 5, 6, 6]);
  }
  // Recorded runs of n = 4, 8, 16 with diameters 2, 3, 4 had 5, 7 and 9 rounds.
  for (const task of ['consensus', 'leader-election'] as const) {
    expect([2, 3, 4].map((diameter) => roundsFor(task, 16, diameter))).toEqual([5, 7, 9]);
  }
  expect(() => roundsFor('consensus', 4, Number.POSITIVE_INFINITY)).toThrow(
    /consensus on 4 agents.*need a finite diameter/,
  );
  expect(roundsFor('coloring', 4, Number.POSITIVE_INFINITY)).toBe(4);
});

test('calls: every agent makes one more than there are rounds', () => {
  expect(16 * callsPerAgent(roundsFor('consensus', 16, 4))).toBe(160);
  expect(4 * callsPerAgent(roundsFor('coloring', 4, 1))).toBe(20);
});

test('names: 200, all different, with the pairs that begin alike', () => {
  expect(names).toHaveLength(200);
  expect(new Set(names).size).toBe(200);
  expect([names[0], names[99], names[100], names[199]]).toEqual(['James', 'Lucas', 'Mary', 'Tiffany']);
  for (const [short, long] of [
    ['Daniel', 'Danielle'],
    ['Jose', 'Joseph'],
    ['Carol', 'Carolyn'],
    ['Sara', 'Sarah'],
    ['Ann', 'Anna'],
  ] as const) {
    expect(names).toContain(short);
    expect(names).toContain(long);
  }
});

test('names are drawn without replacement, and by the seed alone', () => {
  const drawn = drawNames(200, new Stream(7, 'names'));
  expect([...drawn].sort()).toEqual([...names].sort());
  expect(drawNames(16, new Stream(7, 'names'))).toEqual(drawn.slice(0, 16));
  expect(drawNames(16, new Stream(8, 'names'))).not.toEqual(drawn.slice(0, 16));
  const many = drawNames(450, new Stream(7, 'names'));
  expect(new Set(many).size).toBe(450);
  expect(many[200]).toBe(`${many[0]}-2`);
  expect(many[449]).toBe(`${many[49]}-3`);
});

test('tasks are known by the names of the benchmark and by ours', () => {
  expect(
    ['coloring', 'matching', 'vertex_cover', 'leader_election', 'consensus'].map(readTaskName).sort(),
  ).toEqual([...taskNames].sort());
  expect(taskNames.map(readTaskName)).toEqual(taskNames);
  expect(readTaskName('colouring')).toBeUndefined();
});

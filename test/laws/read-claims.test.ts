import { describe, expect, test } from 'vitest';
import { claimReader } from '../../src/agentsnet/read-claims.ts';
import { sayClaim, sayMessage } from '../../src/agentsnet/talk.ts';
import { EdgeList } from '../../src/world/graph.ts';
import { settingOn, tasks } from '../agentsnet-run.ts';

/** Four agents who know each other: Rosa does not exist. */
function settingOf(task: keyof typeof tasks) {
  const edges = new EdgeList(6);
  for (let v = 0; v < 4; v++) for (let w = v + 1; w < 4; w++) edges.add(v, w);
  return { ...settingOn(4, edges, tasks[task], 'claims'), names: ['James', 'Mary', 'Daniel', 'Danielle'] };
}

/** What Mary tells James, as we understand it. */
function understood(task: keyof typeof tasks, text: string): string[] {
  const setting = settingOf(task);
  return claimReader(setting)(text, 1, 0).map((claim) => sayClaim(claim, setting, 1, 0));
}

describe('what a message claims', () => {
  test.each<[keyof typeof tasks, string, string[]]>([
    ['coloring', 'Hi James! I’ll take Group 3.', ['I am in Group 3.']],
    [
      'coloring',
      "I'm going with Group 12, since Daniel is in Group 2.",
      ['I am in Group 12.', 'Daniel is in Group 2.'],
    ],
    ['coloring', 'I see that you are in Group 1.', ['So you are in Group 1.']],
    ['coloring', 'Danielle has confirmed Group 4', ['Danielle is in Group 4.']],
    ['coloring', 'Are you in Group 2? Which group do you prefer?', []],
    ['coloring', 'If you join Group 2, I could move.', []],
    ['coloring', 'You and Daniel can’t be in Group 4 together.', []],
    ['coloring', 'You might consider Group 1 or Group 2.', []],
    ['consensus', 'I prefer the value 1, and Daniel chose 0.', ['I choose 1.', 'Daniel chooses 0.']],
    ['consensus', 'I am open: do we take 0 or 1?', []],
    ['consensus', 'I want to know if we can agree on 0.', []],
    [
      'vertex-cover',
      'I will be a coordinator. Daniel is not a coordinator.',
      ['I will be a coordinator.', 'Daniel will not be a coordinator.'],
    ],
    ['vertex-cover', 'Who should be coordinator?', []],
    ['matching', 'I would like to team up with you!', ['Would you like to pair with me?']],
    ['matching', 'I have already formed a pair with Daniel.', ['I would like to pair with Daniel.']],
    ['matching', 'Daniel and Danielle are a pair.', ['Danielle and Daniel are a pair.']],
    ['leader-election', 'I nominate Daniel as our leader.', ['I think Daniel should lead.']],
    ['leader-election', 'I support you. I would like to be the leader.', ['I would like to lead.']],
    ['leader-election', 'I do not want to lead.', []],
    [
      'leader-election',
      'Let us elect in alphabetical order.',
      ['I suggest that we let the name that comes first lead.'],
    ],
  ])('%s: %s', (task, text, claims) => {
    expect(understood(task, text)).toEqual(claims);
  });

  test('somebody who does not exist is told apart from everybody who does', () => {
    const setting = settingOf('leader-election');
    const [claim] = claimReader(setting)('I think Zachary should lead.', 1, 0);
    expect(claim!.subject).toBeGreaterThanOrEqual(4);
    expect(sayClaim(claim!, setting, 1)).toBe('I think Zachary should lead.');
  });

  test('our own sentences are understood as they are meant', () => {
    for (const [task, value] of [
      ['coloring', 2],
      ['consensus', 1],
      ['vertex-cover', 1],
      ['vertex-cover', 0],
    ] as const) {
      const setting = settingOf(task);
      for (const subject of [0, 1, 2]) {
        const claim = { topic: 'stance' as const, subject, value, author: 1 };
        for (const news of [undefined, 'first', 'changed'] as const) {
          expect(claimReader(setting)(sayMessage([{ ...claim, news }], setting, 1, 0), 1, 0)).toEqual([
            claim,
          ]);
        }
      }
    }
  });
});

import { expect, test } from 'vitest';
import { answerText } from '../../src/agentsnet/codes.ts';
import type { AgentsNetTask } from '../../src/agentsnet/rules.ts';
import type { BehaviourPlan, Observer } from '../../src/world/contracts.ts';
import { EdgeList } from '../../src/world/graph.ts';
import { baselines, mock, protocol, ran, settingOn, tasks } from '../agentsnet-run.ts';

/** A run on a path of three, as the conversation it is. */
function transcript(task: AgentsNetTask, behaviour: BehaviourPlan, rounds: number, seed: string): string {
  const edges = new EdgeList();
  edges.add(0, 1);
  edges.add(1, 2);
  const setting = settingOn(3, edges, tasks[task], seed);
  const { names } = setting;
  const lines: string[] = [];
  const plan = protocol({ rounds });
  const { describe } = plan.begin(setting);
  const writer: Observer = {
    round: (round) => void lines.push(`-- round ${round}`),
    send: (from, to, content) =>
      void lines.push(`${names[from]} to ${names[to]}: ${describe?.(content, from, to)}`),
    decide: (agent, value) => void lines.push(`${names[agent]} answers ${answerText(task, value, names)}`),
  };
  const { outcome } = ran(setting, seed, behaviour, plan, [writer]);
  lines.push(`${outcome.class}, ${outcome.cause}${outcome.witness && ` (${outcome.witness})`}`);
  return `\n${lines.join('\n')}\n`;
}

test('coloring, bounded', () => {
  expect(transcript('coloring', mock(), 4, 'k')).toMatchInlineSnapshot(`
    "
    -- round 0
    Charles to Adam: I have nothing settled yet. Which group do you take?
    Adam to Charles: I have nothing settled yet. Which group do you take?
    Adam to Carolyn: I have nothing settled yet. Which group do you take?
    Carolyn to Adam: I have nothing settled yet. Which group do you take?
    -- round 1
    Charles to Adam: I take Group 1. Which group do you take?
    Adam to Charles: I have nothing settled yet. Which group do you take?
    Adam to Carolyn: I have nothing settled yet. Which group do you take?
    Carolyn to Adam: I have nothing settled yet. Which group do you take?
    -- round 2
    Charles to Adam: I move to Group 2.
    Adam to Charles: I take Group 2. Which group do you take?
    Adam to Carolyn: I take Group 2. Which group do you take?
    Carolyn to Adam: I have nothing settled yet. Which group do you take?
    -- round 3
    Charles to Adam: I move to Group 3.
    Adam to Charles: I move to Group 3.
    Adam to Carolyn: I move to Group 3.
    Carolyn to Adam: I take Group 1. Which group do you take?
    -- round 4
    Charles answers Group 1
    Adam answers Group 2
    Carolyn answers Group 1
    valid, none
    "
  `);
});

test('matching, bounded', () => {
  expect(transcript('matching', mock({ propose: 0.5 }), 3, 'a')).toMatchInlineSnapshot(`
    "
    -- round 0
    Martha to Julia: I suggest that we keep our options open and see who is keen.
    Julia to Martha: I would like to pair with Denise. I suggest that we pair up in the order of our names.
    Julia to Denise: Would you like to pair with me? I suggest that we pair up in the order of our names.
    Denise to Julia: I have nothing settled yet. Whom would you like to pair with?
    -- round 1
    Martha to Julia: I suggest that we keep our options open and see who is keen.
    Julia to Martha: I would like to pair with Denise. I suggest that we pair up in the order of our names.
    Julia to Denise: Would you like to pair with me? I suggest that we pair up in the order of our names.
    Denise to Julia: You and I are a pair.
    -- round 2
    Martha to Julia: Would you like to pair with me? I suggest that we keep our options open and see who is keen.
    Julia to Denise: You and I are a pair. I suggest that we pair up in the order of our names.
    Denise to Julia: You and I are a pair.
    -- round 3
    Martha answers None
    Julia answers Denise
    Denise answers Julia
    valid, none
    "
  `);
});

test('leader election, bounded, with somebody made up', () => {
  expect(transcript('leader-election', mock({ invention: 0.3, relay: 1 }), 2, 'b')).toMatchInlineSnapshot(`
    "
    -- round 0
    Alexander to Gloria: I have nothing settled yet. Whom would you have lead?
    Gloria to Alexander: I have nothing settled yet. Whom would you have lead?
    Gloria to Donald: I have nothing settled yet. Whom would you have lead?
    Donald to Gloria: I think Bradley should lead.
    -- round 1
    Alexander to Gloria: I would like to lead. Whom would you have lead?
    Gloria to Alexander: I think Bradley should lead.
    Gloria to Donald: I think Bradley should lead.
    Donald to Gloria: I think Bradley should lead.
    -- round 2
    Alexander answers No
    Gloria answers No
    Donald answers No
    invalid, no-leader
    "
  `);
});

test('vertex cover, oracle', () => {
  expect(transcript('vertex-cover', baselines.oracle, 2, 'a')).toMatchInlineSnapshot(`
    "
    -- round 0
    Martha to Julia: I can talk to Julia.
    Julia to Martha: I can talk to Martha, Denise.
    Julia to Denise: I can talk to Martha, Denise.
    Denise to Julia: I can talk to Julia.
    -- round 1
    Martha to Julia: Julia can talk to Martha, Denise.
    Julia to Martha: Martha can talk to Julia. Denise can talk to Julia.
    Julia to Denise: Martha can talk to Julia. Denise can talk to Julia.
    Denise to Julia: Julia can talk to Martha, Denise.
    -- round 2
    Martha answers No
    Julia answers Yes
    Denise answers No
    valid, none
    "
  `);
});

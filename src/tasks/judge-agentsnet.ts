import { answerText, INVALID, UNPARSED } from '../agentsnet/codes.ts';
import { outcomeOf } from '../agentsnet/outcome.ts';
import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { scoreCodes } from '../agentsnet/scorers.ts';
import type { Ending } from '../world/contracts.ts';
import type { Judgement, Task } from '../world/task.ts';

/** Judges a run by the rules of an AgentsNet task. Faulty agents, and those who never decided, count as without answer. */
export function judgeAgentsNet(task: AgentsNetTask, ending: Ending): Judgement {
  const { setting } = ending;
  const codes = answersOf(ending);
  const { class: kind, cause, witness } = outcomeOf(task, setting.graph, codes);
  const soft = scoreCodes(task, setting.graph, codes);
  const told = witness.map(
    (agent) => `${setting.names[agent]}: ${answerText(task, codes[agent]!, setting.names)}`,
  );
  return { class: kind, cause, soft, solved: soft === 1, witness: told.join(', '), agents: witness };
}

/** The decisions as codes, for the scorers. */
export function answersOf({ decisions, correct, setting }: Ending): Int32Array {
  const codes = new Int32Array(setting.agents);
  for (let agent = 0; agent < setting.agents; agent++) {
    const code = decisions[agent]!;
    codes[agent] = correct[agent] === 0 || Number.isNaN(code) ? UNPARSED : Math.max(code, INVALID);
  }
  return codes;
}

/** What the decisions of algorithms for each task are called. */
const ownWords: Readonly<Record<AgentsNetTask, string>> = {
  coloring: 'colors',
  consensus: 'bit',
  'leader-election': 'leader',
  matching: 'partners',
  'vertex-cover': 'cover',
};

/** An AgentsNet task that gives no inputs: one property, that the run is solved. */
export function agentsNetTask(name: AgentsNetTask): Task {
  return {
    name,
    wants: [ownWords[name], 'agentsnet'],
    properties: [
      {
        name: 'solved',
        // Who has not answered when a run is cut off may answer yet; two answers that contradict each other stay.
        kind: 'eventually',
        holds: (ending) => scoreCodes(name, ending.setting.graph, answersOf(ending)) === 1,
        isRefuted: (ending) => outcomeOf(name, ending.setting.graph, answersOf(ending)).class === 'split',
      },
    ],
    judge: (ending) => judgeAgentsNet(name, ending),
    nameOf: (value, setting) => answerText(name, value, setting.names),
  };
}

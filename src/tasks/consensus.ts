import { z } from 'zod';
import type { Ending, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import type { Judgement, Property, Task } from '../world/task.ts';
import { judgeAgentsNet } from './judge-agentsnet.ts';

/**
 * Decide one common value. With inputs it is the classical task: agreement; validity (what is decided was the input of an
 * agent that is not Byzantine) and, apart from it, unanimity (what all of these were given is decided); termination; that
 * nobody decides twice (integrity) is seen to by the world. Where the protocol has a quorum for answers, agents of whom
 * none could be read are left out of the agreement while as many as that gave one, as in the released code of
 * arXiv 2603.01213; fewer are no input. Without
 * inputs it is the task of AgentsNet (arXiv 2507.08616), which any common habit solves. Values are 0 to `values` - 1;
 * others are no answers.
 */
export const consensus = part({
  name: 'consensus',
  summary: 'Decide one common value; with inputs, one that somebody was given.',
  params: z
    .strictObject({
      values: z.int().min(2).max(1000).default(2).describe('How many values there are to choose from.'),
      inputs: z
        .enum(['random', 'equal', 'split', 'none'])
        .default('random')
        .describe(
          'What agents are given: values drawn at random; one value for all, drawn at random; 0, 1, 2 and so on by turns; none.',
        ),
      validity: z
        .enum(['inputs', 'unanimity'])
        .default('inputs')
        .describe(
          'What makes a decision invalid. inputs: that no agent but Byzantine ones was given it. unanimity: only that all others were given another, the same; the most that lies leave of it where there are many values.',
        ),
    })
    .refine(({ values, inputs }) => inputs !== 'none' || values === 2, {
      path: ['values'],
      message: 'must be 2 without inputs, as in AgentsNet; give inputs: random, or leave `values` out',
    }),
  create: ({ values, inputs, validity: demanded }): Task => {
    const withInputs = inputs !== 'none';
    const isValue = (value: number): boolean => value >= 0 && value < values && Number.isInteger(value);
    return {
      name: 'consensus',
      wants: [withInputs ? 'values' : 'bit', 'agentsnet'],
      values,
      ...(withInputs
        ? {
            inputs: ({ agents, stream }) =>
              Float64Array.from({ length: agents }, (_, agent) =>
                inputs === 'split'
                  ? agent % values
                  : stream('input', inputs === 'equal' ? 0 : agent).below(values),
              ),
          }
        : {}),
      properties: withInputs
        ? [agreement, validity, unanimity, termination(isValue)]
        : [agreement, termination(isValue)],
      ...(withInputs && demanded === 'inputs' ? { choices: values } : {}),
      judge: (ending) =>
        withInputs ? judgeClassical(ending, isValue, demanded) : judgeAgentsNet('consensus', ending),
      nameOf: (value) => (isValue(value) ? String(value) : 'no answer'),
    };
  },
});

/** No two correct agents decide differently. */
const agreement: Property = {
  name: 'agreement',
  kind: 'always',
  holds: (ending) => dissenters(ending) === undefined,
};

/** Whatever a correct agent decides was the input of some agent. */
const validity: Property = {
  name: 'validity',
  kind: 'always',
  holds: (ending) => outsider(ending) === undefined,
};

/** Where all agents but Byzantine ones were given one value, correct agents decide no other. */
const unanimity: Property = {
  name: 'unanimity',
  kind: 'always',
  holds: (ending) => rebel(ending) === undefined,
};

/** Every correct agent decides, and enough of them on something: an answer that could not be read decides nothing. */
const termination = (isValue: (value: number) => boolean): Property => ({
  name: 'termination',
  kind: 'eventually',
  holds: (ending) =>
    ending.decisions.every((value, agent) => ending.correct[agent] === 0 || !Number.isNaN(value)) &&
    hasEnough(ending, isValue),
});

/** Whether as many correct agents decided on a value as the protocol's quorum for answers asks for; all, where it has none. */
function hasEnough({ decisions, correct, quorum }: Ending, isValue: (value: number) => boolean): boolean {
  let all = 0;
  let given = 0;
  for (let agent = 0; agent < decisions.length; agent++) {
    if (correct[agent] === 0) continue;
    all++;
    if (isValue(decisions[agent]!)) given++;
  }
  return given >= (quorum > 0 ? Math.min(quorum, all) : all);
}

function judgeClassical(
  ending: Ending,
  isValue: (value: number) => boolean,
  demanded: 'inputs' | 'unanimity',
): Judgement {
  const { decisions, correct, setting } = ending;
  const told = (agent: number): string => `${setting.names[agent]}: ${decisions[agent]}`;
  const soft = Number.NaN;
  const missing = decisions.findIndex((value, agent) => correct[agent] === 1 && !isValue(value));
  const apart = dissenters(ending, isValue);
  if (apart) {
    return {
      class: 'split',
      cause: 'disagreement',
      soft,
      solved: false,
      witness: apart.map(told).join(', '),
      agents: apart,
    };
  }
  if (missing >= 0 && !hasEnough(ending, isValue)) {
    const witness = `${setting.names[missing]} gave no answer`;
    return { class: 'no-input', cause: 'no-answer', soft, solved: false, witness, agents: [missing] };
  }
  const stranger = demanded === 'inputs' ? outsider(ending) : undefined;
  if (stranger !== undefined) {
    const witness = `${told(stranger)}, which was nobody's input`;
    return { class: 'invalid', cause: 'not-an-input', soft, solved: false, witness, agents: [stranger] };
  }
  const against = demanded === 'unanimity' ? rebel(ending) : undefined;
  if (against !== undefined) {
    const witness = `${told(against)}, though all were given another value, the same`;
    return { class: 'invalid', cause: 'not-the-one-input', soft, solved: false, witness, agents: [against] };
  }
  return { class: 'valid', cause: 'none', soft, solved: true, witness: '' };
}

/** Two correct agents who decided differently, if there are any; decisions that are no values do not count. */
function dissenters(
  { decisions, correct }: Ending,
  counts: (value: number) => boolean = (value) => value >= 0,
): [number, number] | undefined {
  let first = -1;
  for (let agent = 0; agent < decisions.length; agent++) {
    if (correct[agent] === 0 || !counts(decisions[agent]!)) continue;
    if (first < 0) first = agent;
    else if (decisions[agent] !== decisions[first]) return [first, agent];
  }
  return undefined;
}

/** A correct agent that decided what nobody was given, if there is one. */
function outsider({ decisions, correct, setting }: Ending): number | undefined {
  for (let agent = 0; agent < decisions.length; agent++) {
    const value = decisions[agent]!;
    if (correct[agent] === 1 && value >= 0 && !isInput(value, setting)) return agent;
  }
  return undefined;
}

/** A correct agent that decided another value than the one that all but Byzantine agents were given, if there is one. */
function rebel({ decisions, correct, setting: { inputs, adversaries } }: Ending): number | undefined {
  const given = new Set(inputs.filter((_, agent) => !adversaries.has(agent)));
  if (given.size !== 1) return undefined;
  const found = decisions.findIndex(
    (value, agent) => correct[agent] === 1 && value >= 0 && !given.has(value),
  );
  return found < 0 ? undefined : found;
}

/** Whether an agent was given the value; what Byzantine agents were given makes nothing valid. */
const isInput = (value: number, { inputs, adversaries }: Setting): boolean =>
  inputs.some((input, agent) => input === value && !adversaries.has(agent));

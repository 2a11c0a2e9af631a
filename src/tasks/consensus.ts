import { z } from 'zod';
import type { Ending, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import type { Judgement, Property, Task } from '../world/task.ts';
import { judgeAgentsNet } from './judge-agentsnet.ts';

/**
 * Decide one common value. With inputs it is the classical task: agreement, validity (what is decided was the input of an
 * agent that is not Byzantine), termination; that nobody decides twice (integrity) is seen to by the world. Without
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
    })
    .refine(({ values, inputs }) => inputs !== 'none' || values === 2, {
      path: ['values'],
      message: 'must be 2 without inputs, as in AgentsNet; give inputs: random, or leave `values` out',
    }),
  create: ({ values, inputs }): Task => {
    const withInputs = inputs !== 'none';
    const isValue = (value: number): boolean => value >= 0 && value < values && Number.isInteger(value);
    return {
      name: 'consensus',
      wants: [withInputs ? 'values' : 'bit', 'agentsnet'],
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
        ? [agreement, validity, termination(isValue)]
        : [agreement, termination(isValue)],
      judge: (ending) => (withInputs ? judgeClassical(ending, isValue) : judgeAgentsNet('consensus', ending)),
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

/** Every correct agent decides on something: an answer that could not be read decides nothing. */
const termination = (isValue: (value: number) => boolean): Property => ({
  name: 'termination',
  kind: 'eventually',
  holds: ({ decisions, correct }) =>
    decisions.every((value, agent) => correct[agent] === 0 || isValue(value)),
});

function judgeClassical(ending: Ending, isValue: (value: number) => boolean): Judgement {
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
    };
  }
  if (missing >= 0) {
    const witness = `${setting.names[missing]} gave no answer`;
    return { class: 'no-input', cause: 'no-answer', soft, solved: false, witness };
  }
  const stranger = outsider(ending);
  if (stranger !== undefined) {
    const witness = `${told(stranger)}, which was nobody's input`;
    return { class: 'invalid', cause: 'not-an-input', soft, solved: false, witness };
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

/** Whether an agent was given the value; what Byzantine agents were given makes nothing valid. */
const isInput = (value: number, { inputs, adversaries }: Setting): boolean =>
  inputs.some((input, agent) => input === value && !adversaries.has(agent));

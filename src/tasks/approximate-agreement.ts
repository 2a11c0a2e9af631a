import { z } from 'zod';
import type { Ending } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import type { Judgement, Property, Task } from '../world/task.ts';

/** Rounding of means may leave the hull by a few units of the last place. */
const rounding = 1e-9;

/**
 * Agree to within epsilon on a value between the inputs of the correct agents (Dolev et al., JACM 33(3), 1986). Inputs
 * are drawn evenly between `low` and `high`, or spread evenly by the agents' numbers.
 */
export const approximateAgreement = part({
  name: 'approximate-agreement',
  summary: 'Decide values within epsilon of one another, and between the inputs of the correct agents.',
  params: z
    .strictObject({
      low: z.number().default(0).describe('Least input.'),
      high: z.number().default(1).describe('Greatest input.'),
      epsilon: z.number().positive().default(0.01).describe('How far apart decisions may be.'),
      inputs: z
        .enum(['random', 'spread'])
        .default('random')
        .describe('Drawn at random, or rising from `low` to `high` with the number of the agent.'),
    })
    .refine(({ low, high }) => low < high, { path: ['high'], message: 'must be greater than `low`' }),
  create: ({ low, high, epsilon, inputs }): Task => ({
    name: 'approximate-agreement',
    wants: ['numbers'],
    inputs: ({ agents, stream }) =>
      Float64Array.from({ length: agents }, (_, agent) => {
        const share = inputs === 'random' ? stream('input', agent).unit() : agent / Math.max(1, agents - 1);
        return low + (high - low) * share;
      }),
    properties: [agreementWithin(epsilon), hullValidity, termination],
    judge: (ending) => judge(ending, epsilon),
    nameOf: (value) => String(Number(value.toPrecision(6))),
  }),
});

const agreementWithin = (epsilon: number): Property => ({
  name: 'agreement',
  kind: 'always',
  holds: (ending) => spanOf(ending, ending.decisions).width <= epsilon,
});

const hullValidity: Property = {
  name: 'validity',
  kind: 'always',
  holds: (ending) => outside(ending) < 0,
};

const termination: Property = {
  name: 'termination',
  kind: 'eventually',
  holds: ({ decisions, correct }) =>
    decisions.every((value, agent) => correct[agent] === 0 || !Number.isNaN(value)),
};

function judge(ending: Ending, epsilon: number): Judgement {
  const { setting, decisions, correct } = ending;
  const missing = decisions.findIndex((value, agent) => correct[agent] === 1 && Number.isNaN(value));
  const { width, least, greatest } = spanOf(ending, decisions);
  const told = (agent: number): string =>
    `${setting.names[agent]}: ${Number(decisions[agent]!.toPrecision(6))}`;
  const soft = Number.NaN;
  if (width > epsilon) {
    const witness = `${told(least)}, ${told(greatest)}`;
    return {
      class: 'split',
      cause: 'too-far-apart',
      soft,
      solved: false,
      witness,
      agents: [least, greatest],
    };
  }
  if (missing >= 0) {
    const witness = `${setting.names[missing]} gave no answer`;
    return { class: 'no-input', cause: 'no-answer', soft, solved: false, witness, agents: [missing] };
  }
  const stranger = outside(ending);
  if (stranger >= 0) {
    const witness = `${told(stranger)}, which lies outside the inputs of the correct agents`;
    return { class: 'invalid', cause: 'outside-the-hull', soft, solved: false, witness, agents: [stranger] };
  }
  return { class: 'valid', cause: 'none', soft, solved: true, witness: '' };
}

/** Who among the correct agents has the least and the greatest value, and how far apart these are; 0 for none. */
function spanOf(
  { correct }: Ending,
  values: Float64Array,
): { least: number; greatest: number; low: number; high: number; width: number } {
  let least = -1;
  let greatest = -1;
  values.forEach((value, agent) => {
    if (correct[agent] === 0 || Number.isNaN(value)) return;
    if (least < 0 || value < values[least]!) least = agent;
    if (greatest < 0 || value > values[greatest]!) greatest = agent;
  });
  const low = values[least] ?? 0;
  const high = values[greatest] ?? 0;
  return { least, greatest, low, high, width: high - low };
}

/** A correct agent that decided outside the inputs of the correct agents; -1 for none. */
function outside(ending: Ending): number {
  const { correct, decisions, setting } = ending;
  const { low, high, width } = spanOf(ending, setting.inputs);
  const slack = rounding * Math.max(width, Math.abs(low), Math.abs(high));
  return decisions.findIndex(
    (value, agent) => correct[agent] === 1 && (value < low - slack || value > high + slack),
  );
}

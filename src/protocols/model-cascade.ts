import { z } from 'zod';
import { ln } from '../kernel/elementary.ts';
import type { Answered, Claim, Question, Size } from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { type Member, type TeamProtocol, team } from './team/team.ts';

const parameters = z.strictObject({
  first: z
    .enum(['small', 'large', 'routed'])
    .default('small')
    .describe('Which model is asked first; routed: by an estimate of how hard the item is.'),
  check: z
    .boolean()
    .default(true)
    .describe('Whether an answer of the small model is checked, and what fails put to the large one.'),
  threshold: z
    .number()
    .default(0)
    .describe('Routed: log-odds of success, as estimated, below which the large model is asked.'),
  noise: z.number().min(0).default(0).describe('Routed: standard deviation of the estimate.'),
  price: z
    .number()
    .positive()
    .default(20)
    .describe('Price of a call of the large model, in calls of the small one.'),
});

type Parameters = z.infer<typeof parameters>;

/**
 * Small models by default, large ones where they earn it. A cascade pays for the small model always and for the large one
 * where a check fails; it can beat both only as far as the check is right and the two do not share their errors.
 */
export const modelCascade = part({
  name: 'model-cascade',
  summary: 'Asks a small model, checks its answer, and asks a large one where the check fails; or routes.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    begin: (setting) => begin(setting, params),
  }),
});

function begin(
  setting: Setting,
  { first, check, threshold, noise, price }: Parameters,
): TeamProtocol<unknown> {
  const { items, submit, held } = team(setting, 1, 'protocol');
  const { chance } = deskOf(setting).work;
  const router = setting.stream('router', 0);
  const product: Claim[] = [];
  const asked = { small: 0, large: 0, checks: 0 };
  let item = 0;
  /** Answers that take no time are taken in a loop. */
  let next: Question | undefined;
  let isAsking = false;

  const sample = (size: Size): Question => {
    asked[size]++;
    const draw = size === 'small' ? 0 : 1;
    return { kind: 'sample', purpose: 'work', heard: [], report: false, item, draw, size };
  };
  const begins = (): Question => {
    if (first !== 'routed') return sample(first);
    const p = chance[item]!;
    const estimate = (p >= 1 ? 50 : p <= 0 ? -50 : ln(p / (1 - p))) + noise * router.normal();
    return sample(estimate < threshold ? 'large' : 'small');
  };
  const settle = (claim: Claim): void => {
    product.push(claim);
    item++;
    next = item < items ? begins() : undefined;
  };
  const take = (answer: Answered | undefined, question: Question): void => {
    if (question.kind === 'check') {
      if (answer?.ready) settle(question.claim);
      else next = sample('large');
      return;
    }
    if (question.kind !== 'sample') return;
    const claim = answer?.claims[0] ?? { item, value: 1 };
    if (question.size === 'large' || !check) {
      settle(claim);
      return;
    }
    asked.checks++;
    next = { kind: 'check', purpose: 'check', heard: [], report: false, claim, draw: 0 };
  };
  const pump = (me: Member<unknown>): void => {
    if (isAsking) return;
    isAsking = true;
    while (next !== undefined) {
      const question = next;
      next = undefined;
      me.ask(question);
    }
    isAsking = false;
    if (item === items) {
      item++;
      submit(me, product);
    }
  };
  return {
    form: 'events',
    content: 'object',
    prompt: true,
    sendsNothing: true,
    held,
    measures: () => ({
      smallShare: asked.small / (asked.small + asked.large),
      largePerItem: asked.large / items,
      costPerItem: (asked.small + price * asked.large) / items,
    }),
    start(me) {
      if (me.id !== 0) return;
      next = begins();
      pump(me);
    },
    message() {},
    answer(me, answer: Answered, question: Question) {
      take(answer, question);
      pump(me);
    },
  };
}

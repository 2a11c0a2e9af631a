import { z } from 'zod';
import { type Answered, type Claim, type Question, RIGHT, type Size } from '../work/talk.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { type Member, type TeamProtocol, team } from './team/team.ts';

const parameters = z.strictObject({
  first: z
    .enum(['small', 'large', 'routed', 'logged'])
    .default('small')
    .describe(
      'Which model is asked first; routed: the large one for items that a router finds hard. logged: for items of a kind at which the small one was seen to be worse.',
    ),
  check: z
    .boolean()
    .default(true)
    .describe('Whether an answer of the small model is checked, and what fails put to the large one.'),
  threshold: z
    .number()
    .default(0)
    .describe(
      'Routed: how hard an item must look to go to the large model, in deviations of the score from its mean over items that the small one gets right. Logged: how much worse the small one may be, as a difference of chances.',
    ),
  price: z
    .number()
    .positive()
    .default(20)
    .describe('Price of a call of the large model, in calls of the small one.'),
  checkPrice: z
    .number()
    .min(0)
    .default(1)
    .describe('Price of a check, in calls of the small model; 0 where running the answer shows it.'),
  worth: z
    .number()
    .min(0)
    .default(0)
    .describe('What a right item is worth, in calls of the small model; for the measure `netWorth`.'),
});

type Parameters = z.infer<typeof parameters>;

/**
 * Small models by default, large ones where they earn it. A cascade pays for the small model always and for the large one
 * where a check fails; it can beat both only as far as the check is right and the two do not share their errors. A router
 * decides before either is asked, which spares the small model's call, by a score that tells hard items from easy ones no
 * better than its `auc` (of the behaviour): with p_s and p_l the chances of the models and errors of their own, a
 * threshold c gives p_s (1 - f) + (p_s f + (1 - p_s) v) p_l with f = N(-c), v = N(d' - c), as a check with these rates would.
 */
export const modelCascade = part({
  name: 'model-cascade',
  summary: 'Asks a small model, checks its answer, and asks a large one where the check fails; or routes.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: {
      smallShare: 'share of calls that went to the small model',
      largePerItem: 'calls of the large model per item',
      costPerItem: 'cost per item, checks included, in calls of the small model',
      netWorth: 'what right items are worth less what calls cost, per item, in calls of the small model',
    },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(
  setting: Setting,
  { first, check, threshold, price, checkPrice, worth }: Parameters,
): TeamProtocol<unknown> {
  const { items, submit, held, describeAnswer } = team(setting, 1, 'protocol');
  const product: Claim[] = [];
  const asked = { small: 0, large: 0, checks: 0 };
  let item = 0;
  /** Answers that take no time are taken in a loop. */
  let next: Question | undefined;
  let isAsking = false;

  const spent = (): number => asked.small + price * asked.large + checkPrice * asked.checks;
  const sample = (size: Size): Question => {
    asked[size]++;
    const draw = size === 'small' ? 0 : 1;
    return { kind: 'sample', purpose: 'work', heard: [], report: false, item, draw, size };
  };
  const begins = (): Question => {
    if (first === 'small' || first === 'large') return sample(first);
    const by = first === 'routed' ? 'look' : 'logs';
    return { kind: 'route', purpose: 'route', heard: [], report: false, item, by };
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
    if (question.kind === 'route') {
      next = sample((answer?.score ?? 0) > threshold ? 'large' : 'small');
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
    describeAnswer,
    prompt: true,
    sendsNothing: true,
    isOrderFree: true,
    held,
    measures: () => ({
      smallShare: asked.small / (asked.small + asked.large),
      largePerItem: asked.large / items,
      costPerItem: spent() / items,
      netWorth: (worth * product.filter(({ value }) => value === RIGHT).length - spent()) / items,
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

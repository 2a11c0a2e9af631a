import { priceOf } from '../economy/prices.ts';
import { compile } from '../scenario/compile.ts';
import { bookOf } from '../scenario/costs.ts';
import { executing } from '../scenario/execute.ts';
import { isWorkQuestion } from '../work/talk.ts';
import { deskOf, type Work } from '../work/work.ts';
import type { Observer } from '../world/contracts.ts';
import { type Steps, whole } from '../world/steps.ts';
import type { Design } from './designs.ts';
import { checkedConfig } from './replications.ts';

/** What a look at the first run of a design tells. */
export interface Probe {
  /** Tokens that each turn of it may write; undefined where there is no bound. */
  readonly cap: number | undefined;
  /** Whether a turn works on one item, so that a spare turn can go over what is done. */
  readonly isOneByOne: boolean;
  /** Items of the work, as the first run lays it out. */
  readonly items: number;
  /** Whether the design itself has items answered one by one, each for itself. */
  readonly isSampled: boolean;
  /** Why items cannot be answered so, where they cannot. */
  readonly whyWhole: string | undefined;
  /** Why its dollars are not known, where they are not. */
  readonly unpriced: string | undefined;
}

/** Runs a design once, to learn what its baselines need to know of it. */
export const probe = (design: Design, seed: number): Probe => whole(probing(design, seed));

/** The same in stretches. */
export function* probing({ raw, config }: Design, seed: number): Steps<Probe> {
  const { prices } = config;
  let cap: number | undefined;
  let unpriced: string | undefined;
  let isSampled = false;
  const first = {
    id: '',
    point: 0,
    replication: 0,
    seed: `${seed}/0`,
    factors: {},
    config: checkedConfig(raw),
  };
  const observers: Observer[] = [
    {
      ask: (_, question) => {
        if (!isWorkQuestion(question)) return;
        if (question.kind === 'sample') isSampled = true;
        if (question.kind !== 'act' || question.cap === undefined) return;
        cap = Math.min(cap ?? question.cap, question.cap);
      },
      spend: (_, usage) => {
        if (prices === undefined || unpriced !== undefined) return;
        const cost = priceOf(bookOf(prices), usage, prices);
        if (cost.dollars === undefined) unpriced = cost.why;
      },
    },
  ];
  const { error } = yield* executing(first, observers);
  if (error !== undefined) throw new Error(`compare: the first run failed: ${error}`);
  const { setting } = compile(config, first.seed).world;
  const { work } = deskOf(setting);
  return {
    cap,
    isOneByOne: work.breadth === 'one',
    items: work.items,
    isSampled,
    whyWhole: whyWhole(work),
    unpriced,
  };
}

/** An answer to one item alone searches for nothing, reads nothing and knows nothing of other items. */
function whyWhole({ cost, reading, hazard, needs }: Work): string | undefined {
  if (cost.some((it) => it > 0)) return 'items must be searched for';
  if (reading > 0) return 'items have texts to be read';
  if (hazard > 0 && needs.some((it) => it.length > 0)) return 'items go wrong without those they need';
  return undefined;
}

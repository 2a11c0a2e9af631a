import type { Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import type { Task } from '../world/task.ts';
import { type Claim, MISSING, RIGHT } from './talk.ts';

/** A piece of work: items to be done, what each needs first, and how hard each is. One instance for each run. */
export interface Work {
  readonly items: number;
  /** Items without which an item cannot be right. Each is less than the item itself. */
  readonly needs: readonly (readonly number[])[];
  /** Nothing can be begun by who does not hold what it needs; left out, it can, at the risk of the hazard. */
  readonly inOrder?: boolean;
  /** Tokens of effort after which an item has been found with chance 1 - 1/e; 0 where one turn always will do. */
  readonly cost: Float64Array;
  /** Chance that a plain agent gets an item right that it has done. */
  readonly chance: Float64Array;
  /** How many wrong values an item has: with one, those who are wrong agree. */
  readonly variants: number;
  /** How many items a turn works on: the next one, or all that are open (a search). */
  readonly breadth: 'one' | 'all';
  /** Chance that work done on a product that is out of date, or before what it needs, fails for that reason. */
  readonly hazard: number;
  /** Tokens to read before an item can be done: its documents, or its file. */
  readonly reading: number;
  /** 1 for items whose source text is corrupted; left out, none is. */
  readonly corrupt?: Uint8Array;
  /** 1 for items of which running the product shows whether they are right; left out, none is. */
  readonly tested?: Uint8Array;
  /** Score from which the work counts as solved. */
  readonly pass: number;
}

/** What was handed in, and what it was worth. */
export interface Desk {
  readonly work: Work;
  /** Hands in a product: what is claimed of each item. Answers its number, which agents then decide. */
  readonly submit: (claims: readonly Claim[]) => number;
  readonly product: (submission: number) => Int16Array | undefined;
}

/** A task that lays out work: the same for all parts of a run. */
export interface WorkTask extends Task {
  readonly lay: (setting: Omit<Setting, 'inputs'>) => Work;
}

const desks = new WeakMap<object, Desk>();

/** The desk of a run, shared by its task, protocol and behaviour; opened by whoever asks for it first. */
export function deskOf(setting: Setting): Desk {
  let desk = desks.get(setting);
  if (desk === undefined) {
    if (!isWorkTask(setting.task)) refuse(setting.task.name);
    desks.set(setting, (desk = open(setting.task.lay(setting))));
  }
  return desk;
}

const isWorkTask = (task: Task): task is WorkTask => 'lay' in task;

function refuse(task: string): never {
  const message = `must lay out work, as work-graph and hidden-facts do, but ${task} does not; choose one that does`;
  throw new ScenarioError([{ path: 'task', message }]);
}

function open(work: Work): Desk {
  const products: Int16Array[] = [];
  return {
    work,
    submit: (claims) => products.push(productOf(claims, work.items)) - 1,
    product: (submission) => products[submission],
  };
}

/** The values claimed, by item; of two claims of one item the later holds. */
export function productOf(claims: readonly Claim[], items: number): Int16Array {
  const product = new Int16Array(items).fill(MISSING);
  for (const { item, value } of claims) product[item] = value;
  return product;
}

/** Share of the items that are right, each with all that it needs: what is built on something wrong is worth nothing. */
export function scoreOf(product: Int16Array, { items, needs }: Work): number {
  const sound = new Uint8Array(items);
  let right = 0;
  for (let item = 0; item < items; item++) {
    if (product[item] !== RIGHT || !needs[item]!.every((need) => sound[need] === 1)) continue;
    sound[item] = 1;
    right++;
  }
  return right / items;
}

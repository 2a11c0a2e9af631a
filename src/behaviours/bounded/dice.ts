import { type Block, philox } from '../../kernel/keyed.ts';
import type { Setting } from '../../world/contracts.ts';

/** What a chance is asked for. Those that are mostly asked together stand together: four share one block. */
export const purposes = [
  'malformed',
  'inconsistent',
  'omission',
  'invent',
  'announce',
  'pick',
  'repair',
  'verify',
  'drift',
  'slip',
  'adopt',
  'switch',
  'propose',
  'sound',
  'takeUp',
  'silent',
  'symmetry',
  'habit',
  'relay',
  'tale',
  'cause',
  'whom',
  'modesty',
  'prune',
  'keep',
  'strategySwitch',
  'trait',
  'other',
  'preset',
] as const;

export type Purpose = (typeof purposes)[number];

/** Purposes as numbers, for speed. */
export const on = Object.fromEntries(purposes.map((name, i) => [name, i])) as {
  readonly [Name in Purpose]: number;
};

const perWord = 2.3283064365386963e-10;

/**
 * Random numbers addressed by agent, call and purpose. Each purpose has its own, whether or not the others were asked
 * for: to turn a chance off, or up, leaves the noise of everything else as it was (common random numbers).
 */
export class Dice {
  private readonly key0: number;
  private readonly key1: number;
  private readonly block: Block = { w0: 0, w1: 0, w2: 0, w3: 0 };
  private readonly words = new Int32Array(purposes.length + 4);
  private drawn = 0;
  private agent = 0;
  private call = 0;

  constructor(setting: Setting) {
    const stream = setting.stream('bounded', 0);
    this.key0 = stream.u32() | 0;
    this.key1 = stream.u32() | 0;
  }

  /** Turns to one call of one agent; re-prompts count as calls of their own. */
  at(agent: number, call: number): void {
    this.agent = agent;
    this.call = call;
    this.drawn = 0;
  }

  /** A number in [0, 1), to 32 bits; the same however often it is asked for. */
  unit(purpose: number): number {
    return (this.word(purpose) >>> 0) * perWord;
  }

  chance(purpose: number, p: number): boolean {
    return this.unit(purpose) < p;
  }

  /** A whole number from 0 to n - 1. */
  below(purpose: number, n: number): number {
    return Math.floor(this.unit(purpose) * n);
  }

  /** A number in [0, 1) for the i-th of many things of one purpose. */
  unitOf(purpose: number, i: number): number {
    let mixed = Math.imul((this.word(purpose) + Math.imul(i + 1, 0x9e3779b9)) | 0, 0x7feb352d);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b | 0);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
    return ((mixed ^ (mixed >>> 16)) >>> 0) * perWord;
  }

  private word(purpose: number): number {
    const group = purpose >> 2;
    if ((this.drawn & (1 << group)) === 0) {
      this.drawn |= 1 << group;
      const { block, words } = this;
      block.w0 = this.agent;
      block.w1 = this.call;
      block.w2 = group;
      block.w3 = 0;
      philox(block, this.key0, this.key1);
      words[4 * group] = block.w0;
      words[4 * group + 1] = block.w1;
      words[4 * group + 2] = block.w2;
      words[4 * group + 3] = block.w3;
    }
    return this.words[purpose]!;
  }
}

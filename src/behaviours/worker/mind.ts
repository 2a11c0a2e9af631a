import { inverseNormal } from '../../kernel/distribution.ts';
import { exp, ln } from '../../kernel/elementary.ts';
import { MISSING, RIGHT, type Size } from '../../work/talk.ts';
import type { Work } from '../../work/work.ts';
import { withLogOdds } from '../../work/work-task.ts';
import type { Setting } from '../../world/contracts.ts';
import { Dice, purposes } from './dice.ts';
import type { Knobs } from './knobs.ts';

/** What all agents of a run hold, and the chances by which they come to hold it. */
export interface Mind {
  readonly work: Work;
  readonly dice: Dice;
  readonly knobs: Knobs;
  /** What an agent holds of an item: `MISSING`, `RIGHT`, or a wrong value. */
  readonly held: (agent: number, item: number) => number;
  readonly hold: (agent: number, item: number, value: number) => void;
  /** The value at which an agent arrives in its `count`-th try: right by its skill, else one of the wrong ones. */
  readonly answer: (agent: number, item: number, count: number, size?: Size) => number;
  /** Entropy, in bits, of what such an answer can be: what a model shows of how unsure it is. */
  readonly unsure: (item: number, size?: Size) => number;
  /**
   * How hard an item looks to a router: a normal number of deviation 1 about 0, or, where the small model's first answer is
   * wrong, about d' = sqrt(2) times the normal quantile of the area under its curve. So of an item that goes wrong and one that
   * goes right the first looks harder with chance `auc` (signal detection: Green and Swets, 1966).
   */
  readonly looksHard: (agent: number, item: number) => number;
  /** By how much more often the large model gets an item right than the small one, as known from logs. */
  readonly gap: (item: number) => number;
  /** Whether an item is noted in memory, so that it need not be searched for. */
  readonly remembers: (item: number) => boolean;
  /** How often an agent has tried an item, this time not counted; counts this time. */
  readonly tries: (agent: number, item: number) => number;
  /** Whether a reviewer doubts a value. `count` tells apart its checks of this item. */
  readonly doubts: (agent: number, item: number, value: number, count: number) => boolean;
  /** Whether what is taken over from another is kept. */
  readonly keeps: (agent: number, item: number, count: number) => boolean;
}

export function mind(setting: Setting, work: Work, knobs: Knobs): Mind {
  const { items, variants } = work;
  const dice = new Dice(setting.seed, knobs.correlation);
  const held = new Int16Array(setting.agents * items).fill(MISSING);
  const tried = new Int32Array(setting.agents * items);
  const { memory, skills, contracts } = knobs;
  /** Chance that at least one of so many notes is about an item. */
  const about = (notes: number, hit: number): number => 1 - exp(notes * ln(1 - Math.min(hit, 1 - 1e-12)));
  const withSkills = (chances: Float64Array): Float64Array => {
    if (skills === undefined || skills.count === 0) return chances;
    const surer = shifted(chances, skills.gain);
    const chance = about(skills.count, skills.hit);
    return chances.map((p, item) => (dice.common(purposes.skill, item) < chance ? surer[item]! : p));
  };
  const covered =
    contracts === undefined || contracts.count === 0 ? 0 : about(contracts.count, contracts.hit);
  const remembered = memory === undefined || memory.entries === 0 ? 0 : about(memory.entries, memory.hit);
  const chances = {
    large: withSkills(shifted(work.chance, knobs.skill)),
    small: withSkills(shifted(work.chance, knobs.small)),
  };
  const answer: Mind['answer'] = (agent, item, count, size = 'large') => {
    if (dice.think(purposes.value, agent, item, count) < chances[size][item]!) return RIGHT;
    return 1 + Math.floor(dice.second * variants);
  };
  const known = { chance: Number.NaN, bits: 0 };
  const apart = knobs.auc === 1 ? Number.POSITIVE_INFINITY : Math.SQRT2 * inverseNormal(knobs.auc);
  return {
    work,
    dice,
    knobs,
    answer,
    unsure(item, size = 'large') {
      const right = chances[size][item]!;
      // Items come in few difficulties, mostly in rows of the same.
      if (right !== known.chance) {
        known.chance = right;
        known.bits = bitsOf(right) + bitsOf((1 - right) / variants) * variants;
      }
      return known.bits;
    },
    gap: (item) => chances.large[item]! - chances.small[item]!,
    looksHard(agent, item) {
      const noise = inverseNormal(Math.max(dice.roll(purposes.route, agent, item, 0), 1e-16));
      return answer(agent, item, 0, 'small') === RIGHT ? noise : noise + apart;
    },
    held: (agent, item) => held[agent * items + item]!,
    hold(agent, item, value) {
      held[agent * items + item] = value;
    },
    remembers: (item) => remembered > 0 && dice.common(purposes.memory, item) < remembered,
    tries: (agent, item) => tried[agent * items + item]!++,
    doubts(agent, item, value, count) {
      const chance = value === RIGHT ? knobs.falseAlarm : knobs.recall;
      return chance > 0 && dice.roll(purposes.check, agent, item, count) < chance;
    },
    keeps: (agent, item, count) =>
      knobs.loss === 0 ||
      (covered > 0 && dice.common(purposes.contract, item) < covered) ||
      dice.roll(purposes.loss, agent, item, count) >= knobs.loss,
  };
}

const bitsOf = (p: number): number => (p > 0 ? -p * (ln(p) / Math.LN2) : 0);

const shifted = (chances: Float64Array, skill: number): Float64Array =>
  skill === 0 ? chances : chances.map((p) => withLogOdds(p, skill));

import { exp, ln } from '../../kernel/elementary.ts';
import { MISSING, RIGHT, type Size } from '../../work/talk.ts';
import type { Work } from '../../work/work.ts';
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
  const { memory, skills } = knobs;
  /** Chance that at least one of so many notes is about an item. */
  const about = (notes: number, hit: number): number => 1 - exp(notes * ln(1 - Math.min(hit, 1 - 1e-12)));
  const withSkills = (chances: Float64Array): Float64Array => {
    if (skills === undefined || skills.count === 0) return chances;
    const surer = shifted(chances, skills.gain);
    const chance = about(skills.count, skills.hit);
    return chances.map((p, item) => (dice.common(purposes.skill, item) < chance ? surer[item]! : p));
  };
  const remembered = memory === undefined || memory.entries === 0 ? 0 : about(memory.entries, memory.hit);
  const chances = {
    large: withSkills(shifted(work.chance, knobs.skill)),
    small: withSkills(shifted(work.chance, knobs.small)),
  };
  return {
    work,
    dice,
    knobs,
    held: (agent, item) => held[agent * items + item]!,
    hold(agent, item, value) {
      held[agent * items + item] = value;
    },
    remembers: (item) => remembered > 0 && dice.common(purposes.memory, item) < remembered,
    tries: (agent, item) => tried[agent * items + item]!++,
    answer(agent, item, count, size = 'large') {
      if (dice.think(purposes.value, agent, item, count) < chances[size][item]!) return RIGHT;
      return 1 + Math.floor(dice.second * variants);
    },
    doubts(agent, item, value, count) {
      const chance = value === RIGHT ? knobs.falseAlarm : knobs.recall;
      return chance > 0 && dice.roll(purposes.check, agent, item, count) < chance;
    },
    keeps: (agent, item, count) =>
      knobs.loss === 0 || dice.roll(purposes.loss, agent, item, count) >= knobs.loss,
  };
}

/** Chances of success with something added to their log-odds: the logistic success curve of item response theory. */
export function shifted(chances: Float64Array, skill: number): Float64Array {
  if (skill === 0) return chances;
  return chances.map((p) => (p <= 0 || p >= 1 ? p : 1 / (1 + exp(-skill - ln(p / (1 - p))))));
}

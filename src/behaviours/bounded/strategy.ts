import { on } from './dice.ts';
import { type Head, hazard } from './head.ts';

/** The strategy that works if all keep to it; 2 is the one that does not, and 0 is none. */
export const SOUND = 1;

/**
 * The layer above the claims: an agent proposes a strategy, or takes up the one its neighbours follow, with or without
 * telling, and goes over to theirs as it would to their stance. Nothing here knows whether enough rounds are left.
 */
export function strategise({ memory, dice, knobs }: Head, agent: number): void {
  const { strategy, heardStrategy, offsets, silent } = memory;
  let sound = 0;
  let other = 0;
  for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
    const named = heardStrategy[arc]!;
    if (named === SOUND) sound++;
    else if (named !== 0) other++;
  }
  const own = strategy[agent]!;
  if (own === 0) {
    if (sound + other > 0 && dice.chance(on.takeUp, knobs.adoptStrategy)) {
      strategy[agent] = sound > other || (sound === other && dice.chance(on.sound, knobs.sound)) ? SOUND : 2;
      silent[agent] = dice.chance(on.silent, knobs.silentAdoption) ? 1 : 0;
    } else if (dice.chance(on.propose, knobs.propose))
      strategy[agent] = dice.chance(on.sound, knobs.sound) ? SOUND : 2;
    return;
  }
  const against = own === SOUND ? other : sound;
  if (against > 0 && dice.chance(on.strategySwitch, hazard(knobs.switching, against / (sound + other)))) {
    strategy[agent] = 3 - own;
  }
}

import { gameProfiles } from '../profiles/game.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { wrapped } from './text-table.ts';

/** Fitted profiles by the behaviour that plays them. */
const fitted = { 'game-mock': gameProfiles } as const;

/** What the profiles that a scenario plays were fitted to, and how well; no lines where it plays none. */
export function fitNotes({ points }: Scenario, width: number): string[] {
  const used = new Set<string>();
  for (const { config } of points) {
    if (config.behaviour?.part.name !== 'game-mock') continue;
    used.add((config.behaviour.params as { profile: string }).profile);
  }
  const notes = Object.values(fitted['game-mock']).filter(({ name }) => used.has(name));
  return notes.flatMap(({ name, fit }) => {
    const errors = fit.map(
      ({ target, wanted, got }) =>
        `${target} ${shown(wanted)}, fitted ${shown(got)} (${signed(got - wanted)})`,
    );
    return wrapped(`${name} was fitted at N = 4 only: ${errors.join('; ')}.`, width);
  });
}

const shown = (x: number): string => String(Number(x.toPrecision(3)));
const signed = (x: number): string => `${x < 0 ? '-' : '+'}${shown(Math.abs(Number(x.toFixed(3))))}`;

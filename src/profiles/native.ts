import type { Residual } from '../world/profile.ts';
import { conformityProfiles } from './conformity.ts';
import { gameProfiles } from './game.ts';
import { gpt4oMiniDigests, gpt4oMiniFit } from './gpt-4o-mini-fit.ts';

/** Profiles that their behaviours know by name, with what they were fitted to. */
export const nativeProfiles: readonly {
  readonly name: string;
  readonly behaviour: string;
  readonly summary: string;
  readonly fit: readonly Residual[];
  readonly digests?: readonly string[];
}[] = [
  {
    name: 'gpt-4o-mini',
    behaviour: 'bounded',
    summary:
      'gpt-4o-mini in AgentsNet, by hand from recorded runs: measured, derived, fitted and assumed values.',
    fit: gpt4oMiniFit,
    digests: gpt4oMiniDigests,
  },
  ...Object.values(gameProfiles).map(({ name, fit }) => ({
    name,
    behaviour: 'game-mock',
    summary: `${name} in the consensus game, fitted at N = 4 to what is published of it.`,
    fit: fit.map((it) => ({ ...it, heldOut: it.source.endsWith('not fitted') })),
  })),
  ...Object.entries(conformityProfiles).map(([name, { model, source, quartiles, unanimity = [] }]) => ({
    name,
    behaviour: 'tanh',
    summary: `How strongly ${model} follows a majority, by size of the group (${source}${quartiles ? `; quartiles over pairs of opinions ${quartiles.join(' and ')}` : ''}).`,
    fit: unanimity.map(([size, wanted, got]) => ({
      target: `steps to unanimity over N, N = ${size}`,
      wanted,
      got,
      error: 0,
      heldOut: true,
      source: 'arXiv 2409.02822, mean of two to five runs; beside it the exact chain',
    })),
  })),
];

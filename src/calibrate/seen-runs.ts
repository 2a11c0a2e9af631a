import { knownProfiles } from '../scenario/profiles.ts';
import type { Profile } from '../world/profile.ts';
import type { Specimen } from './calibrate-runs.ts';

/** Which recorded runs a profile was fitted to. */
export interface Seen {
  readonly profile: string;
  /** Whether it is what holds for what the profile in question leaves open. */
  readonly isBase: boolean;
  /** Whether it says which runs it was fitted to, if it was to any. */
  readonly isTold: boolean;
  /** Where these stand, as they were given. */
  readonly places: readonly string[];
}

/** Of the given runs, those that a profile was fitted to, and those that its bases were. */
export function seenBy(
  profile: Profile | string,
  runs: readonly Pick<Specimen, 'run' | 'digest'>[],
  isBase = false,
): Seen[] {
  const known = knownProfiles.find((it) => it.name === profile && it.behaviour === 'bounded');
  const file = typeof profile === 'string' ? known?.file : profile;
  const digests =
    typeof profile === 'string' ? (known?.digests ?? file?.provenance.digests) : file?.provenance.digests;
  const seen: Seen = {
    profile: typeof profile === 'string' ? profile : profile.name,
    isBase,
    isTold: digests !== undefined || file?.provenance.runs === undefined,
    places: runs.flatMap(({ run, digest }) => (digests?.includes(digest) ? [run.instance.place] : [])),
  };
  return [seen, ...(file?.base === undefined ? [] : seenBy(file.base, runs, true))];
}

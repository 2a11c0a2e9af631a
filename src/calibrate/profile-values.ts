import { gpt4oMini } from '../profiles/gpt-4o-mini.ts';
import { knownProfiles } from '../scenario/profiles.ts';
import { type Profile, parametersFor } from '../world/profile.ts';

/** The values that a profile of bounded agents comes to for a task, its base's included. */
export function valuesFor(profile: Profile | string, task: string): Record<string, unknown> {
  const file =
    typeof profile === 'string'
      ? knownProfiles.find(({ name, behaviour }) => name === profile && behaviour === 'bounded')?.file
      : profile;
  if (file !== undefined) {
    const below = file.base === undefined ? {} : valuesFor(file.base, task);
    return { ...below, ...parametersFor(file, task) };
  }
  const own = Object.entries(gpt4oMini).map(([knob, { value }]) => [knob, value]);
  return parametersFor({ parameters: Object.fromEntries(own) }, task);
}

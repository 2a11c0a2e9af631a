import type { Profile } from '../world/profile.ts';
import { agentsNetModels } from './agentsnet-models.ts';
import { gpt4oMiniRecorded } from './gpt-4o-mini-recorded.ts';

/** Profiles as files have them, in the order in which they are listed. */
export const fittedProfiles: readonly Profile[] = [gpt4oMiniRecorded, ...agentsNetModels];

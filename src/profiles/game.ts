import type { GameProfile, Knobs } from '../game/knobs.ts';

const start: Knobs = {
  inertia: 0.6,
  copying: 0.97,
  compromise: 'mean',
  caution: 0.21,
  haste: 0.02,
  malformed: 0.005,
  hesitation: 0.5,
  suspicion: 0.13,
};
const evidence = {} as never;
export const gameProfiles = {
  'qwen3-14b': { name: 'qwen3-14b', knobs: start, evidence, fit: [] },
  'qwen3-8b': { name: 'qwen3-8b', knobs: { ...start, caution: 0.55, inertia: 0.3 }, evidence, fit: [] },
} as const satisfies Readonly<Record<string, GameProfile>>;

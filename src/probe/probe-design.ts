import type { Form, Turn } from '../models/model.ts';
import type { PromptOptions } from '../models/prompts.ts';
import { compile } from '../scenario/compile.ts';
import { parseScenario } from '../scenario/scenario.ts';
import type { Setting } from '../world/contracts.ts';

/** What is asked about. */
export const probeFamilies = [
  'conformity',
  'stopping',
  'proposing',
  'verification',
  'messages',
  'answers',
] as const;

export type ProbeFamily = (typeof probeFamilies)[number];

/** One question of a probe: it stands alone, whatever was asked before. */
export interface ProbeQuestion {
  readonly family: ProbeFamily;
  /** What it is one of several of, such as `m = 0.4`. */
  readonly cell: string;
  readonly turns: readonly Turn[];
  readonly form: Form;
  /** What is said to have an answer written once more. */
  readonly again: string;
  /** What it comes to, as a number; undefined where it cannot be read. */
  readonly read: (text: string) => number | undefined;
  /** What was varied, for the fits. */
  readonly facts: Readonly<Record<string, number>>;
}

export interface ProbeDesign {
  readonly seed: number | string;
  /** How many opinions are in view at once. */
  readonly group: number;
  /** Factor on the number of questions of each cell. */
  readonly effort: number;
  readonly families: readonly ProbeFamily[];
  readonly prompts: PromptOptions;
}

/** 0, 1, ... */
export const times = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** So many questions, by the effort that is to be made. */
export const scaled = (count: number, { effort }: ProbeDesign): number =>
  Math.max(1, Math.round(count * effort));

/** A conversation: the system text, then user and agent in turn. */
export const told = (system: string, ...turns: readonly string[]): Turn[] => [
  { role: 'system', content: system },
  ...turns.map((content, i) => ({ role: i % 2 === 0 ? ('user' as const) : ('assistant' as const), content })),
];

/** The setting of a small scenario, for the words of its questions. */
export function settingOf(raw: object, seed: number | string): Setting {
  const scenario = parseScenario(JSON.stringify({ question: 'What does a model answer?', ...raw }), 'probe');
  return compile(scenario.points[0]!.config, seed).world.setting;
}

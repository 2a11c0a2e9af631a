import type { AgentsNetTask } from '../agentsnet/rules.ts';
import type { Setting } from '../world/contracts.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { agentsNetPrompter } from './agentsnet-prompter.ts';
import { gamePrompter } from './game-prompter.ts';
import { opinionPrompter } from './opinion-prompter.ts';
import { type PromptName, placeholders, promptTexts } from './prompt-texts.ts';
import type { Fill, Prompter } from './prompter.ts';
import { workPrompter } from './work-prompter.ts';

export interface PromptOptions {
  /** Templates by name, in the place of ours. */
  readonly templates?: Readonly<Record<string, string>> | undefined;
  /** Whether agents are asked to think step by step first. */
  readonly reasoning: boolean;
  /** The share of votes that ends the consensus game, as written. */
  readonly quorum?: string | undefined;
}

/** The prompters by the vocabulary of questions that they put into words. */
const prompters: Readonly<
  Record<string, (setting: Setting, fill: Fill, options: PromptOptions) => Prompter>
> = {
  agentsnet: (setting, fill, { reasoning }) => agentsNetPrompter(setting, fill, reasoning),
  game: (setting, fill, { quorum, reasoning }) =>
    gamePrompter(setting, fill, quorum ?? 'two thirds', reasoning),
  opinion: (setting, fill, { reasoning }) => opinionPrompter(setting, fill, reasoning),
  meeting: (setting, fill, { reasoning }) => opinionPrompter(setting, fill, reasoning),
  work: (setting, fill, { reasoning }) => workPrompter(setting, fill, reasoning),
};

/** The vocabularies for which there are words. */
export const vocabularies: readonly string[] = Object.keys(prompters);

/** The prompter of a vocabulary. Throws a ScenarioError where there is none, or that lists what is wrong with the templates. */
export function prompterFor(vocabulary: string, setting: Setting, options: PromptOptions): Prompter {
  const make = prompters[vocabulary];
  if (make !== undefined) return make(setting, fillFor(options), options);
  const message = `asks ${vocabulary}, for which there are no prompts; there are some for ${vocabularies.join(', ')}`;
  throw new ScenarioError([{ path: 'protocol', message }]);
}

/** What fills texts in, with the templates in the place of ours. Throws a ScenarioError where they are none of ours. */
export function fillFor({ templates, reasoning }: PromptOptions): Fill {
  const texts = checkedTexts(templates ?? {});
  return (name, values) => filled(texts[name], { think: reasoning ? texts.think : '', ...values });
}

type Texts = Readonly<Record<PromptName, string>>;

const placeholder = /\{\{\s*([\w-]*)\s*\}\}/g;

function checkedTexts(templates: Readonly<Record<string, string>>): Texts {
  const issues: Issue[] = [];
  for (const [name, text] of Object.entries(templates)) {
    const path = `model.prompts.${name}`;
    if (!(name in promptTexts)) {
      const message = `is no template that is read; there are ${Object.keys(promptTexts).join(', ')}`;
      issues.push({ path, message });
      continue;
    }
    const known = placeholders[name.split('-')[0] as keyof typeof placeholders] ?? [];
    for (const [, used = ''] of text.matchAll(placeholder)) {
      if (known.includes(used)) continue;
      const message = `has the placeholder {{${used}}}, which nothing fills; there are ${known.map((it) => `{{${it}}}`).join(', ') || 'none'}`;
      issues.push({ path, message });
    }
  }
  if (issues.length > 0) throw new ScenarioError(issues);
  return { ...promptTexts, ...templates } as Texts;
}

/** Fills a template in. A line with nothing but an empty placeholder goes, as do empty lines beyond one. */
function filled(template: string, values: Readonly<Record<string, string | number>>): string {
  const lines = template.trim().split('\n');
  const kept = lines.flatMap((line) => {
    const text = line.replace(placeholder, (_, name: string) => String(values[name] ?? ''));
    return text.trim() === '' && line.trim() !== '' ? [] : [text.trimEnd()];
  });
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Which task's words a prompt of ours has: for servers that stand in for a model. */
export const taskIn = (prompt: string): AgentsNetTask | undefined =>
  (['coloring', 'matching', 'vertex-cover', 'leader-election', 'consensus'] as const).find((task) =>
    prompt.includes(promptTexts[`agentsnet-question-${task}`]),
  );

import { options as allowedAnswers, answerMarker } from '../agentsnet/answers.ts';
import { type AgentsNetTask, readTaskName } from '../agentsnet/rules.ts';
import { groupsFor } from '../agentsnet/scorers.ts';
import { type Question, sayMessage } from '../agentsnet/talk.ts';
import { type Question as GameQuestion, NONE } from '../game/talk.ts';
import type { Setting } from '../world/contracts.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { type PromptName, placeholders, promptTexts } from './prompt-texts.ts';

/** Puts the questions of one vocabulary into words. */
export interface Prompter {
  /** Whether a request holds all turns before it, or stands alone. */
  readonly remembers: boolean;
  readonly system: (agent: number, question: unknown) => string;
  /** What the agent is told with this question. */
  readonly turn: (agent: number, question: unknown) => string;
}

export interface PromptOptions {
  /** Templates by name, in the place of ours. */
  readonly templates?: Readonly<Record<string, string>> | undefined;
  /** Whether agents are asked to think step by step first. */
  readonly reasoning: boolean;
  /** The share of votes that ends the consensus game, as written. */
  readonly quorum?: string | undefined;
}

/** The prompter of a vocabulary. Throws a ScenarioError that lists what is wrong with the templates. */
export function prompterFor(vocabulary: string, setting: Setting, options: PromptOptions): Prompter {
  const texts = checkedTexts(options.templates ?? {});
  const fill: Fill = (name, values) =>
    filled(texts[name], { think: options.reasoning ? texts.think : '', ...values });
  if (vocabulary === 'agentsnet') return agentsNetPrompter(setting, fill);
  if (vocabulary === 'game') return gamePrompter(setting, fill, options.quorum ?? 'two thirds');
  const message = `asks ${vocabulary}, for which there are no prompts; there are some for agentsnet and game`;
  throw new ScenarioError([{ path: 'protocol', message }]);
}

type Texts = Readonly<Record<PromptName, string>>;
type Fill = (name: PromptName, values: Readonly<Record<string, string | number>>) => string;

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

function agentsNetPrompter(setting: Setting, fill: Fill): Prompter {
  const { graph, names, inputs } = setting;
  const task = readTaskName(setting.task.name);
  if (task === undefined) throw new Error(`agentsNetPrompter: ${setting.task.name} is none of its tasks`);
  const groups = groupsFor(graph);
  const rowOf = (agent: number): readonly number[] =>
    Array.from(graph.targets.subarray(graph.offsets[agent], graph.offsets[agent + 1]));
  const namesOf = (agent: number): string[] => rowOf(agent).map((neighbour) => names[neighbour]!);
  const common = (agent: number, { rounds }: Question) => ({
    name: names[agent]!,
    agents: setting.agents,
    neighbours: namesOf(agent).join(', '),
    rounds,
    groups,
    goal: fill(`agentsnet-goal-${task}`, { groups }),
    question: fill(`agentsnet-question-${task}`, { groups }),
    marker: answerMarker,
    options: allowedAnswers(task, { groups, neighbours: namesOf(agent) }).join(', '),
    input: inputs[agent] ?? '',
    given: inputs.length > 0 ? fill('agentsnet-given', { input: inputs[agent]! }) : '',
  });
  return {
    remembers: true,
    system: (agent, question) => fill('agentsnet-system', common(agent, question as Question)),
    turn(agent, asked) {
      const question = asked as Question;
      const { kind, round, rounds, attempt, heard } = question;
      const values = common(agent, question);
      if (attempt === 1)
        return fill(kind === 'message' ? 'agentsnet-again' : 'agentsnet-answer-again', values);
      if (round === 0) return fill(kind === 'message' ? 'agentsnet-first' : 'agentsnet-final', values);
      const row = rowOf(agent);
      const silent = row.filter((_, i) => heard[i] === undefined).map((neighbour) => names[neighbour]);
      const left = rounds - round;
      return fill(kind === 'message' ? 'agentsnet-round' : 'agentsnet-final', {
        ...values,
        heard: row
          .flatMap((from, i) => {
            const content = heard[i];
            if (content === undefined) return [];
            return [`${names[from]} wrote:\n${sayMessage(content, setting, from, agent)}`];
          })
          .join('\n\n'),
        silent: silent.length > 0 ? `Nothing came from ${silent.join(', ')}.` : '',
        left,
        last: left === 1 ? fill('agentsnet-last', values) : '',
      });
    },
  };
}

function gamePrompter(setting: Setting, fill: Fill, quorum: string): Prompter {
  const { names, agents } = setting;
  const mayLie = setting.adversaries.size > 0;
  const common = (agent: number, { values, input }: GameQuestion) => ({
    name: names[agent]!,
    agents,
    most: values - 1,
    quorum,
    input,
    given: input === NONE ? '' : fill('game-given', { input }),
    adversaries: mayLie ? fill('game-adversaries', {}) : '',
  });
  return {
    remembers: false,
    system: (agent, question) => fill('game-system', common(agent, question as GameQuestion)),
    turn(agent, asked) {
      const question = asked as GameQuestion;
      const { kind, round, own, heard, reasons, attempt } = question;
      const proposal = (value: number | undefined): string =>
        value === undefined || value === NONE ? 'none' : String(value);
      const rounds = heard.map((row, i) => {
        const said = names.map((name, other) => {
          const reason = i === 0 && reasons?.[other] ? ` ("${reasons[other]}")` : '';
          return `${other === agent ? 'you' : name} ${proposal(row[other])}${reason}`;
        });
        return `${i === 0 ? 'The latest proposals' : `Those ${i} before`}: ${said.join(', ')}.`;
      });
      const text = fill(kind === 'propose' ? 'game-propose' : 'game-vote', {
        ...common(agent, question),
        round: round + 1,
        own: own === NONE ? 'You hold no number.' : `You hold ${own}.`,
        heard: rounds.join('\n'),
      });
      return attempt === 0 ? text : `${text}\n\n${fill('game-again', {})}`;
    },
  };
}

/** Which task's words a prompt of ours has: for servers that stand in for a model. */
export const taskIn = (prompt: string): AgentsNetTask | undefined =>
  (['coloring', 'matching', 'vertex-cover', 'leader-election', 'consensus'] as const).find((task) =>
    prompt.includes(promptTexts[`agentsnet-question-${task}`]),
  );

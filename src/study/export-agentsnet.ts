import { answerMarker } from '../agentsnet/answers.ts';
import { answerText, UNPARSED } from '../agentsnet/codes.ts';
import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { readTaskName } from '../agentsnet/rules.ts';
import { scoreInstance } from '../agentsnet/score.ts';
import { type Answered, isQuestion, type Malformed, type Said, sayMessage } from '../agentsnet/talk.ts';
import { prompterFor } from '../models/prompts.ts';
import { compile } from '../scenario/compile.ts';
import type { Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Answer, Observer, Setting } from '../world/contracts.ts';
import { diameter } from '../world/diameter.ts';
import { ScenarioError } from '../world/error.ts';
import { type PerformOptions, perform } from './perform.ts';

/**
 * Does a run and gives it in the form in which the AgentsNet runner writes its results, transcripts included. What mock
 * agents mean is put into the sentences of `sayMessage`; of tokens that nobody counted nothing is written. Throws a ScenarioError
 * where the run is none of AgentsNet's, and an Error where it failed.
 */
export async function exportAgentsNet(run: Run, options: PerformOptions): Promise<Record<string, unknown>> {
  const config = run.config as Config;
  const { setting } = compile(config, run.seed).world;
  const task = readTaskName(setting.task.name);
  if (task === undefined || config.protocol.part.name !== 'agentsnet') {
    const message = `must be agentsnet, with one of its tasks, to be written in its format, but is ${config.protocol.part.name} with ${setting.task.name}`;
    throw new ScenarioError([{ path: 'protocol', message }]);
  }
  const scribe = transcribing(setting, task, config);
  const row = await perform(run, { ...options, observers: [...(options.observers ?? []), scribe.observer] });
  if (row.error !== undefined) throw new Error(row.error);
  const { answers, rounds, turns, spent, failures } = scribe;
  const { graph, names } = setting;
  const summary = tokenSummary(names, spent);
  const score = scoreInstance({ task, graph, names, answers }, 'upstream');
  return {
    answers,
    num_nodes: graph.agents,
    framework: 'synod',
    diameter: diameter(graph),
    max_degree: names.reduce((most, _, v) => Math.max(most, graph.offsets[v + 1]! - graph.offsets[v]!), 0),
    rounds: rounds(),
    model_name: config.model?.model ?? config.behaviour?.part.name ?? 'unknown',
    task: task.replaceAll('-', '_'),
    score: score.soft,
    graph_generator: familyOf(config.topology),
    graph_index: run.replication,
    successful: score.soft !== null,
    error_message: null,
    chain_of_thought: config.model?.reasoning ?? true,
    num_fallbacks: failures.repeated,
    num_failed_json_parsings_after_retry: failures.unreadMessages,
    num_failed_answer_parsings_after_retry: failures.unreadAnswers,
    ...(summary === undefined ? {} : { token_summary: summary }),
    transcripts: Object.fromEntries(names.map((name, v) => [name, turns[v]])),
    graph: { ...nodeLinkOf(setting), ...linksAsImported(config.topology) },
  };
}

/** Our families by the benchmark's abbreviations. */
const abbreviations: Readonly<Record<string, string>> = {
  'watts-strogatz': 'ws',
  'barabasi-albert': 'ba',
  delaunay: 'dt',
};

/** The family of the graph; of an imported one, as its file had it. */
function familyOf({ part, params }: Config['topology']): string {
  const { family } = params as { readonly family?: unknown };
  return typeof family === 'string' ? family : (abbreviations[part.name] ?? part.name);
}

/** The links of an imported graph in the order in which its file had them, where its nodes go by their numbers. */
function linksAsImported({ params }: Config['topology']): { links?: unknown } {
  const { nodes, links } = params as { readonly nodes?: unknown; readonly links?: unknown };
  if (!Array.isArray(nodes) || !Array.isArray(links)) return {};
  const isNumbered = nodes.every((node: { id?: unknown } | null, v) => node?.id === v);
  const isPlain = links.every((link: object | null) => link !== null && 'source' in link && 'target' in link);
  return isNumbered && isPlain ? { links } : {};
}

function nodeLinkOf({ graph, names }: Setting): object {
  const links: object[] = [];
  for (let v = 0; v < graph.agents; v++) {
    for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) {
      if (graph.targets[e]! > v) links.push({ source: v, target: graph.targets[e] });
    }
  }
  const nodes = names.map((name, id) => ({ name, id }));
  return { directed: false, multigraph: false, graph: {}, nodes, links };
}

/** Writes down what each agent is told and says, in the turns of the runner's files. */
function transcribing(setting: Setting, task: AgentsNetTask, { model }: Config) {
  const { names, agents } = setting;
  const prompter = prompterFor('agentsnet', setting, {
    templates: typeof model?.prompts === 'object' ? model.prompts : undefined,
    reasoning: model?.reasoning ?? true,
  });
  const zeros = (): number[] => new Array<number>(agents).fill(0);
  const turns = names.map((): object[] => []);
  const answers = new Array<string | null>(agents).fill(null);
  const spent = { read: zeros(), written: zeros(), uncounted: zeros() };
  const failures = { repeated: zeros(), unreadMessages: zeros(), unreadAnswers: zeros() };
  let rounds = 0;
  const add = (agent: number, type: string, content: string, more: object = {}): void => {
    turns[agent]!.push({ type, data: { content, ...more, type } });
  };
  const observer: Observer = {
    ask(agent, question) {
      if (!isQuestion(question)) return;
      rounds = question.rounds;
      if (turns[agent]!.length === 0) add(agent, 'system', prompter.system(agent, question));
      if (question.attempt === 1) failures.repeated[agent]!++;
      const more = question.attempt === 1 ? { additional_kwargs: { attempt: 1 } } : {};
      add(agent, 'human', prompter.turn(agent, question), more);
    },
    answer(agent, question, answer) {
      if (!isQuestion(question)) return;
      const text = writtenAs(agent, answer.value as Answered, setting, task);
      const usage = answer.usage?.isEstimated === true ? undefined : answer.usage;
      spent.read[agent]! += usage?.prompt ?? 0;
      spent.written[agent]! += usage?.output ?? 0;
      if (usage === undefined) spent.uncounted[agent]!++;
      if (isUnread(answer) && question.attempt === 1)
        failures[question.kind === 'message' ? 'unreadMessages' : 'unreadAnswers'][agent]!++;
      add(agent, 'ai', text, usage ? { usage_metadata: tokensOf(usage.prompt, usage.output) } : {});
    },
    decide(agent, value) {
      answers[agent] = value === UNPARSED ? null : answerText(task, value, names);
    },
  };
  return { observer, answers, turns, spent, failures, rounds: () => rounds };
}

const tokensOf = (input: number, output: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});

/**
 * Tokens of the agents of whom every call was counted, and their sum where all are such; undefined where no agent is. A sum of
 * some of the calls would be read as that of all.
 */
function tokenSummary(
  names: readonly string[],
  { read, written, uncounted }: Record<'read' | 'written' | 'uncounted', readonly number[]>,
): object | undefined {
  const known = [...names.keys()].filter((v) => uncounted[v] === 0);
  if (known.length === 0) return undefined;
  const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const [input, output] = [total(read), total(written)];
  return {
    ...(known.length < names.length
      ? {}
      : { total_input_tokens: input, total_output_tokens: output, total_tokens: input + output }),
    per_agent: Object.fromEntries(known.map((v) => [names[v]!, tokensOf(read[v]!, written[v]!)])),
  };
}

const isUnread = ({ value, unread }: Answer): boolean =>
  unread !== undefined || (value as Partial<Malformed> | undefined)?.kind === 'malformed';

/** An answer as a model would have written it; what is malformed, as the slip that it stands for. */
function writtenAs(agent: number, answer: Answered, setting: Setting, task: AgentsNetTask): string {
  if (typeof answer === 'string') return answer;
  switch (answer.kind) {
    case 'chosen':
      return `${answerMarker}\n${answerText(task, answer.code, setting.names)}`;
    case 'said':
      return JSON.stringify(messagesOf(agent, answer, setting), null, 2);
    case 'malformed': {
      if (answer.meant.kind === 'chosen') return 'I have not made up my mind.';
      const text = writtenAs(agent, answer.meant, setting, task);
      if (answer.cause === 'trailing-comma') return text.replace(/\n\}$/, ',\n}');
      if (answer.cause === 'unknown-key') return JSON.stringify({ all: 'the same to all of you' });
      if (answer.cause === 'escaped-newline')
        return text.replace(/"\n?\}?$/, '\\n"\n}').replace(/": "/, '": "\\n');
      return 'I will write to my neighbours later.';
    }
  }
}

function messagesOf(agent: number, { toAll, apart }: Said, setting: Setting): Record<string, string> {
  const { graph, names } = setting;
  const messages: Record<string, string> = {};
  for (let e = graph.offsets[agent]!, i = 0; e < graph.offsets[agent + 1]!; e++, i++) {
    const to = graph.targets[e]!;
    const message = apart === undefined ? toAll : apart[i];
    if (message !== undefined) messages[names[to]!] = sayMessage(message, setting, agent, to);
  }
  return messages;
}

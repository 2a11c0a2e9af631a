import { type Issue, ScenarioError } from '../world/error.ts';
import { options, parseAnswer } from './answers.ts';
import { readJsonRecords } from './json-records.ts';
import { type NodeLinkGraph, type Report, readNodeLink, show } from './node-link.ts';
import { type AgentsNetTask, type Mode, readTaskName, taskNames } from './rules.ts';
import type { Scorable } from './score.ts';
import { groupsFor } from './scorers.ts';

/** A recorded run, as a file of results holds it. */
export interface Instance extends Scorable {
  /** Where it stands: `runs.json`, `runs.json [4]`, `runs.jsonl:7`. */
  readonly place: string;
  /** The score recorded with it; null where there is none or the run had failed. */
  readonly recordedScore: number | null;
  readonly rounds: number | null;
  readonly model: string | null;
  /** The graph family as the benchmark abbreviates it: `ws`, `ba`, `dt`. */
  readonly family: string | null;
  /**
   * Each agent's neighbours in the order in which the file first links them: how the benchmark lists them.
   */
  readonly listing: readonly (readonly number[])[];
  /** The links in the order of the file, source first. */
  readonly links: readonly (readonly [number, number])[];
  /** What each agent wrote last, by index, where the file has transcripts; null for whom it has none. */
  readonly finalTexts: readonly (string | null)[] | null;
}

/** What a file of results may hold at most: characters and runs in all, agents and links in each run. */
export interface ScoreFileLimits {
  readonly characters: number;
  readonly instances: number;
  readonly agents: number;
  readonly links: number;
}

const usualLimits: ScoreFileLimits = {
  characters: 400_000_000,
  instances: 1_000_000,
  agents: 100_000,
  links: 5_000_000,
};

/** More issues than this are counted and not listed. */
const mostIssues = 20;

/**
 * Reads recorded runs: a JSON object with `task`, `graph` (node-link JSON) and `answers`, in node order or by
 * name, as the benchmark's files of results have them; or an array of such objects; or one object a line. An
 * agent that gave no answer has `null`. Whatever else is there may as well be missing.
 *
 * Throws a ScenarioError that lists what is wrong, each with file, place and path.
 */
export function readScoreFile(
  text: string,
  fileName: string,
  limits: Partial<ScoreFileLimits> = {},
): Instance[] {
  const most = { ...usualLimits, ...limits };
  refuseAbove(fileName, 'characters', text.length, most.characters);
  const records = readJsonRecords(text, fileName);
  refuseAbove(fileName, 'runs', records.length, most.instances);
  const issues: Issue[] = [];
  const instances: Instance[] = [];
  for (const { place, separator, value } of records) {
    const report: Report = (path, message) =>
      issues.push({ path: path === '' ? place : `${place}${separator}${path}`, message });
    const instance = readInstance(value, place, most, report);
    if (instance) instances.push(instance);
  }
  if (issues.length === 0) return instances;
  const more = issues.length - mostIssues;
  if (more > 0)
    issues.splice(mostIssues, more, { path: fileName, message: `${more} more issues; mend these first` });
  throw new ScenarioError(issues);
}

function refuseAbove(fileName: string, what: string, found: number, most: number): void {
  if (found <= most) return;
  const message = `holds ${found} ${what}, but at most ${most} are read at once; split the file`;
  throw new ScenarioError([{ path: fileName, message }]);
}

function readInstance(
  value: unknown,
  place: string,
  most: ScoreFileLimits,
  report: Report,
): Instance | undefined {
  if (!isObject(value)) {
    report('', `must be an object with task, graph and answers, but is ${show(value)}`);
    return undefined;
  }
  const task = readTask(value.task, report);
  const graph = readNodeLink(value.graph, most, report);
  if (!graph || !task) return undefined;
  const { num_nodes: agents } = value;
  if (agents !== undefined && agents !== null && agents !== graph.names.length) {
    const found = `but is ${show(agents)}; mend the one that is wrong, or leave num_nodes out`;
    report('num_nodes', `must be ${graph.names.length}, as the graph has nodes, ${found}`);
  }
  const answers = readAnswers(value.answers, graph, report);
  if (!answers) return undefined;
  const { score } = value;
  if (score !== undefined && score !== null && typeof score !== 'number') {
    report('score', `must be a number, or null where none was recorded, but is ${show(score)}`);
    return undefined;
  }
  return {
    ...graph,
    task,
    answers,
    place,
    recordedScore: numberOr(value.score),
    rounds: numberOr(value.rounds),
    model: textOr(value.model_name),
    family: textOr(value.graph_generator),
    finalTexts: isObject(value.transcripts) ? finalTexts(value.transcripts, graph.names) : null,
  };
}

function readTask(value: unknown, report: Report): AgentsNetTask | undefined {
  const task = typeof value === 'string' ? readTaskName(value) : undefined;
  if (!task) report('task', `must be one of ${taskNames.join(', ')}, but is ${show(value)}`);
  return task;
}

function readAnswers(
  value: unknown,
  { names }: NodeLinkGraph,
  report: Report,
): (string | null)[] | undefined {
  const rule = 'write one answer per node, null for an agent that gave none';
  if (!Array.isArray(value)) {
    if (isObject(value)) return readAnswersByName(value, names, report);
    report('answers', `must be a list in node order, or an object by name, but is ${show(value)}; ${rule}`);
    return undefined;
  }
  if (value.length !== names.length) {
    report(
      'answers',
      `must hold ${names.length} answers, as the graph has nodes, but holds ${value.length}; ${rule}`,
    );
    return undefined;
  }
  let isSound = true;
  value.forEach((answer: unknown, i) => {
    isSound = checkAnswer(answer, `answers[${i}]`, report) && isSound;
  });
  return isSound ? (value as (string | null)[]) : undefined;
}

function readAnswersByName(
  value: Record<string, unknown>,
  names: readonly string[],
  report: Report,
): (string | null)[] | undefined {
  let isSound = true;
  const known = new Set(names);
  for (const name of Object.keys(value)) {
    if (known.has(name)) continue;
    isSound = false;
    report(`answers.${name}`, `is an answer of nobody in the graph; its nodes are ${listed(names)}`);
  }
  const answers = names.map((name) => {
    const answer = Object.hasOwn(value, name) ? value[name] : undefined;
    isSound = checkAnswer(answer, `answers.${name}`, report) && isSound;
    return answer as string | null;
  });
  return isSound ? answers : undefined;
}

function checkAnswer(answer: unknown, path: string, report: Report): boolean {
  if (answer === null || typeof answer === 'string') return true;
  const remedy = typeof answer === 'number' ? `write "${answer}"` : 'write null if the agent gave none';
  report(path, `must be text or null, but is ${show(answer)}; ${remedy}`);
  return false;
}

/** The last thing each agent wrote: after a re-prompt, that is the answer to the re-prompt. */
function finalTexts(transcripts: Record<string, unknown>, names: readonly string[]): (string | null)[] {
  return names.map((name) => {
    const turns = Object.hasOwn(transcripts, name) ? transcripts[name] : undefined;
    if (!Array.isArray(turns)) return null;
    const last: unknown = turns.findLast((turn: unknown) => isObject(turn) && turn.type === 'ai');
    const data = isObject(last) ? last.data : undefined;
    return isObject(data) ? textOr(data.content) : null;
  });
}

/**
 * Reads every agent's final answer again from what it wrote last; null where the file has no transcripts. A
 * recorded answer is what the benchmark's reader made of the text, so that a Group 12 taken for Group 1 shows
 * only here: read `upstream` it equals the recorded one, read `clean` it is what the agent meant.
 */
export function rereadAnswers(instance: Instance, mode: Mode): (string | null)[] | null {
  const { task, graph, names, listing, finalTexts } = instance;
  if (!finalTexts) return null;
  const groups = groupsFor(graph);
  return finalTexts.map((text, agent) => {
    const neighbours = listing[agent]!.map((w) => names[w]!);
    return text === null ? null : parseAnswer(text, options(task, { groups, neighbours }), mode);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const listed = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;

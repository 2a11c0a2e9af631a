import { readJsonRecords } from '../agentsnet/json-records.ts';
import { type Report, show } from '../agentsnet/node-link.ts';
import { type Instance, readScoreFile, type ScoreFileLimits } from '../agentsnet/score-file.ts';
import { estimateTokens } from '../economy/estimate-tokens.ts';
import { type Issue, ScenarioError } from '../world/error.ts';

/** One call of a recorded conversation. */
export interface RecordedCall {
  /** Counts deliveries, as the protocol does: 0 is the first call, `rounds` the last. */
  readonly round: number;
  /** 1 for the answer to a question that was put again. */
  readonly attempt: 0 | 1;
  /** What the agent was told with this call. */
  readonly told: string;
  readonly text: string;
  /** Tokens as the server counted them; left out where the file does not say. */
  readonly spent?: { readonly prompt: number; readonly output: number };
  /** Our own estimate, from the lengths of the texts. */
  readonly estimated: { readonly prompt: number; readonly output: number };
}

/** A recorded run with what was said in it. */
export interface RecordedRun {
  readonly instance: Instance;
  /** By agent; null where the file has no transcripts. */
  readonly conversations: readonly Conversation[] | null;
  /** Tokens of all calls by agent, as the runner summed them; null where the file does not say. */
  readonly tokensByAgent: readonly (number | null)[];
}

interface Conversation {
  readonly system: string;
  readonly calls: readonly RecordedCall[];
}

/**
 * Reads files of results with their transcripts, as the benchmark's runner writes them: by agent a list of turns
 * `{ type: system | human | ai, data: { content, usage_metadata } }`. Throws a ScenarioError that lists what is wrong.
 */
export function readRecordedRuns(
  text: string,
  fileName: string,
  limits: Partial<ScoreFileLimits> = {},
): RecordedRun[] {
  const instances = readScoreFile(text, fileName, limits);
  const records = readJsonRecords(text, fileName);
  const issues: Issue[] = [];
  const runs = instances.map((instance, i): RecordedRun => {
    const { place, separator, value } = records[i]!;
    const report: Report = (path, message) => issues.push({ path: `${place}${separator}${path}`, message });
    const record = value as Readonly<Record<string, unknown>>;
    return {
      instance,
      conversations: conversationsOf(record.transcripts, instance, report),
      tokensByAgent: tokensOf(record.token_summary, instance),
    };
  });
  if (issues.length > 0) throw new ScenarioError(issues.slice(0, 20));
  return runs;
}

function conversationsOf(value: unknown, { names, rounds }: Instance, report: Report): Conversation[] | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    report('transcripts', `must be an object by name, but is ${show(value)}`);
    return null;
  }
  if (rounds === null || !Number.isInteger(rounds) || rounds < 1 || rounds > 10_000) {
    report(
      'rounds',
      `must be a whole number from 1 to 10000 to tell the rounds of the transcripts, but is ${show(rounds)}`,
    );
    return null;
  }
  return names.map((name) => {
    const path = `transcripts.${name}`;
    const turns = Object.hasOwn(value, name) ? value[name] : undefined;
    if (!Array.isArray(turns)) {
      report(path, `must be a list of turns, but is ${show(turns)}`);
      return { system: '', calls: [] };
    }
    return conversationOf(turns, rounds, path, report);
  });
}

function conversationOf(
  turns: readonly unknown[],
  rounds: number,
  path: string,
  report: Report,
): Conversation {
  const calls: RecordedCall[] = [];
  let system = '';
  let told: Turn | undefined;
  let read = 0;
  for (const [i, value] of turns.entries()) {
    const turn = turnOf(value);
    if (turn === undefined) {
      report(`${path}[${i}]`, 'must be a turn with type system, human or ai, and data.content as text');
      return { system, calls };
    }
    read += turn.type === 'ai' ? 0 : estimateTokens(turn.content);
    if (turn.type === 'system') system = turn.content;
    else if (turn.type === 'human') told = turn;
    else {
      const last = calls.at(-1);
      const isAgain = last !== undefined && told !== undefined && isRepeated(told);
      const output = estimateTokens(turn.content);
      calls.push({
        round: isAgain ? last.round : (last?.round ?? -1) + 1,
        attempt: isAgain ? 1 : 0,
        told: told?.content ?? '',
        text: turn.content,
        ...(turn.spent ? { spent: turn.spent } : {}),
        estimated: { prompt: read, output },
      });
      read += output;
    }
  }
  const last = calls.at(-1)?.round ?? -1;
  if (last !== rounds)
    report(
      path,
      `must hold ${rounds + 1} calls, questions put again apart, since there are ${rounds} rounds; it holds ${last + 1}`,
    );
  return { system, calls };
}

interface Turn {
  readonly type: 'system' | 'human' | 'ai';
  readonly content: string;
  readonly attempt: unknown;
  readonly spent: RecordedCall['spent'] | undefined;
}

function turnOf(value: unknown): Turn | undefined {
  if (!isObject(value) || !isObject(value.data)) return undefined;
  const { type, data } = value;
  if ((type !== 'system' && type !== 'human' && type !== 'ai') || typeof data.content !== 'string')
    return undefined;
  const usage = isObject(data.usage_metadata) ? data.usage_metadata : {};
  const { input_tokens: prompt, output_tokens: output } = usage;
  const more = isObject(data.additional_kwargs) ? data.additional_kwargs : {};
  return {
    type,
    content: data.content,
    attempt: more.attempt,
    spent: isTokens(prompt) && isTokens(output) ? { prompt, output } : undefined,
  };
}

/** A question put again: files of ours mark it; the released runner begins it with these words. */
const isRepeated = ({ attempt, content }: Turn): boolean =>
  attempt === 1 || /^Your (?:\w+ ){0,2}(?:messages|answer) could not be (?:parsed|read)/.test(content);

function tokensOf(value: unknown, { names }: Instance): (number | null)[] {
  const byName = isObject(value) && isObject(value.per_agent) ? value.per_agent : {};
  return names.map((name) => {
    const spent = Object.hasOwn(byName, name) ? byName[name] : undefined;
    return isObject(spent) && isTokens(spent.total_tokens) ? spent.total_tokens : null;
  });
}

const isTokens = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

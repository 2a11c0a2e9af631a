import { basename } from 'node:path';
import { hearing } from '../agentsnet/hearing.ts';
import type { Mode } from '../agentsnet/rules.ts';
import { type Score, scoreInstance } from '../agentsnet/score.ts';
import { type Instance, rereadAnswers } from '../agentsnet/score-file.ts';
import { type AnswerRecord, imported } from '../models/cassette-record.ts';
import { compile } from '../scenario/compile.ts';
import type { Row, Run } from '../scenario/run.ts';
import { parseScenario, runOf } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import type { Metric, Observer, Setting } from '../world/contracts.ts';
import { type TraceRecord, trace } from '../world/trace.ts';
import { type RecordedCall, type RecordedRun, readRecordedRuns } from './agentsnet-transcripts.ts';
import { drive } from './drive.ts';
import { recordedModels } from './models.ts';

/** A file of results may have so many characters; longer ones are to be split. */
const mostCharacters = 64_000_000;

/** One recorded run of the benchmark, scored again and, where its file has transcripts, run again in our own world. */
export interface ImportedRun {
  readonly instance: Instance;
  readonly mode: Mode;
  readonly score: Score;
  /** Whether the score found is the one recorded; null where none was. */
  readonly isAsRecorded: boolean | null;
  /** Agents whose recorded answer is not what they wrote, read cleanly: the benchmark's reader took it for another. */
  readonly misread: readonly Misread[];
  readonly tokens: Tokens;
  readonly retold: Retold | undefined;
}

interface Misread {
  readonly agent: number;
  readonly recorded: string | null;
  readonly meant: string | null;
}

export interface Tokens {
  readonly total: number;
  /** Whether every call's tokens are on record. */
  readonly isExact: boolean;
  /** Whether those of any call are: where not, all that is said of tokens is estimated. */
  readonly isAnyRecorded: boolean;
  readonly byAgent: readonly number[];
  /** Error of our own estimate against what is on record, as a share; null where nothing is. */
  readonly promptError: number | null;
  readonly outputError: number | null;
}

/** A recorded run, told as one of ours. */
export interface Retold {
  readonly run: Run;
  readonly setting: Setting;
  /** The scenario that replays it from its cassette. */
  readonly scenario: string;
  readonly cassette: readonly AnswerRecord[];
  readonly row: Row;
  readonly trace: readonly TraceRecord[];
  /** Of the messages that arrive in our world, the share that the recorded prompts show. 1 in upstream mode, unless our parser differs. */
  readonly confirmed: number;
  /** By agent: the round of its first stance, or -1. */
  readonly firstAnnouncement: ArrayLike<number>;
  /** By round of messages: the share of links whose ends contradict one another. */
  readonly conflicts: ArrayLike<number>;
  /** By false claim: the agents that stated it, in the order in which they first did. */
  readonly falseClaims: Readonly<Record<string, ArrayLike<number>>>;
  /** Calls by agent that were asked for a second time. */
  readonly repeated: readonly number[];
}

/**
 * Reads a file of results of the AgentsNet runner. upstream: scored as recorded, and run again as the released parser reads
 * it · clean: answers and messages are read as they are meant, so that what agents hear may differ from what they heard.
 * Throws a ScenarioError that lists what is wrong with the file.
 */
export async function importAgentsNet(text: string, fileName: string, mode: Mode): Promise<ImportedRun[]> {
  const runs = readRecordedRuns(text, fileName, {
    characters: mostCharacters,
    instances: 10_000,
    agents: 1000,
  });
  const done: ImportedRun[] = [];
  for (const recorded of runs) {
    const { instance } = recorded;
    const meant = rereadAnswers(instance, 'clean');
    const answers = mode === 'clean' && meant ? meant : instance.answers;
    const score = scoreInstance({ ...instance, answers }, mode);
    done.push({
      instance,
      mode,
      score,
      isAsRecorded: instance.recordedScore === null ? null : isClose(score.soft, instance.recordedScore),
      misread: misreadIn(instance, meant),
      tokens: tokensOf(recorded),
      retold: recorded.conversations === null ? undefined : await retell(recorded, mode, fileName),
    });
  }
  return done;
}

const isClose = (a: number | null, b: number): boolean => a !== null && Math.abs(a - b) < 1e-9;

const misreadIn = ({ answers }: Instance, meant: readonly (string | null)[] | null): Misread[] =>
  (meant ?? []).flatMap((it, agent) =>
    it === answers[agent] ? [] : [{ agent, recorded: answers[agent] ?? null, meant: it }],
  );

function tokensOf({ conversations, tokensByAgent }: RecordedRun): Tokens {
  const sum = { prompt: 0, output: 0, promptEstimate: 0, outputEstimate: 0 };
  let isExact = true;
  let isAnyRecorded = false;
  const byAgent = tokensByAgent.map((summed, agent) => {
    let tokens = 0;
    let isKnown = true;
    for (const { spent, estimated } of conversations?.[agent]?.calls ?? []) {
      isKnown &&= spent !== undefined;
      isAnyRecorded ||= spent !== undefined;
      tokens += (spent ?? estimated).prompt + (spent ?? estimated).output;
      if (spent === undefined) continue;
      sum.prompt += spent.prompt;
      sum.output += spent.output;
      sum.promptEstimate += estimated.prompt;
      sum.outputEstimate += estimated.output;
    }
    isAnyRecorded ||= summed !== null;
    if (summed === null && (!isKnown || conversations === null)) isExact = false;
    return isKnown && conversations !== null ? tokens : (summed ?? tokens);
  });
  return {
    total: byAgent.reduce((a, b) => a + b, 0),
    isExact,
    isAnyRecorded,
    byAgent,
    promptError: sum.prompt > 0 ? sum.promptEstimate / sum.prompt - 1 : null,
    outputError: sum.output > 0 ? sum.outputEstimate / sum.output - 1 : null,
  };
}

/** The scenario of a recorded run: its very graph and names, and whatever answers. */
export function scenarioOf(
  instance: Instance,
  mode: Mode,
  fileName: string,
  answering: Readonly<Record<string, unknown>>,
): string {
  const { task, graph, names, rounds, family } = instance;
  const topology = {
    kind: 'graph',
    ...(family === null || family === '' ? {} : { family: family.slice(0, 100) }),
    nodes: names.map((name, id) => ({ id, name })),
    links: instance.links.map(([source, target]) => ({ source, target })),
  };
  const keys: Record<string, unknown> = {
    title: `Imported from ${basename(fileName)}`,
    question: `What did ${graph.agents} agents do in this recorded run of ${task}?`,
    topology,
    task: task === 'consensus' ? { kind: task, inputs: 'none' } : { kind: task },
    protocol: { kind: 'agentsnet', mode, rounds },
    ...answering,
    metrics: ['announcement', 'conflicts', 'contamination', 'malformed', 'strategy'],
  };
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

const cassetteName = 'cassette.jsonl.gz';

/** Runs a recorded run again: our protocol reads the recorded texts and delivers what it finds in them. */
async function retell(recorded: RecordedRun, mode: Mode, fileName: string): Promise<Retold> {
  const { model } = recorded.instance;
  const text = scenarioOf(recorded.instance, mode, fileName, {
    model: { kind: 'cassette', model: model ?? 'unknown', cassette: cassetteName },
  });
  const scenario = parseScenario(text, basename(fileName));
  const run = runOf(scenario, scenario.points[0]!, 0);
  const config = run.config as Config;
  const { world } = compile(config, run.seed);
  const { setting, protocol } = world;
  const reads = (agent: number, call: RecordedCall): boolean => {
    const kind = call.round < (recorded.instance.rounds ?? 0) ? 'message' : 'final';
    return protocol.reads?.(agent, call.text, { kind }) ?? true;
  };
  const cassette = recordsOf(recorded, run, reads);
  const records: TraceRecord[] = [];
  const follow = trace((record) => records.push(record), { describe: protocol.describe });
  const heard = hearing(setting);
  const details = new Map(config.metrics.map((it) => [it.part.name, it.make().begin(setting) as Detailed]));
  const confirmation = confirming(recorded);
  const row = await drive(run, {
    models: recordedModels(cassette),
    signal: new AbortController().signal,
    observers: [follow, confirmation, ...[...details.values()].map(heard)],
  });
  return {
    run,
    setting,
    scenario: text,
    cassette,
    row,
    trace: records,
    confirmed: confirmation.share(),
    firstAnnouncement: details.get('announcement')?.details?.().firstAnnouncement ?? [],
    conflicts: details.get('conflicts')?.details?.().conflicts ?? [],
    falseClaims: details.get('contamination')?.details?.() ?? {},
    repeated: (recorded.conversations ?? []).map(
      ({ calls }) => calls.filter(({ attempt }) => attempt === 1).length,
    ),
  };
}

/** A metric that can say more than its numbers. */
interface Detailed extends Metric {
  readonly details?: () => Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * The recorded answers in the order in which our protocol asks: it puts a question again where it cannot read the first
 * answer, which need not be where the runner did.
 */
function recordsOf(
  { conversations }: RecordedRun,
  run: Run,
  reads: (agent: number, call: RecordedCall) => boolean,
): AnswerRecord[] {
  return (conversations ?? []).flatMap(({ system, calls }, agent) => {
    const inOrder = calls.flatMap((call, i) => {
      if (call.attempt === 1) return [];
      if (reads(agent, call)) return [call];
      const again = calls[i + 1];
      // Where the runner read what we cannot, the same text stands for a second answer.
      return [call, again?.attempt === 1 ? again : call];
    });
    return inOrder.map((call, index) => recordOf(call, { run, agent, index, system }));
  });
}

function recordOf(
  { told, text, spent, estimated }: RecordedCall,
  { run, agent, index, system }: { run: Run; agent: number; index: number; system: string },
): AnswerRecord {
  const { model } = run.config as Config;
  if (model === undefined) throw new Error('recordOf: the run has no model');
  const { provider, maxOutputTokens } = model;
  const first = { settings: { provider, model: model.model, maxOutputTokens }, system };
  return {
    type: 'answer',
    run: run.id,
    agent,
    index,
    request: imported,
    earlier: 2 * index + 1,
    turn: told,
    ...(index === 0 ? first : {}),
    reply: {
      ok: true,
      text,
      finish: 'stop',
      spent: spent ?? { ...estimated, isEstimated: true },
      latency: 0,
      retries: 0,
    },
  };
}

/** Looks up in the recorded prompts whether what is delivered was delivered. */
function confirming({ conversations }: RecordedRun): Observer & { readonly share: () => number } {
  const told = (conversations ?? []).map(({ calls }) => {
    const byRound = new Map<number, string>();
    for (const { round, attempt, told } of calls) if (attempt === 0) byRound.set(round, told);
    return byRound;
  });
  let round = 0;
  let delivered = 0;
  let found = 0;
  return {
    round(now) {
      round = now;
    },
    deliver(_from, to, content) {
      delivered++;
      if (told[to]?.get(round + 1)?.includes(String(content))) found++;
    },
    share: () => (delivered === 0 ? 1 : found / delivered),
  };
}

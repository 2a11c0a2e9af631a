import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Mode } from '../agentsnet/rules.ts';
import { type ImportedRun, importAgentsNet, type Retold } from '../study/import-agentsnet.ts';
import { shownNumber } from '../study/numbers.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { commandLine } from './command-line.ts';
import { claimText, writeImported } from './imported-files.ts';
import { forceOption, refuseExisting } from './new-files.ts';
import { jsonOption } from './scenario-source.ts';
import { note, paint, print, printJson, width } from './terminal.ts';

interface ImportArguments {
  readonly files: readonly string[];
  readonly mode: Mode;
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly json: boolean;
}

/** Larger files are refused before they are read; in bytes. */
const mostBytes = 256 << 20;

/** `synod import`: result files of other programs. */
export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <format> <files..>',
  describe: 'Read recorded runs of AgentsNet: score them, tell them as runs of ours, say what they cost',
  builder: (yargs) =>
    yargs
      .positional('format', {
        choices: ['agentsnet'] as const,
        demandOption: true,
        describe: 'Whose files they are',
      })
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'JSON, as its runner writes it',
      })
      .options({
        mode: {
          choices: ['upstream', 'clean'] as const,
          default: 'upstream' as Mode,
          describe: "upstream: as the benchmark's released code read it; clean: as its rules are meant",
        },
        out: {
          type: 'string',
          requiresArg: true,
          describe: 'A folder for scenario, cassette, trace, transcript and tables of each run',
        },
        ...forceOption,
        ...jsonOption,
      })
      .example('$0 import agentsnet results/*.json --json', 'one JSON object a run')
      .example('$0 import agentsnet run.json --out imported', 'then: run imported/run/scenario.yaml'),
  handler: async (args) => {
    const texts = args.files.map((file) => ({ file, text: resultsText(file) }));
    const all: { file: string; folder: string | undefined; run: ImportedRun }[] = [];
    for (const { file, text } of texts) {
      const runs = await importAgentsNet(text, file, args.mode);
      for (const [i, run] of runs.entries()) {
        const folder = args.out === undefined ? undefined : folderFor(args.out, file, i, runs.length);
        const other = all.find((it) => folder !== undefined && it.folder === folder);
        if (other !== undefined) {
          const message = `would be written to ${folder}, as would ${other.file}; import them one by one`;
          throw new ScenarioError([{ path: file, message }]);
        }
        all.push({ file, folder, run });
      }
    }
    // All or none: what is refused is refused before anything is written.
    for (const { folder } of all) refuseExisting(folder, args.force);
    for (const { file, folder, run } of all) {
      if (folder !== undefined) writeImported(folder, run, objectOf(file, run));
      if (args.json) printJson(objectOf(file, run));
    }
    if (!args.json) printAll(all, args);
  },
};

/** Reads a file of results; what cannot be read is the author's fault. */
export function resultsText(file: string): string {
  const refuse = (message: string): ScenarioError => new ScenarioError([{ path: file, message }]);
  try {
    const found = statSync(file);
    if (!found.isFile() && !found.isDirectory())
      throw refuse('is no regular file; name one, such as a copy of it');
    const { size } = found;
    if (size > mostBytes)
      throw refuse(`has ${size} bytes, but at most ${mostBytes} are read; split the file`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw refuse('there is no such file');
    if (code === 'EISDIR') throw refuse('is a folder; name the files in it');
    throw error;
  }
}

function objectOf(
  file: string,
  { instance, mode, score, isAsRecorded, misread, tokens, retold }: ImportedRun,
): object {
  const { task, graph, names, rounds, model, family, recordedScore, place } = instance;
  return {
    file,
    place,
    task,
    n: graph.agents,
    mode,
    soft: score.soft,
    solved: score.solved,
    recordedScore,
    tokens: tokens.total,
    isAsRecorded,
    outcome: score.outcome.class,
    cause: score.outcome.cause,
    faults: score.faults.map(({ agent, cause }) => ({ agent, name: names[agent], cause })),
    misread: misread.map((it) => ({ ...it, name: names[it.agent] })),
    rounds,
    model,
    family,
    tokensAreExact: tokens.isExact,
    tokensAreRecorded: tokens.isAnyRecorded,
    tokensByAgent: Object.fromEntries(names.map((name, agent) => [name, tokens.byAgent[agent]])),
    estimateError: { prompt: tokens.promptError, output: tokens.outputError },
    ...(retold === undefined ? {} : retoldObject(retold)),
  };
}

function retoldObject({ row, confirmed, firstAnnouncement, falseClaims, setting }: Retold): object {
  const { names } = setting;
  return {
    fingerprint: row.fingerprint,
    confirmedDeliveries: confirmed,
    firstAnnouncement: Object.fromEntries(
      names.map((name, agent) => [
        name,
        (firstAnnouncement[agent] ?? -1) < 0 ? null : firstAnnouncement[agent],
      ]),
    ),
    falseClaims: Object.entries(falseClaims).map(([key, tellers]) => ({
      claim: claimText(key, setting),
      by: Array.from(tellers, (agent) => names[agent]),
    })),
    metrics: row.metrics,
  };
}

function printAll(all: readonly { file: string; run: ImportedRun }[], { mode, out }: ImportArguments): void {
  const right = (head: string) => ({ head, align: 'right' as const });
  const columns = [
    { head: 'file' },
    { head: 'task' },
    right('agents'),
    right('soft'),
    right('recorded'),
    { head: 'result' },
    right('tokens'),
    right('stated by'),
    right('false claims'),
    right('furthest'),
    right('shown'),
  ];
  const rows = all.map(({ file, run: { instance, score, tokens, retold } }) => {
    const number = (name: string): string => {
      const value = retold?.row.metrics[name];
      return value === null || value === undefined ? '-' : shownNumber(value);
    };
    return [
      shortened(basename(file)),
      instance.task,
      String(instance.graph.agents),
      score.soft?.toFixed(3) ?? 'crash',
      instance.recordedScore?.toFixed(3) ?? '-',
      paint(score.solved ? 'green' : 'red', score.solved ? 'solved' : score.outcome.cause),
      `${tokens.isExact ? '' : '~'}${shownNumber(tokens.total)}`,
      number('lastAnnouncement'),
      number('falseClaims'),
      number('falseClaimReach'),
      retold === undefined ? '-' : `${Math.round(100 * retold.confirmed)} %`,
    ];
  });
  for (const line of textTable(columns, rows)) print(line);
  print();
  for (const it of all) printNotes(it.file, it.run);
  const errors = all.flatMap(({ run }) => run.tokens.promptError ?? []);
  if (errors.length > 0) printEstimate(all.map(({ run }) => run.tokens));
  const legend =
    'stated by: the round by which every agent that ever did had stated what it means to answer. furthest: share of agents that stated the false claim that went furthest. Both are read from free text by patterns, and are rough. shown: share of what is delivered here that the recorded prompts show.';
  for (const line of wrapped(legend, width)) print(paint('dim', line));
  note(`Read by the ${mode} rules.`);
  if (out !== undefined && all[0])
    print(`Replay: ${commandLine('run', [join(folderFor(out, all[0].file, 0, 1), 'scenario.yaml')])}`);
}

function printNotes(
  file: string,
  { instance, mode, score, isAsRecorded, misread, tokens }: ImportedRun,
): void {
  const { names, recordedScore } = instance;
  if (!tokens.isAnyRecorded)
    print(
      `${shortened(basename(file))}: no tokens are on record; ${tokens.total > 0 ? 'those shown are estimated from the texts' : 'and there are no texts to estimate them from'}`,
    );
  if (isAsRecorded === false)
    print(
      `${shortened(basename(file))}: scored ${score.soft}, recorded ${recordedScore}${mode === 'clean' ? ', since answers are read otherwise' : ''}`,
    );
  for (const { agent, recorded, meant } of misread)
    print(
      `${shortened(basename(file))}: ${names[agent]} wrote ${meant ?? 'no answer'}, recorded as ${recorded ?? 'none'}`,
    );
}

function printEstimate(tokens: readonly ImportedRun['tokens'][]): void {
  const spread = (pick: 'promptError' | 'outputError'): string => {
    const errors = tokens.flatMap((it) => it[pick] ?? []);
    const percent = (x: number): string => `${x > 0 ? '+' : ''}${(100 * x).toFixed(1)} %`;
    return `${percent(Math.min(...errors))} to ${percent(Math.max(...errors))}`;
  };
  print(
    `Our estimate of tokens errs by ${spread('promptError')} on what was read and by ${spread('outputError')} on what was written.`,
  );
}

const shortened = (name: string): string =>
  name.length <= 40 ? name : `${name.slice(0, 24)}...${name.slice(-13)}`;

function folderFor(out: string, file: string, i: number, of: number): string {
  const name = basename(file).replace(/\.[^.]+$/, '');
  return join(out, of === 1 ? name : `${name}-${i}`);
}

import { readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { type Mode, taskNames } from '../agentsnet/rules.ts';
import { type Score, scoreInstance } from '../agentsnet/score.ts';
import { type Instance, readScoreFile, rereadAnswers } from '../agentsnet/score-file.ts';
import { counted } from '../study/numbers.ts';
import { textTable } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { jsonOption } from './scenario-source.ts';
import { note, paint, print, printJson } from './terminal.ts';

interface ScoreArguments {
  readonly files: readonly string[];
  readonly mode: Mode;
  readonly reread: boolean;
  readonly json: boolean;
}

/** Up to so many instances are listed one by one. */
const mostListed = 40;

/** `synod score`: AgentsNet's scores of recorded answers. */
export const scoreCommand: CommandModule<object, ScoreArguments> = {
  command: 'score <files..>',
  describe: "Score recorded answers by AgentsNet's rules",
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'JSON with task, graph (node-link) and answers in node order, or JSON lines of it',
      })
      .options({
        mode: {
          choices: ['upstream', 'clean'] as const,
          default: 'clean' as Mode,
          describe: "upstream: as the benchmark's released code behaves; clean: as its rules are meant",
        },
        reread: {
          type: 'boolean',
          default: false,
          describe: 'Read answers again from the transcripts, where a file has them',
        },
        ...jsonOption,
      })
      .example('$0 score runs.jsonl --mode upstream --json', 'one JSON object per instance, in order'),
  handler: (args) => {
    // Every file is read before anything is printed, so that a bad one leaves no half of a list.
    const instances = args.files.flatMap((file) => readScoreFile(textOf(file), file));
    const listing = !args.json && instances.length <= mostListed;
    const scored: { instance: Instance; score: Score }[] = [];
    for (const read of instances) {
      const answers = args.reread ? rereadAnswers(read, args.mode) : null;
      const instance = answers ? { ...read, answers } : read;
      const score = scoreInstance(instance, args.mode);
      if (args.json) printJson(objectOf(instance, score, args.mode));
      else scored.push({ instance, score });
    }
    if (args.json) return;
    if (listing) printScores(scored);
    printTotals(scored);
    note(`Scored by the ${args.mode} rules.`);
  },
};

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'is a folder; name the files in it'
          : String(error);
    throw new ScenarioError([{ path: file, message }]);
  }
}

function objectOf(
  { place, task, graph, names }: Instance,
  { soft, solved, faults, outcome }: Score,
  mode: Mode,
): object {
  return {
    place,
    task,
    agents: graph.agents,
    mode,
    soft,
    solved,
    outcome: outcome.class,
    cause: outcome.cause,
    faults: faults.map(({ agent, cause }) => ({ agent, name: names[agent], cause })),
  };
}

function printScores(scored: readonly { instance: Instance; score: Score }[]): void {
  const rows = scored.map(({ instance, score }) => {
    const faulty = new Set(score.faults.map(({ agent }) => agent)).size;
    return [
      instance.place,
      instance.task,
      String(instance.graph.agents),
      score.soft === null ? 'crash' : score.soft.toFixed(3),
      paint(score.solved ? 'green' : 'red', score.solved ? 'solved' : 'not solved'),
      score.solved
        ? ''
        : `${score.outcome.cause}${faulty > 0 ? `, ${counted(faulty, 'agent')} at fault` : ''}`,
    ];
  });
  const columns = [
    { head: 'instance' },
    { head: 'task' },
    { head: 'agents', align: 'right' as const },
    { head: 'soft', align: 'right' as const },
    { head: 'result' },
    { head: '' },
  ];
  for (const line of textTable(columns, rows)) print(line);
  print();
}

function printTotals(scored: readonly { score: Score; instance: Instance }[]): void {
  const groups = taskNames.map((task) => ({
    task,
    of: scored.filter(({ instance }) => instance.task === task),
  }));
  const rows = [...groups.filter(({ of }) => of.length > 0), { task: 'all', of: scored }].map(
    ({ task, of }) => {
      const softs = of.map(({ score }) => score.soft).filter((soft) => soft !== null);
      const mean = softs.reduce((sum, soft) => sum + soft, 0) / softs.length;
      const solved = of.filter(({ score }) => score.solved).length;
      return [
        task,
        String(of.length),
        String(solved),
        softs.length > 0 ? mean.toFixed(3) : '-',
        String(of.length - softs.length),
      ];
    },
  );
  const right = (head: string) => ({ head, align: 'right' as const });
  const columns = [
    { head: 'task' },
    right('instances'),
    right('solved'),
    right('mean soft'),
    right('crashed'),
  ];
  for (const line of textTable(columns, rows)) print(line);
}

#!/usr/bin/env node
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { instead } from '../scenario/check.ts';
import { Interrupted } from '../study/interrupted.ts';
import { systemRefusal } from '../study/system-refusal.ts';
import { ScenarioError } from '../world/error.ts';
import { agentsnetCommand } from './agentsnet.ts';
import { calibrateCommand } from './calibrate.ts';
import { checkCommand } from './check.ts';
import { program } from './command-line.ts';
import { compareCommand } from './compare.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { forecastCommand } from './forecast.ts';
import { importCommand } from './import.ts';
import { exit } from './interrupt.ts';
import { listCommand } from './list.ts';
import { probeCommand } from './probe.ts';
import { replayCommand } from './replay.ts';
import { reproduceCommand } from './reproduce.ts';
import { runCommand } from './run.ts';
import { scoreCommand } from './score.ts';
import { serveMockCommand } from './serve-mock.ts';
import { sweepCommand } from './sweep.ts';
import { note, paintNote, width } from './terminal.ts';
import { validateCommand } from './validate.ts';
import { version } from './version.ts';

/** What yargs finds wrong with a command line. */
class UsageError extends Error {}

const commands = [
  runCommand,
  sweepCommand,
  replayCommand,
  explainCommand,
  checkCommand,
  compareCommand,
  forecastCommand,
  reproduceCommand,
  listCommand,
  scoreCommand,
  serveMockCommand,
  probeCommand,
  importCommand,
  exportCommand,
  calibrateCommand,
  validateCommand,
  agentsnetCommand,
] as const;

/** Does what a command line says; sets the exit code, and throws nothing. */
export async function main(words: readonly string[]): Promise<void> {
  const cli = parser(words);
  try {
    await cli.parseAsync();
  } catch (error) {
    if (error instanceof Interrupted) note('Interrupted.');
    else explain(error, words, cli);
    process.exitCode = error instanceof Interrupted ? exit.interrupted : exit.failed;
  }
}

function parser(words: readonly string[]): Argv {
  return yargs([...words])
    .scriptName(program)
    .usage(
      '$0 <command>\n\nDoes the group decide, and if not, why not? Did an error spread? What did it cost?',
    )
    .command([...commands] as CommandModule[])
    .middleware((given) => refuseTwice(given, words))
    .demandCommand(1, 'Name a command.')
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'parse-positional-numbers': false })
    .locale('en')
    .version(version)
    .help()
    .alias({ help: 'h', version: 'v' })
    .epilogue(
      'Exit codes: 0 done, 1 bad input or a fault, 2 an expectation failed, 3 incomplete, 130 interrupted.',
    )
    .wrap(Math.min(width, process.stdout.columns ?? width))
    .fail((message, error) => {
      throw message ? new UsageError(message) : error;
    });
}

/** Refuses an option that is given twice: neither value can be known to be the one that was meant. */
function refuseTwice(given: Record<string, unknown>, words: readonly string[]): void {
  for (const [name, value] of Object.entries(given)) {
    const times = words.filter((word) => word === `--${name}` || word.startsWith(`--${name}=`)).length;
    // Some options take a list, after their name given once.
    if (times > 1 && Array.isArray(value))
      throw new UsageError(`Give --${name} once; it is ${value.join(' and ')}.`);
  }
}

/** Says on standard error what went wrong, to whom it falls to mend it. */
function explain(error: unknown, words: readonly string[], cli: Argv): void {
  const issues = error instanceof ScenarioError ? error.issues : systemRefusal(error)?.issues;
  if (issues !== undefined) {
    for (const { path, message } of issues) {
      note(path === '' ? message : `${paintNote('bold', path)}: ${message}`);
    }
    return;
  }
  if (error instanceof UsageError) {
    note(withSuggestion(error.message, words, cli));
    const command = commands.find(({ command }) => String(command).split(' ')[0] === words[0]);
    note(`See ${program} ${command ? `${words[0]} ` : ''}--help`);
    return;
  }
  note(paintNote('red', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  note('This is a fault of synod, not of your input. It happened in:');
  note(`  ${[program, ...words].join(' ')}`);
}

/** `Unknown argument: repliations`, with the option that was meant. */
function withSuggestion(message: string, words: readonly string[], cli: Argv): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1];
  if (message.startsWith('Not enough non-option')) return 'An argument is missing.';
  if (unknown === undefined) return message;
  // yargs names an option twice where it is written with a hyphen and in camel case.
  const wrong = [
    ...new Set(unknown.split(', ').map((it) => it.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`))),
  ];
  const { key } = (cli as unknown as { getOptions: () => { key: Record<string, unknown> } }).getOptions();
  const known = Object.keys(key).filter((it) => it.length > 1 && !/[A-Z$]/.test(it));
  return wrong
    .map((it) => {
      if (!words.some((word) => word.startsWith('-') && word.includes(it))) return `Unknown argument: ${it}`;
      return `There is no option --${it}${instead(`--${it}`, known.map((name) => `--${name}`).sort())}`;
    })
    .join('\n');
}

/** Standard output may go away, or be full: in neither case is a stack of any use. */
function onOutputError(error: NodeJS.ErrnoException): void {
  // A reader that has seen enough, such as `head`, closes the pipe: no fault of anybody's.
  if (error.code === 'EPIPE') process.exit(exit.done);
  explain(systemRefusal(error, 'standard output') ?? error, process.argv.slice(2), parser([]));
  process.exit(exit.failed);
}

// Called as a program, also by a link to it; tests call `main`.
const called = process.argv[1] ?? '';
if (existsSync(called) && realpathSync(called) === fileURLToPath(import.meta.url)) {
  process.stdout.on('error', onOutputError);
  await main(hideBin(process.argv));
}

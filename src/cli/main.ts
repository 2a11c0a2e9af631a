#!/usr/bin/env node
import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { instead } from '../scenario/check.ts';
import { ScenarioError } from '../world/error.ts';
import { agentsnetCommand } from './agentsnet.ts';
import { checkCommand } from './check.ts';
import { program } from './command-line.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { exit } from './interrupt.ts';
import { listCommand } from './list.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { scoreCommand } from './score.ts';
import { serveMockCommand } from './serve-mock.ts';
import { sweepCommand } from './sweep.ts';
import { note, paintNote, width } from './terminal.ts';
import { version } from './version.ts';

/** What yargs finds wrong with a command line. */
class UsageError extends Error {}

const commands = [
  runCommand,
  sweepCommand,
  replayCommand,
  explainCommand,
  checkCommand,
  listCommand,
  scoreCommand,
  serveMockCommand,
  importCommand,
  exportCommand,
  agentsnetCommand,
] as const;

const words = hideBin(process.argv);

// A reader that has seen enough, such as `head`, closes the pipe: no fault of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exit.done);
  throw error;
});

const cli = yargs(words)
  .scriptName(program)
  .usage('$0 <command>\n\nDoes the group decide, and if not, why not? Did an error spread? What did it cost?')
  .command([...commands] as CommandModule[])
  .middleware(refuseTwice)
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

try {
  await cli.parseAsync();
} catch (error) {
  explain(error);
  process.exitCode = exit.failed;
}

/** Refuses an option that is given twice: neither value can be known to be the one that was meant. */
function refuseTwice(given: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(given)) {
    const isOption = words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    if (isOption && Array.isArray(value))
      throw new UsageError(`Give --${name} once; it is ${value.join(' and ')}.`);
  }
}

/** Says on standard error what went wrong, to whom it falls to mend it. */
function explain(error: unknown): void {
  if (error instanceof ScenarioError) {
    for (const { path, message } of error.issues) {
      note(path === '' ? message : `${paintNote('bold', path)}: ${message}`);
    }
    return;
  }
  if (error instanceof UsageError) {
    note(withSuggestion(error.message));
    const command = commands.find(({ command }) => String(command).split(' ')[0] === words[0]);
    note(`See ${program} ${command ? `${words[0]} ` : ''}--help`);
    return;
  }
  if (error instanceof Error && 'syscall' in error) {
    note(`The system refuses: ${error.message}`);
    return;
  }
  note(paintNote('red', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  note('This is a fault of synod, not of your input. It happened in:');
  note(`  ${[program, ...words].join(' ')}`);
}

/** `Unknown argument: repliations`, with the option that was meant. */
function withSuggestion(message: string): string {
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

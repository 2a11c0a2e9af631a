import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { addressOf } from '../models/providers.ts';
import { type Probe, type ProbeEnd, probeForecast, probeOf, runProbe } from '../probe/probe.ts';
import { type ProbeFamily, probeFamilies } from '../probe/probe-design.ts';
import { probeProfiles } from '../probe/probe-profiles.ts';
import { type ProbeReport, probeReport } from '../probe/probe-report.ts';
import { modeOf } from '../scenario/model.ts';
import { parseProfile, profileText } from '../scenario/profiles.ts';
import { Models } from '../study/models.ts';
import { counted, shownNumber, shownShare } from '../study/numbers.ts';
import { planOf } from '../study/source.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { commandLine } from './command-line.ts';
import { exit, interruptible } from './interrupt.ts';
import { type ModelArguments, modelOptions, modelOverrides } from './model-options.ts';
import { sayAnswers } from './run.ts';
import { jsonOption, wholeNumber } from './scenario-source.ts';
import { countLine, note, paint, paintNote, print, printJson, width } from './terminal.ts';

interface ProbeArguments extends ModelArguments {
  readonly overrides: readonly string[];
  readonly seed?: string | undefined;
  readonly group: string;
  readonly effort: string;
  readonly only?: string | undefined;
  readonly out?: string | undefined;
  readonly 'dry-run': boolean;
  readonly json: boolean;
}

/** `synod probe`: what a model is like, by a few hundred single questions. */
export const probeCommand: CommandModule<object, ProbeArguments> = {
  command: 'probe [overrides..]',
  describe: 'Ask a model a few hundred single questions, and write mock profiles of it',
  builder: (yargs) =>
    yargs
      .positional('overrides', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe:
          'key=value of `model` and `prices`, such as model.temperature=0.2 model.budget.tokens=300000',
      })
      .options({
        ...modelOptions,
        seed: { type: 'string', requiresArg: true, describe: 'Fixes the questions; 1 when left out' },
        group: {
          type: 'string',
          requiresArg: true,
          default: '20',
          describe: 'How many opinions are in view when it is asked which to hold',
        },
        effort: {
          type: 'string',
          requiresArg: true,
          default: '1',
          describe: 'Factor on the number of questions, such as 0.5 or 4',
        },
        only: {
          type: 'string',
          requiresArg: true,
          describe: `Only questions about these, by comma: ${probeFamilies.join(', ')}`,
        },
        out: {
          type: 'string',
          requiresArg: true,
          describe: 'The folder for the profiles; results/probe-MODEL when left out',
        },
        'dry-run': { type: 'boolean', default: false, describe: 'Say what would be asked, and ask nothing' },
        ...jsonOption,
      })
      .example('$0 probe --model ollama/llama3.2', 'profiles in results/probe-ollama-llama3.2')
      .example('$0 probe --model openai/gpt-4o-mini --dry-run', 'how many questions, about how many tokens'),
  handler: async (args) => {
    const folder = process.cwd();
    const probe = probeFrom(args, folder);
    if (args['dry-run']) {
      sayForecast(probe, args);
      return;
    }
    const mode = modeOf(probe.model);
    let isSaid = args.json;
    const say = (): void => {
      if (isSaid) return;
      isSaid = true;
      const { model, cassette } = probe.model;
      const kept = mode === 'live' ? 'answers are not recorded' : `recorded on ${cassette}`;
      const questions = counted(probe.questions.length, 'question');
      note(paintNote('dim', `${questions} for ${model} at ${addressOf(probe.model)}; ${kept}.`));
    };
    const { show, clear } = countLine('answers');
    // Not before it is known that the model answers.
    const onAnswer = (count: number, fresh: number): void => {
      if (fresh > 0) say();
      show(count);
    };
    const models = new Models({ folder });
    const end = await interruptible((signal) => runProbe(probe, { models, signal, onAnswer })).finally(() => {
      clear();
      models.close();
    });
    conclude(probe, end, args);
  },
};

/** A scenario of which nothing is read but model, seed and prices. */
const carrier = `
question: How does this model answer single questions?
topology: { kind: complete, agents: 2 }
task: { kind: unanimity, shares: [0.5, 0.5] }
protocol: opinions
horizon: { rounds: 1 }
`;

function probeFrom(args: ProbeArguments, folder: string): Probe {
  const foreign = args.overrides.find((it) => !/^(model|prices)[.=]/.test(it));
  if (foreign !== undefined) {
    const message =
      'must be a key of `model` or `prices`, such as model.temperature=0.2; a probe reads no other';
    throw new ScenarioError([{ path: foreign, message }]);
  }
  if (args.model === undefined) {
    const message = 'is missing: say which model is to be probed, such as ollama/llama3.2 or mock/any';
    throw new ScenarioError([{ path: '--model', message }]);
  }
  const seed = args.seed === undefined ? [] : [`seed=${wholeNumber('--seed', args.seed, 0)}`];
  const overrides = [...modelOverrides(args, 'probe'), ...args.overrides, ...seed];
  const plan = planOf({ name: 'probe', text: carrier, overrides, folder });
  const effort = Number(args.effort);
  if (!(effort > 0 && effort <= 100)) {
    const message = `must be a number above 0, at most 100, but is ${args.effort}`;
    throw new ScenarioError([{ path: '--effort', message }]);
  }
  const group = wholeNumber('--group', args.group, 2, 1000);
  return probeOf({ plan, group, effort, families: familiesIn(args.only) });
}

function familiesIn(text: string | undefined): readonly ProbeFamily[] {
  if (text === undefined) return probeFamilies;
  return text.split(',').map((name) => {
    const family = probeFamilies.find((it) => it === name.trim());
    if (family !== undefined) return family;
    const message = `must be of ${probeFamilies.join(', ')}, but has ${name}`;
    throw new ScenarioError([{ path: '--only', message }]);
  });
}

function sayForecast(probe: Probe, args: ProbeArguments): void {
  const forecast = probeForecast(probe);
  if (args.json) {
    printJson({ type: 'probe', dryRun: true, model: probe.model.model, ...forecast });
    return;
  }
  const { questions, prompt, output, money } = forecast;
  print(`${counted(questions, 'question')} for ${probe.model.model}:`);
  for (const family of probeFamilies) {
    const count = probe.questions.filter((it) => it.family === family).length;
    if (count > 0) print(`  ${family.padEnd(14)}${String(count).padStart(5)}`);
  }
  print(
    `About ${shownNumber(prompt)} tokens to read and, as assumed, ${shownNumber(output)} to write${money === null ? '' : `: about ${money.toFixed(2)} dollars`}.`,
  );
  print('Nothing was asked.');
}

function conclude(probe: Probe, end: ProbeEnd, args: ProbeArguments): void {
  const report = probeReport(probe, end);
  const isComplete = end.status === 'complete';
  sayAnswers(end.tally, [probe.model]);
  // Of a model that answered nothing there is nothing to write.
  const isMute = end.tally.answers > 0 && end.tally.failed === end.tally.answers;
  const files = isComplete && !isMute ? written(report, args) : [];
  if (args.json) printJson({ type: 'probe', ...report, files });
  else printReport(report, files);
  if (isComplete) return;
  const left = probe.questions.length - end.answers.length;
  const why = end.status === 'interrupted' ? 'Interrupted' : 'The budget is used up';
  note(
    `${why}: ${counted(left, 'question')} left, so that no profile is written. The same command goes on from here.`,
  );
  process.exitCode = end.status === 'interrupted' ? exit.interrupted : exit.incomplete;
}

function written(report: ProbeReport, args: ProbeArguments): string[] {
  const name = String(args.model).replace(/[^\w.-]+/g, '-');
  const folder = args.out ?? join('results', `probe-${name}`);
  mkdirSync(folder, { recursive: true });
  const options = (['group', 'effort', 'only', 'seed', 'prompts'] as const).flatMap((key) =>
    args[key] === undefined ? [] : [`--${key}`, args[key]],
  );
  const command = commandLine('probe', ['--model', String(args.model), ...args.overrides, ...options]);
  const files = probeProfiles(report, { command, seed: args.seed ?? 1 }).map((profile) => {
    const file = join(folder, `${profile.behaviour}.yaml`);
    const text = profileText(profile);
    // What is written must be what a scenario can read.
    parseProfile(text, file);
    writeFileSync(file, text);
    return file;
  });
  const counts = join(folder, 'probe.json');
  writeFileSync(counts, `${JSON.stringify(report, null, 1)}\n`);
  return [...files, counts];
}

const right = (head: string) => ({ head, align: 'right' as const });

function printReport(report: ProbeReport, files: readonly string[]): void {
  print(paint('bold', `${report.model}, ${counted(report.answered, 'answer')}`));
  const { conformity, stopping, proposing, verification } = report;
  if (conformity) {
    const { fit, curve, group } = conformity;
    print();
    print(`Takes an opinion by its share among ${group} in view (m: share less that of the other):`);
    const columns = [right('m'), right('takes it'), right('fitted'), right('asked')];
    const rows = curve.map(({ m, taken, fitted }) => [
      shownNumber(m),
      shownShare(taken),
      fitted.toFixed(3),
      String(taken.n),
    ]);
    for (const line of textTable(columns, rows)) print(`  ${line}`);
    const { beta, field, sways } = fit;
    // Fitted as beta m + b; a profile writes beta (m + field), so that its field is b / beta.
    print(`  tanh(beta m + b): beta ${bounded(beta)}, b ${bounded(field)}; the profile has field = b / beta`);
    const [label, order] = sways;
    if (label && order)
      print(`  leans: to a name ${bounded(label)}, to what is named first ${bounded(order)}`);
  }
  if (stopping.length > 0) {
    print();
    print('Votes to stop, by how many agree:');
    const rows = stopping.map(({ agree, mayLie, stops }) => [
      agree.toFixed(2),
      mayLie ? 'told of adversaries' : '',
      shownShare(stops),
      String(stops.n),
    ]);
    for (const line of textTable([right('agree'), { head: '' }, right('stops'), right('asked')], rows))
      print(`  ${line}`);
  }
  print();
  for (const { mayLie, kept, copied } of proposing)
    print(
      `Another number leads${mayLie ? ', told of adversaries' : ''}: keeps its own ${shownShare(kept)}, copies when it moves ${shownShare(copied)}`,
    );
  if (verification.found.n > 0) print(`False claims found out: ${shownShare(verification.found)}`);
  if (verification.doubted.n > 0) print(`True claims doubted: ${shownShare(verification.doubted)}`);
  if (report.clashes.changed.n > 0)
    print(
      `Clashes mended: ${shownShare(report.clashes.changed)}, to a free group ${shownShare(report.clashes.free)}`,
    );
  const { malformed, refused, truncated, empty, failed } = report.unread;
  print(
    `Not to be read at first: ${malformed} malformed, ${refused} refused, ${truncated} truncated, ${empty} empty, ${failed} failed; ${report.repaired} when written once more`,
  );
  const money = report.money === null ? '' : `, ${report.money.toFixed(4)} dollars`;
  print(`${counted(report.calls, 'call')}, ${shownNumber(report.tokens)} tokens${money}`);
  if (files.length === 0) return;
  print();
  for (const line of wrapped(`Written: ${files.join(', ')}`, width)) print(line);
  const mock = files.find((file) => file.endsWith('bounded.yaml'));
  if (mock) print(`Use: ${commandLine('sweep', ['agentsnet', `behaviour={profile: ${mock}}`])}`);
}

const bounded = ({ value, low, high }: { value: number; low: number; high: number }): string =>
  `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

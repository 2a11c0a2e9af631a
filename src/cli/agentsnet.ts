import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { agentsNetTable2, recordedGpt4oMini } from '../profiles/published.ts';
import { agentsnetReport } from '../study/agentsnet-report.ts';
import { textTable } from '../study/text-table.ts';
import { program } from './command-line.ts';
import { overridesPositional, shippedFolder } from './scenario-source.ts';
import { type SweepArguments, studyOptions, sweepAndReport } from './sweep.ts';
import { pageWidth, paint, print } from './terminal.ts';

/** `synod agentsnet`, which `npm start` runs: the benchmark's five tasks, from 4 agents to 100, on mock agents. */
export const agentsnetCommand: CommandModule<object, Omit<SweepArguments, 'scenario'>> = {
  command: 'agentsnet [overrides..]',
  describe:
    'AgentsNet: five tasks on three graph families, from 4 agents to 100, beside the published figures',
  builder: (yargs) =>
    yargs
      .positional('overrides', overridesPositional)
      .options(studyOptions)
      .example('$0 agentsnet --replications 20', 'a quick look')
      .example('$0 agentsnet --json', 'the figures as JSON lines'),
  handler: async (args) => {
    const scenario = join(shippedFolder, 'agentsnet.yaml');
    await sweepAndReport({ ...args, scenario }, (plan, { summary }) => {
      const lines = agentsnetReport({
        scenario: plan.scenario,
        summary,
        published: { pooled: agentsNetTable2, recorded: recordedGpt4oMini },
        strong: (text) => paint('bold', text),
        faint: (text) => paint('dim', text),
        width: pageWidth(),
      });
      for (const line of lines) print(line);
      printNext();
    });
  },
};

function printNext(): void {
  print(paint('bold', 'What next'));
  const next = [
    ['watch one group talk', `${program} replay agentsnet task=coloring topology.agents=8 --step`],
    ['narrower intervals', `${program} agentsnet precision.halfWidth=0.02 --replications 900`],
    ['what a scenario can name', `${program} list`],
    ['every scenario, checked', `${program} check scenarios`],
  ];
  const lines = textTable([{ head: '' }, { head: '' }], next).slice(1);
  // A command that is broken in two cannot be copied: it rather stands on a line of its own.
  const isNarrow = lines.some((line) => line.length + 2 > pageWidth());
  const shown = isNarrow ? next.flatMap(([what, command]) => [`${what}:`, `  ${command}`]) : lines;
  for (const line of shown) print(`  ${line}`);
}

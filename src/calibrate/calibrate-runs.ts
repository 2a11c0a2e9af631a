import type { Mode } from '../agentsnet/rules.ts';
import { readRecordedRuns } from '../study/agentsnet-transcripts.ts';
import { digestOfRun } from '../study/digest-of-run.ts';
import { type ImportedRun, importAgentsNet } from '../study/import-agentsnet.ts';
import { Interrupted } from '../study/interrupted.ts';
import type { Evidence, Profile, Residual } from '../world/profile.ts';
import { countDecisions } from './count-decisions.ts';
import { fitRates } from './fit-runs.ts';
import type { FittedRate } from './fitted-rate.ts';
import { type Comparison, placeRuns } from './place-runs.ts';
import { valuesFor } from './profile-values.ts';
import { readDecisions } from './read-decisions.ts';

/** A file of recorded runs, by name and text. */
export interface RecordedFile {
  readonly file: string;
  readonly text: string;
}

/** One recorded run, as it is fitted to and as it is held against. */
export interface Specimen {
  readonly file: string;
  readonly run: ImportedRun;
  readonly counted: ReturnType<typeof countDecisions>;
  /** What it is known by, whatever its file is called. */
  readonly digest: string;
}

/** Reads recorded runs for fitting; those without transcripts are left out, and counted. */
export async function specimensOf(
  files: readonly RecordedFile[],
  mode: Mode,
  signal?: AbortSignal,
): Promise<{ readonly specimens: readonly Specimen[]; readonly without: number }> {
  const specimens: Specimen[] = [];
  let without = 0;
  for (const { file, text } of files) {
    if (signal?.aborted) throw new Interrupted();
    // Refuses what is too large, before it is read a second time.
    const imported = await importAgentsNet(text, file, mode);
    const recorded = readRecordedRuns(text, file);
    for (const [i, run] of imported.entries()) {
      const decisions = readDecisions(recorded[i]!);
      if (decisions === undefined) without++;
      else
        specimens.push({ file, run, counted: countDecisions(decisions), digest: digestOfRun(recorded[i]!) });
    }
  }
  return { specimens, without };
}

export interface RunsFit {
  readonly profile: Profile;
  readonly rates: readonly FittedRate[];
}

export interface RunsFitOptions {
  readonly name: string;
  readonly base: string;
  readonly data: string;
  readonly seed: number;
  readonly command?: string | undefined;
  readonly date?: string | undefined;
}

/** Fits a profile of bounded agents to recorded runs, decision by decision. */
export function fitProfile(
  specimens: readonly Specimen[],
  { name, base, data, seed, command, date }: RunsFitOptions,
): RunsFit {
  const fitted = fitRates(
    specimens.map(({ counted }) => counted),
    (task) => valuesFor(base, task),
    seed,
  );
  const models = [...new Set(specimens.map(({ run }) => run.instance.model ?? 'unknown'))].join(', ');
  const profile: Profile = {
    format: 1,
    name,
    behaviour: 'bounded',
    summary: `${models} in AgentsNet, decision by decision from ${specimens.length} recorded runs.`,
    base,
    parameters: fitted.parameters,
    evidence: Object.fromEntries(fitted.rates.map((rate) => [rate.name, evidenceOf(rate)])),
    provenance: {
      data,
      method:
        'Maximum likelihood on decisions read off the texts; Wilson and profile likelihood intervals, sizes of conversations by least squares.',
      ...(command === undefined ? {} : { command }),
      ...(date === undefined ? {} : { date }),
      seed,
      runs: specimens.length,
      digests: [...new Set(specimens.map(({ digest }) => digest))],
    },
    warnings: [...fitted.warnings],
    fit: [],
  };
  return { profile, rates: fitted.rates };
}

function evidenceOf({ confidence, source, n, events, low, high, warning }: FittedRate): Evidence {
  return {
    confidence,
    source,
    n,
    ...(events === null ? {} : { events }),
    low,
    high,
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Metrics whose means, task by task, are the error of a fit to runs. */
const judged = ['solved', 'soft', 'tokens'] as const;

/** The error of a fit: by task, what the recorded runs came to and what the mock does on the same graphs. */
export function residualsOf(comparisons: readonly Comparison[], heldOut: boolean): Residual[] {
  return [...new Set(comparisons.map(({ task }) => task))].flatMap((task) =>
    judged.flatMap((metric): Residual[] => {
      const of = comparisons.filter((it) => it.task === task && it.metric === metric);
      if (of.length === 0) return [];
      const mean = (value: (it: Comparison) => number): number =>
        of.reduce((sum, it) => sum + value(it), 0) / of.length;
      const rounded = (x: number): number => Number(x.toPrecision(4));
      // What simulations that all come to one number differ by is rounding, and no error.
      const deviations = of.map((it) => (it.deviation > 1e-9 * Math.abs(it.mean) ? it.deviation : 0));
      const squares = of.reduce((sum, it, i) => sum + deviations[i]! ** 2 / it.simulated, 0);
      // What one run of each kind scatters by, if the mock is right.
      const scatter = deviations.reduce((sum, it) => sum + it ** 2, 0);
      return [
        {
          target: `${metric}, ${task}`,
          wanted: rounded(mean((it) => it.recorded)),
          ...(scatter > 0 ? { wantedError: rounded(Math.sqrt(scatter) / of.length) } : {}),
          got: rounded(mean((it) => it.mean)),
          error: rounded(Math.sqrt(squares) / of.length),
          heldOut,
          source: `${of.length} recorded runs`,
        },
      ];
    }),
  );
}

/** Fits on all runs but one, and holds that one against the fit; for each in turn. */
export async function leaveOneOut(
  specimens: readonly Specimen[],
  fit: RunsFitOptions,
  options: Parameters<typeof placeRuns>[2],
): Promise<Comparison[]> {
  const profileWithout = (index: number): Profile =>
    fitProfile(
      specimens.filter((_, i) => i !== index),
      fit,
    ).profile;
  return placeRuns(specimens, profileWithout, options);
}

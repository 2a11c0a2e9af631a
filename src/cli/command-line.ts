import type { Factors } from '../scenario/run.ts';

/** How this program was called, so that the lines we suggest can be typed as they stand; npx sets the variable to `npx`. */
export const program = ['synod', 'start'].includes(process.env.npm_lifecycle_event ?? '')
  ? 'npm run synod --'
  : 'synod';

/** A command line that can be copied: `synod run x.yaml topology.agents=16 --seed 7`. */
export function commandLine(command: string, words: readonly string[]): string {
  return [program, command, ...words.map(quotedForShell)].join(' ');
}

/** What selects a point of a scenario, and one run of it. */
export function runWords(of: {
  scenario: string;
  overrides?: readonly string[] | undefined;
  factors?: Factors;
  seed: number;
  replication?: number;
}): string[] {
  const overrides = (of.overrides ?? []).filter((it) => !/^(seed|replications)=/.test(it));
  const factors = Object.entries(of.factors ?? {}).map(([path, level]) => `${path}=${level}`);
  const named = new Set(Object.keys(of.factors ?? {}));
  const kept = overrides.filter((it) => !named.has(it.slice(0, it.indexOf('='))));
  const words = [of.scenario, ...kept, ...factors, '--seed', String(of.seed)];
  return of.replication === undefined ? words : [...words, '--replication', String(of.replication)];
}

const quotedForShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

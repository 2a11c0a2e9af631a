import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// The lines that the program suggests begin with its own name, however the tests were started.
delete process.env.npm_lifecycle_event;

/** Calls wait for one another: what they print goes through the one standard output of this process. */
let turn: Promise<unknown> = Promise.resolve();

/** Calls the command line within this process, which saves the start of another: for what one thread can do. */
export function synodHere(args: readonly string[], { cwd }: { cwd?: string } = {}): Promise<Ended> {
  const ended = turn.then(() => called(args, cwd));
  turn = ended.catch(() => {});
  return ended;
}

async function called(args: readonly string[], cwd: string | undefined): Promise<Ended> {
  const { main } = await import('../../src/cli/main.ts');
  const before = { folder: process.cwd(), code: process.exitCode };
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  // Threads would run compiled code, which is not this.
  const takesJobs = /^(check|sweep|compare|agentsnet)$/.test(args[0] ?? '') && !args.includes('--jobs');
  process.exitCode = undefined;
  if (cwd !== undefined) process.chdir(cwd);
  try {
    await main(takesJobs ? [...args, '--jobs', '1'] : args);
    return { ...printed, code: Number(process.exitCode ?? 0) };
  } finally {
    process.chdir(before.folder);
    process.exitCode = before.code;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Calls the compiled command line and waits for its end; `during` may meddle meanwhile. */
export function synod(
  args: readonly string[],
  { cwd, during, stdout }: { cwd?: string; during?: (child: ChildProcess) => void; stdout?: number } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', npm_lifecycle_event: undefined };
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env,
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
      });
    }
    child.on('close', (code) => resolve({ ...printed, code }));
    during?.(child);
  });
}

/** JSON lines, read; throws where a line is anything else. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A new folder that nobody else uses; removed when the test is done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'synod-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small scenario: a flood around a ring that loses messages, at six points. */
export const floodText = (expectation: string): string => `
title: Flooding on a ring
question: How far does a flood get when messages are lost?
seed: 7
topology: { kind: ring, agents: 8 }
task: { kind: broadcast }
protocol: { kind: flood }
network: { latency: { kind: uniform, low: 5ms, high: 20ms } }
faults: [{ kind: loss, chance: 0.02 }]
horizon: 60s
vary: { topology.agents: [8, 16, 32], faults.0.chance: [0, 0.05] }
replications: 20
expect: ${expectation}
`;

/** Writes that scenario to a new folder, and says where. */
export function floodFile(expectation = "{ decided: '>= 0.1' }"): { folder: string; file: string } {
  const folder = newFolder();
  const file = join(folder, 'flood.yaml');
  writeFileSync(file, floodText(expectation));
  return { folder, file };
}

import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the compiled command line and waits for its end; `during` may meddle meanwhile. */
export function synod(
  args: readonly string[],
  { cwd, during }: { cwd?: string; during?: (child: ChildProcess) => void } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', npm_lifecycle_event: undefined };
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd, env, maxBuffer: 1 << 28 },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    during?.(child);
  });
}

/** JSON lines, read; throws where a line is anything else. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that nobody else uses; removed when the tests are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'synod-test-'));
  folders.push(folder);
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

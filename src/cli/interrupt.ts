import { Interrupted } from '../study/interrupted.ts';
import { note } from './terminal.ts';

/** Exit codes of the command line. */
export const exit = { done: 0, failed: 1, unexpected: 2, incomplete: 3, interrupted: 130 } as const;

/**
 * Runs work that can be asked to stop: the first interrupt raises the signal, so that what is done can be saved; a second one
 * ends the process where it stands.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/** Does what can be given up on an interrupt without anything to keep: says so, and sets the exit code. */
export async function unlessInterrupted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    note('Interrupted; nothing was kept.');
    process.exitCode = exit.interrupted;
  }
}

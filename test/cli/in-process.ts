import { vi } from 'vitest';
import type { CommandModule } from 'yargs';

export interface Handled {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Calls a command in this process with arguments as yargs hands them over; what it throws is thrown on. */
export async function handled<Args extends object>(
  command: CommandModule<object, Args>,
  args: Args,
): Promise<Handled> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      texts[name] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await command.handler(args as never);
    return { ...texts, code: Number(process.exitCode) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

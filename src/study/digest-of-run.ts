import { createHash } from 'node:crypto';
import type { RecordedRun } from './agentsnet-transcripts.ts';

/**
 * What a recorded run is known by: the task, the names, and what each agent wrote, in order, hashed (SHA-256, the first 16 digits). What
 * agents were told follows from that, so that a file that was renamed, indented anew, or put into other prompts is the same run.
 */
export function digestOfRun({ instance: { task, names }, conversations }: RecordedRun): string {
  const written = (conversations ?? []).map(({ calls }) => calls.map(({ text }) => text));
  const text = JSON.stringify([task, names, written]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

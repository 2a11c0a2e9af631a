import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../models/make-folder.ts';
import { ScenarioError } from '../world/error.ts';

/** The option of commands that write what they are told to, for yargs. */
export const forceOption = {
  force: { type: 'boolean', default: false, describe: 'Write over what is there already' },
} as const;

/** Throws a ScenarioError where something of that name is there already: to be called before any work is done. */
export function refuseExisting(path: string | undefined, isForced: boolean): void {
  if (path === undefined || isForced || !existsSync(path)) return;
  const message = `${path} is there already; name another place, or give --force to write over it`;
  throw new ScenarioError([{ path: '--out', message }]);
}

/** Writes a file, and makes the folders above it; one that came to be in the meantime is refused as well. */
export function writeNew(path: string, text: string, isForced: boolean): void {
  refuseExisting(path, isForced);
  makeFolder(dirname(path));
  writeFileSync(path, text, { flag: isForced ? 'w' : 'wx' });
}

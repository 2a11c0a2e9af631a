import { ScenarioError } from '../world/error.ts';

const remedies: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOSPC: ['no space is left on the disk', 'free some, or write elsewhere'],
  EDQUOT: ['the disk quota is used up', 'free some space, or write elsewhere'],
  EACCES: ['this user has no right to it', 'change its permissions, or name another place'],
  EPERM: ['the system does not allow it', 'change its permissions, or name another place'],
  EROFS: ['its file system can only be read', 'name a place on another'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'name another place'],
  EEXIST: ['something of that name is there already', 'name another place, or take it away'],
  ENOENT: ['there is no such file or folder', 'mind the spelling, or make it first'],
  ENAMETOOLONG: ['its name is too long', 'choose a shorter one'],
  EMFILE: ['too many files are open', 'close some, or raise `ulimit -n`'],
  EIO: ['the disk cannot be read or written', 'look after the disk'],
};

/**
 * What the system refused to do with a file, for its user to mend: the path, why, and the remedy. Undefined where the error
 * is of another kind. `path` is for errors that name none, as those of writing do.
 */
export function systemRefusal(error: unknown, path = ''): ScenarioError | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code = '', syscall = '', path: named, message } = error as NodeJS.ErrnoException;
  const [what, remedy] = remedies[code] ?? [message, 'see to it, and try again'];
  const doing = syscall === 'scandir' || syscall === 'read' ? 'read' : 'used';
  return new ScenarioError([
    { path: named ?? path, message: `cannot be ${wordsFor[syscall] ?? doing}: ${what} (${code}); ${remedy}` },
  ]);
}

const wordsFor: Readonly<Record<string, string>> = {
  open: 'opened',
  mkdir: 'made',
  write: 'written',
  rename: 'moved',
  link: 'made',
  unlink: 'taken away',
  ftruncate: 'written',
  read: 'read',
};

/** Does something with files of a folder; what the system refuses becomes the user's to mend. */
export function withFiles<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw systemRefusal(error, path) ?? error;
  }
}

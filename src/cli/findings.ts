import { existsSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { instead } from '../scenario/check.ts';
import { ScenarioError } from '../world/error.ts';
import { scenariosIn, shippedFolder } from './scenario-source.ts';

/** One scenario of a finding. */
export interface FindingFile {
  /** `architectures`, of `architectures.yaml` and of `architectures-contamination.yaml` beside it. */
  readonly finding: string;
  readonly file: string;
}

/** The findings that ship with synod, in order of name; several files may belong to one. */
export const shippedFindings = (): FindingFile[] => {
  const folder = join(shippedFolder, 'findings');
  return existsSync(folder) ? findingsIn(folder) : [];
};

/** Files and folders by path, findings and single scenarios of them by name; each file once. */
export function findingsNamed(words: readonly string[]): FindingFile[] {
  const chosen = new Map<string, FindingFile>();
  const shipped = shippedFindings();
  for (const word of words) for (const it of named(word, shipped)) chosen.set(it.file, it);
  return [...chosen.values()];
}

function named(word: string, shipped: readonly FindingFile[]): readonly FindingFile[] {
  const isThere = existsSync(word);
  if (isThere && !statSync(word).isDirectory()) return [shippedAt(word, shipped)];
  const found = shipped.filter(({ finding, file }) => finding === word || nameOf(file) === word);
  if (found.length > 0) return found;
  if (isThere) {
    const inside = findingsIn(word);
    if (inside.length > 0) return inside;
    throw new ScenarioError([{ path: word, message: 'holds no scenario (*.yaml)' }]);
  }
  const names = [...new Set(shipped.flatMap(({ finding, file }) => [finding, nameOf(file)]))];
  const message = `there is no such finding, and no such file${instead(word, names)}`;
  throw new ScenarioError([{ path: word, message }]);
}

/** A file that is given by its path is called as it is among the findings that ship, if it is one of them. */
function shippedAt(file: string, shipped: readonly FindingFile[]): FindingFile {
  const same = shipped.find((it) => nameOf(it.file) === nameOf(file));
  return { finding: same?.finding ?? nameOf(file), file };
}

function findingsIn(folder: string): FindingFile[] {
  // By name, so that `architectures` comes before `architectures-contamination`.
  const files = scenariosIn(folder).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const names = files.map(nameOf);
  return files.map((file) => ({ finding: shortestStart(nameOf(file), names), file }));
}

/** The finding that a file belongs to: the shortest name that its own begins with, up to a hyphen. */
const shortestStart = (name: string, names: readonly string[]): string =>
  names.reduce((best, it) => (name.startsWith(`${it}-`) && it.length < best.length ? it : best), name);

const nameOf = (file: string): string => basename(file, extname(file));

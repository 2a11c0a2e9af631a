import type { Issue } from '../world/error.ts';
import { joined, shown } from './check.ts';

/** Beyond 2^53 whole numbers are not exact, and sums and products soon have no bound. */
const largest = 2 ** 53;

/** Numbers of a scenario, at any depth, with which nothing can be reckoned: infinite ones, and absurdly large ones. */
export function magnitudeIssues(value: unknown, path: readonly PropertyKey[] = []): Issue[] {
  if (typeof value === 'number') return Math.abs(value) <= largest ? [] : [issueOf(value, joined('', path))];
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  return [...entries].flatMap(([key, it]) => magnitudeIssues(it, [...path, key]));
}

function issueOf(value: number, path: string): Issue {
  const written = Number.isFinite(value) ? shown(value) : String(value);
  return { path, message: `must be a number from -2^53 to 2^53 (about 9e15), but is ${written}` };
}

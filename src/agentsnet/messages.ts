import { type LooseObject, readLooseObject } from './loose-json.ts';
import type { Mode } from './rules.ts';

/** Whom a reader of messages knows. */
export interface MessageContext {
  /** Every name that may be a key: the 200 of `names`, and those in use beyond them. */
  readonly names: ReadonlySet<string>;
  /** The names of those the agent can send to. */
  readonly neighbours: readonly string[];
  readonly mode: Mode;
}

/** What was wrong with one agent's messages of one round. */
export interface MessageFault {
  readonly cause: MessageCause;
  /** The key or name it is about, where it is about one. */
  readonly key?: string;
}

type MessageCause =
  /** There is no opening brace with a closing one behind it. */
  | 'no-object'
  /** There is one, and it is no JSON for a reason that is not named below. */
  | 'not-json'
  | 'trailing-comma'
  | 'escaped-newline'
  | 'raw-newline'
  | 'bad-escape'
  /** Behind the object stands another closing brace. */
  | 'stray-brace'
  /** A key that is nobody's name, such as `all`. */
  | 'unknown-key'
  /** A value that is a number, a list or an object. */
  | 'not-a-string'
  /** A real name of somebody the agent cannot send to. */
  | 'not-a-neighbour';

export interface Messages {
  /**
   * What goes to whom, by name; empty is silence; null when nothing could be read and the agent is to be
   * asked again.
   */
  readonly messages: ReadonlyMap<string, string> | null;
  readonly faults: readonly MessageFault[];
}

/**
 * Finds the messages an agent wants to send in what it wrote.
 *
 * upstream: every backslash-n pair becomes a line break first; then the spans from each opening brace to the
 * last closing brace are tried in turn; the first that is strict JSON, with no key but names and no value but
 * strings, wins. So an escaped line break in a string breaks it, as do a trailing comma (the prompt's own
 * example has one) and a later stray brace; one unknown key voids all messages; and somebody who is no
 * neighbour is dropped (in silence there, noted here).
 *
 * clean: the last complete object with a neighbour among
 * its keys wins, or else the last complete one; trailing commas and line breaks pass; what cannot be
 * delivered is dropped entry by entry, and only when nothing is left the agent is to be asked again. Whatever
 * was dropped or mended is in `faults`.
 *
 * Source of the upstream rule: AgentsNet's released code (`parse_messages`, `pass_messages` in
 * LiteralMessagePassing.py).
 */
export function parseMessages(text: string, context: MessageContext): Messages {
  return context.mode === 'upstream' ? parseUpstream(text, context) : parseClean(text, context);
}

function parseUpstream(written: string, { names, neighbours }: MessageContext): Messages {
  const text = written.replaceAll('\\n', '\n');
  const end = text.lastIndexOf('}') + 1;
  let tries = 0;
  for (let at = text.indexOf('{'); at >= 0 && at < end && tries < mostTries; at = text.indexOf('{', at + 1)) {
    messageStart.lastIndex = at;
    if (!messageStart.test(text)) continue;
    tries++;
    const found = strictMessages(text, at, end, names);
    if (found) return deliverable(found, neighbours);
  }
  return { messages: null, faults: diagnose(written, names, neighbours) };
}

/** How every object of messages begins: it ends at once, or a key and a colon follow. */
const messageStart = /\{[ \t\r\n]*(?:\}|"(?:[^"\\]|\\[\s\S])*"[ \t\r\n]*:)/y;

/** So many spans are decoded at most: each is as long as the text, so that a heap of braces would take hours. */
const mostTries = 200;

function strictMessages(
  text: string,
  start: number,
  end: number,
  names: ReadonlySet<string>,
): [string, string][] | undefined {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(text.slice(start, end)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const entries = Object.entries(read);
  const isSound = entries.every(([key, value]) => names.has(key) && typeof value === 'string');
  return isSound ? (entries as [string, string][]) : undefined;
}

function deliverable(entries: readonly [string, string][], neighbours: readonly string[]): Messages {
  const messages = new Map<string, string>();
  const faults: MessageFault[] = [];
  for (const [key, value] of entries) {
    if (neighbours.includes(key)) messages.set(key, value);
    else faults.push({ cause: 'not-a-neighbour', key });
  }
  return { messages, faults };
}

/** Says why the strict reading failed, from what a forgiving one would have found. */
function diagnose(text: string, names: ReadonlySet<string>, neighbours: readonly string[]): MessageFault[] {
  const found = findObject(text, neighbours);
  if (!found) return [nothingFound(text)];
  const faults = mended(found);
  if (found.repairs.has('escaped-newline')) faults.push({ cause: 'escaped-newline' });
  if (text.indexOf('}', found.end) >= 0) faults.push({ cause: 'stray-brace' });
  for (const [key, value] of found.entries) {
    if (!names.has(key)) faults.push({ cause: 'unknown-key', key });
    if (value === null) faults.push({ cause: 'not-a-string', key });
  }
  return faults.length > 0 ? faults : [{ cause: 'not-json' }];
}

function parseClean(text: string, { names, neighbours }: MessageContext): Messages {
  const found = findObject(text, neighbours);
  if (!found) return { messages: null, faults: [nothingFound(text)] };
  const messages = new Map<string, string>();
  const faults = mended(found);
  if (found.repairs.has('loose-escaped-newline')) faults.push({ cause: 'escaped-newline' });
  for (const [written, value] of found.entries) {
    const key = written.trim();
    if (!names.has(key) && !neighbours.includes(key)) faults.push({ cause: 'unknown-key', key: written });
    else if (!neighbours.includes(key)) faults.push({ cause: 'not-a-neighbour', key });
    else if (value === null) faults.push({ cause: 'not-a-string', key });
    else messages.set(key, value);
  }
  return { messages: messages.size === 0 && found.entries.length > 0 ? null : messages, faults };
}

const mended = ({ repairs }: LooseObject): MessageFault[] =>
  (['trailing-comma', 'raw-newline', 'bad-escape'] as const)
    .filter((cause) => repairs.has(cause))
    .map((cause) => ({ cause }));

function nothingFound(text: string): MessageFault {
  const open = text.indexOf('{');
  return { cause: open >= 0 && text.lastIndexOf('}') > open ? 'not-json' : 'no-object' };
}

/**
 * The last complete object with a neighbour among its keys, inside another one too; else the last complete
 * one.
 */
function findObject(text: string, neighbours: readonly string[]): LooseObject | undefined {
  let last: LooseObject | undefined;
  let addressed: LooseObject | undefined;
  for (let at = text.indexOf('{'); at >= 0; ) {
    const found = readLooseObject(text, at);
    const isAddressed = found?.entries.some(([key]) => neighbours.includes(key.trim())) ?? false;
    if (found && isAddressed) addressed = found;
    // What stands inside the last complete object is part of it, unless it turns out to be addressed.
    if (found && (last === undefined || at >= last.end)) last = found;
    at = text.indexOf('{', found && isAddressed ? found.end : at + 1);
  }
  return addressed ?? last;
}

import type { AgentsNetTask, Mode } from './rules.ts';

/*
 * Answers as integers, so that a million runs can be scored without text. coloring: 1 to K, the group ·
 * matching: the partner's index, or NONE · vertex cover, leader election: 1 yes, 0 no · consensus: 0 or 1 ·
 * any task: UNPARSED, INVALID. Nothing below NONE is ever an answer.
 */

/** Matching: no partner, on purpose. */
export const NONE = -1;
/** No answer was given, or none could be read. */
export const UNPARSED = -2;
/** Something was given that is no answer to this task, in any graph. */
export const INVALID = -3;

/**
 * Turns answers as text into codes; null and undefined become UNPARSED. upstream: an answer counts when it is
 * an option letter for letter · clean: white space around it, upper and lower case do not matter. A group
 * above K, or a partner who is no neighbour, keeps its code: the scorers judge it.
 * @param names the agents' names by index, for matching.
 */
export function decodeAnswers(
  task: AgentsNetTask,
  answers: readonly (string | null | undefined)[],
  names: readonly string[],
  mode: Mode = 'upstream',
): Int32Array {
  const fold = mode === 'clean' ? (text: string) => text.trim().toLowerCase() : (text: string) => text;
  const decode = decoder(task, names, fold);
  // Names that differ in upper and lower case alone are told apart where they are written as they are.
  const asWritten = new Map(
    mode === 'clean' && task === 'matching' ? names.map((name, agent) => [name, agent]) : [],
  );
  return Int32Array.from(answers, (answer) => {
    if (answer === null || answer === undefined || answer.trim() === '') return UNPARSED;
    return asWritten.get(answer.trim()) ?? decode(fold(answer));
  });
}

function decoder(
  task: AgentsNetTask,
  names: readonly string[],
  fold: (text: string) => string,
): (text: string) => number {
  if (task === 'coloring') {
    const prefix = `${fold('Group')} `;
    return (text) => (text.startsWith(prefix) ? groupNumber(text.slice(prefix.length)) : INVALID);
  }
  const codes = new Map<string, number>();
  if (task === 'matching') {
    codes.set(fold('None'), NONE);
    for (const [agent, name] of names.entries()) codes.set(fold(name), agent);
  } else if (task === 'consensus') {
    codes.set('0', 0).set('1', 1);
  } else {
    codes.set(fold('No'), 0).set(fold('Yes'), 1);
  }
  return (text) => codes.get(text) ?? INVALID;
}

const groupNumber = (digits: string): number => (/^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : INVALID);

/**
 * A code as people read it: `Group 3`, `Joseph`, `None`, `Yes`, `1`; `no answer` and `not an option` for the
 * last two.
 */
export function answerText(task: AgentsNetTask, code: number, names: readonly string[]): string {
  if (code === UNPARSED) return 'no answer';
  if (code < NONE) return 'not an option';
  switch (task) {
    case 'coloring':
      return `Group ${code}`;
    case 'matching':
      return code === NONE ? 'None' : (names[code] ?? `agent ${code}`);
    case 'consensus':
      return String(code);
    default:
      return code === 1 ? 'Yes' : 'No';
  }
}

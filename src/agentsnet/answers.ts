import type { AgentsNetTask, Mode } from './rules.ts';

/** What one agent may choose from. */
export interface AnswerContext {
  /** How many groups a coloring has: the graph's largest degree, plus one. */
  readonly groups: number;
  /**
   * The agent's neighbours by name, in listing order: the order in which the graph's file first links them,
   * or ascending for a graph of our own. It matters to `upstream` reading alone, where the first match wins.
   */
  readonly neighbours: readonly string[];
}

/** The words after which the benchmark looks for a final answer. */
export const answerMarker = '### Final Answer ###';

/** The answers an agent may give, in the order in which the benchmark lists them. */
export function options(task: AgentsNetTask, context: AnswerContext): readonly string[] {
  switch (task) {
    case 'coloring':
      return Array.from({ length: context.groups }, (_, i) => `Group ${i + 1}`);
    case 'matching':
      return [...context.neighbours, 'None'];
    case 'vertex-cover':
    case 'leader-election':
      return ['Yes', 'No'];
    case 'consensus':
      return ['0', '1'];
  }
}

/**
 * Finds an agent's final answer in what it wrote; null when there is none.
 *
 * upstream: at the first marker that is followed, after white space alone, by the beginning of an option, the
 * first such option in listing order. Nothing anchors its end: `Group 12` reads as `Group 1`, and `Danielle`
 * as `Daniel` where Daniel is listed earlier.
 *
 * clean: the last marker that is followed by a whole option; the longest one that fits; upper and lower case,
 * quotes, and the signs of markup around marker and answer do not matter.
 *
 * Source of the upstream rule: AgentsNet's released code (`parse_answer` in LiteralMessagePassing.py).
 */
export function parseAnswer(text: string, allowed: readonly string[], mode: Mode): string | null {
  return mode === 'upstream' ? parseUpstream(text, allowed) : parseClean(text, allowed);
}

function parseUpstream(text: string, allowed: readonly string[]): string | null {
  for (let at = text.indexOf(answerMarker); at >= 0; at = text.indexOf(answerMarker, at + 1)) {
    let start = at + answerMarker.length;
    while (start < text.length && isUpstreamSpace(text.charCodeAt(start))) start++;
    const found = allowed.find((option) => text.startsWith(option, start));
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * White space as the benchmark's language has it: with the four separators and NEL, without the byte order
 * mark.
 */
function isUpstreamSpace(code: number): boolean {
  return (
    (code >= 0x1c && code <= 0x1f) ||
    code === 0x85 ||
    (code !== 0xfeff && /\s/.test(String.fromCharCode(code)))
  );
}

const cleanMarker = /final answer[\s#*_:"'`([]*/gi;

function parseClean(text: string, allowed: readonly string[]): string | null {
  const longestFirst = [...allowed].sort((a, b) => b.length - a.length);
  let answer: string | null = null;
  for (const match of text.matchAll(cleanMarker)) {
    const start = match.index + match[0].length;
    const found = longestFirst.find((option) => {
      const end = start + option.length;
      return text.slice(start, end).toLowerCase() === option.toLowerCase() && endsToken(text, end);
    });
    if (found !== undefined) answer = found;
  }
  return answer;
}

/**
 * Whether a word or number can end here: `1` does in `1.` and not in `10` or `1.5`, nor `Ann` in `Ann-Marie`.
 */
const endsToken = (text: string, at: number): boolean =>
  !/^(?:[\p{L}\p{N}_]|[-.,'’][\p{L}\p{N}])/u.test(text.slice(at, at + 3));

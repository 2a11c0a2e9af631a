/** So many braces are tried at most, from the last one on: a heap of them would take long. */
const mostTries = 200;

/**
 * The last JSON object in a text that has one of the keys, read forgivingly: whatever stands before and behind it passes, as do
 * commas behind a last entry and the truth values of Python. Undefined where there is none.
 */
export function readJson(
  text: string,
  ...keys: readonly string[]
): Readonly<Record<string, unknown>> | undefined {
  let tries = 0;
  for (let at = text.lastIndexOf('{'); at >= 0 && tries < mostTries; at = text.lastIndexOf('{', at - 1)) {
    tries++;
    const end = endOf(text, at);
    if (end !== undefined) {
      const found = parsed(text.slice(at, end));
      if (found !== undefined && keys.some((key) => Object.hasOwn(found, key))) return found;
    }
    if (at === 0) break;
  }
  return undefined;
}

/** Just behind the brace that closes the one at `start`; braces in strings do not count. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let isString = false;
  for (let i = start; i < text.length; i++) {
    const sign = text[i];
    if (isString) {
      if (sign === '\\') i++;
      else if (sign === '"') isString = false;
    } else if (sign === '"') isString = true;
    else if (sign === '{') depth++;
    else if (sign === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  const mended = text
    .replace(/,(\s*[}\]])/g, '$1')
    .replace(/(:\s*)(True|False|None)\b/g, (_, before: string, word: string) => before + python[word]);
  for (const candidate of [text, mended]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>;
    } catch {
      // Tried once more as mended, or not at all.
    }
  }
  return undefined;
}

const python: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** A whole number, whether it is given as one or in quotes. */
export function readWhole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

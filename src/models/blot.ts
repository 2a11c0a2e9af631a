/** So many characters of a key, from its first on, tell enough of it to be blotted out. */
const leastPrefix = 12;

/** Shorter keys have no forms of their own: what they encode to is found in any text. */
const leastEncoded = 8;

/**
 * A text without a key: neither as it is, nor percent-encoded or in base64, nor cut short after twelve characters or more. A
 * server may repeat what it was given in any of these.
 */
export function blotted(text: string, key: string): string {
  const forms = formsOf(key);
  let done = '';
  for (let at = 0; at < text.length; ) {
    // Forms begin alike; the one that reaches furthest is meant.
    const length = Math.max(...forms.map((form) => sharedLength(text, at, form)));
    done += length > 0 ? '[key]' : text[at];
    at += Math.max(1, length);
  }
  return done;
}

function formsOf(key: string): string[] {
  if (key.length < leastEncoded) return [key];
  const percent = encodeURIComponent(key);
  const bytes = Buffer.from(key, 'utf8');
  // What pads is no part of it.
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const forms = [key, percent, percent.replace(/%../g, (it) => it.toLowerCase()), base64];
  return [...new Set([...forms, bytes.toString('base64url')])].filter((it) => it !== '');
}

/** How much of a form stands at a place; 0 where that is too little to tell. */
function sharedLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length >= Math.min(leastPrefix, form.length) ? length : 0;
}

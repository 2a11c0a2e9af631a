/** So many characters of a key in a row, wherever they stand in it, tell enough of it to be blotted out. */
const leastShare = 12;

/** Shorter keys have no forms of their own: what they encode to is found in any text. */
const leastEncoded = 8;

/**
 * A text without a key: neither as it is, nor percent-encoded, in hexadecimal, in base64 or in upper or lower case, nor any
 * twelve characters of these. A server may repeat what it was given in any of them.
 */
export function blotted(text: string, key: string): string {
  if (key === '') return text;
  if (key.length < leastEncoded) return text.replaceAll(key, '[key]');
  const shares = sharesOf(key);
  const folded = foldCase(text);
  const spans: { readonly from: number; to: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const length = shares.lengths.find((it) => shares.texts.has(folded.slice(at, at + it)));
    if (length === undefined) continue;
    const last = spans.at(-1);
    if (last !== undefined && at <= last.to) last.to = Math.max(last.to, at + length);
    else spans.push({ from: at, to: at + length });
  }
  let done = '';
  let end = 0;
  for (const { from, to } of spans) {
    done += `${text.slice(end, from)}[key]`;
    end = to;
  }
  return done + text.slice(end);
}

/** The same for several keys. */
export const blottedOf = (text: string, keys: readonly string[]): string => keys.reduce(blotted, text);

/** All stretches of the forms of a key that tell of it, and how long they are, the longest first. */
function sharesOf(key: string): { readonly texts: ReadonlySet<string>; readonly lengths: readonly number[] } {
  const texts = new Set<string>();
  for (const form of formsOf(key).map(foldCase)) {
    const length = Math.min(leastShare, form.length);
    for (let at = 0; at + length <= form.length; at++) texts.add(form.slice(at, at + length));
  }
  return { texts, lengths: [...new Set([...texts].map((it) => it.length))].sort((a, b) => b - a) };
}

function formsOf(key: string): string[] {
  const bytes = Buffer.from(key, 'utf8');
  const quoted = JSON.stringify(key).slice(1, -1);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const form = base64Within(bytes, offset);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const forms = [key, quoted, encodeURIComponent(key), bytes.toString('hex'), ...base64];
  return forms.filter((it) => it.length >= leastEncoded);
}

/** What a key comes to in base64 behind so many other bytes, modulo three: the signs that are the key's alone. */
function base64Within(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  return padded.toString('base64').slice(from, Math.floor((padded.length * 8) / 6));
}

/** Lower case, sign by sign, so that places stay what they are: keys are of ASCII. */
const foldCase = (text: string): string => text.replace(/[A-Z]/g, (it) => it.toLowerCase());

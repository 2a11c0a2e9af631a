/** Runs of letters, up to three digits, runs of other signs, line breaks; a sign that stands for a word counts alone. */
const pieces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\p{L}\p{M}*(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}])*|\p{N}{1,3}|[^\s\p{L}\p{N}]+|\n+/gu;

/**
 * A rough count of the tokens in a text, for where nobody counted. Of 941 answers of gpt-4o-mini in recorded runs of
 * AgentsNet it is right to 0.4 % on the average, with a standard deviation of 2.4 %; code and other languages are further off.
 */
export const estimateTokens = (text: string): number => text.match(pieces)?.length ?? 0;

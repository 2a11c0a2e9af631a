/** What fixes the size of the keys and values that a model keeps of what it has read. */
export interface ModelShape {
  readonly layers: number;
  /** Heads that keys and values are kept for; fewer than the heads that ask, where these share them. */
  readonly kvHeads: number;
  readonly headSize: number;
  /** Bytes of one number: 2 for half precision. */
  readonly bytes: number;
}

/** Bytes of keys and values of so many tokens or latent steps: a key and a value for each layer and head. */
export const kvBytes = ({ layers, kvHeads, headSize, bytes }: ModelShape, tokens: number): number =>
  2 * layers * kvHeads * headSize * bytes * tokens;

/**
 * Bytes per second above which handing over keys and values is faster than writing a text of as many tokens and reading
 * it again: bytes of a token over 1 / decode + 1 / prefill. Below it the text arrives first.
 */
export const worthwhileLink = (
  shape: ModelShape,
  { prefill, decode }: { prefill: number; decode: number },
): number => kvBytes(shape, 1) / (1 / decode + 1 / prefill);

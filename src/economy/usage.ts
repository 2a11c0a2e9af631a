/** What one call of a model spent, in tokens. */
export interface Usage {
  /** Tokens the model read: system text, history, and the turn itself. */
  readonly prompt: number;
  /** Tokens it wrote, reasoning included. */
  readonly output: number;
}

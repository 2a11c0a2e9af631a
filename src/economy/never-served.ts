/** A call that is larger than what there is for all calls, so that it would wait for ever. */
export class NeverServed extends RangeError {
  /** The setting of the serving that is too small: `tokensPerMinute`. */
  readonly setting: string;
  /** What it must be, what it is, and the remedy. */
  readonly why: string;

  constructor(setting: string, why: string) {
    super(`serving: ${setting} ${why}`);
    this.setting = setting;
    this.why = why;
  }
}

import {
  beginConcurrency,
  begun,
  type Concurrency,
  type ConcurrencyLimits,
  ended,
  waitFor,
} from './concurrency.ts';
import type { Failure, FailureKind, LanguageModel, Reply } from './model.ts';
import { mostPatience } from './retry.ts';

/** Told what became of its wait: `undefined` where it may call, else why not. */
type Waiting = (refusal: Reply | undefined) => void;

/**
 * Lets as many calls through at once as the server bears; the others wait in the order in which they came. Where the server
 * asks for a rest that is longer than anybody waits, those who wait and those who come are told so, rather than kept.
 */
export class Gate {
  private state: Concurrency;
  private readonly limits: ConcurrencyLimits;
  private readonly queue: Waiting[] = [];
  /** What the server said when it asked for the rest that it is having. */
  private told = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(limits: ConcurrencyLimits) {
    this.limits = limits;
    this.state = beginConcurrency(limits);
  }

  /** How many calls may be under way at the moment. */
  get limit(): number {
    return Math.floor(this.state.limit);
  }

  /** The same model behind this gate: each try takes a place, and gives it back while it waits for the next. */
  guard(model: LanguageModel): LanguageModel {
    return {
      complete: async (request, signal, purse) => {
        const refusal = await this.enter(signal);
        if (refusal !== undefined) return refusal;
        let reply: Reply = given('cancelled', 'given up');
        try {
          reply = await model.complete(request, signal, purse);
        } finally {
          this.leave(reply);
        }
        const isLong = !reply.ok && reply.kind === 'rate-limited' && (reply.retryAfter ?? 0) > mostPatience;
        return isLong ? { ...reply, ...this.longWait() } : reply;
      },
    };
  }

  private async enter(signal: AbortSignal): Promise<Reply | undefined> {
    if (signal.aborted) return givenUp;
    return new Promise((resolve) => {
      const enter: Waiting = (refusal) => {
        signal.removeEventListener('abort', giveUp);
        resolve(refusal);
      };
      const giveUp = (): void => {
        const at = this.queue.indexOf(enter);
        if (at >= 0) this.queue.splice(at, 1);
        // A process that has nothing left to do is not kept alive by a rest that nobody sits out.
        if (this.queue.length === 0) clearTimeout(this.timer);
        resolve(givenUp);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.queue.push(enter);
      this.letIn();
    });
  }

  private leave(reply: Reply): void {
    const how = reply.ok ? 'clean' : reply.kind === 'rate-limited' ? 'rate-limited' : 'failed';
    const retryAfter = reply.ok ? undefined : reply.retryAfter;
    if (!reply.ok && how === 'rate-limited' && (retryAfter ?? 0) > 0) this.told = reply.message;
    this.state = ended(this.state, { how, retryAfter }, performance.now(), this.limits);
    this.letIn();
  }

  /** How long the server still asks to rest, in milliseconds. */
  private get rest(): number {
    return Math.max(0, this.state.restUntil - performance.now());
  }

  private longWait(): Pick<Failure, 'kind' | 'message'> {
    const message = `${this.told}; it asks to wait ${spanInWords(this.rest)}, and more than ${spanInWords(mostPatience)} are not sat out: come back then`;
    return { kind: 'long-wait', message };
  }

  private letIn(): void {
    clearTimeout(this.timer);
    while (this.queue.length > 0) {
      if (this.rest > mostPatience) {
        const { kind, message } = this.longWait();
        for (const enter of this.queue.splice(0)) enter(given(kind, message));
        return;
      }
      const wait = waitFor(this.state, performance.now());
      if (wait === Number.POSITIVE_INFINITY) return;
      if (wait > 0) {
        this.timer = setTimeout(() => this.letIn(), wait);
        return;
      }
      this.state = begun(this.state);
      this.queue.shift()?.(undefined);
    }
  }
}

const given = (kind: FailureKind, message: string): Reply => ({ ok: false, kind, message, retries: 0 });

const givenUp = given('cancelled', 'given up while it waited for its turn');

/** A wait as people say it, rounded: `40 s`, `10 min`, `24 h`, `12 days`. */
function spanInWords(milliseconds: number): string {
  const spans = [
    ['days', 86_400_000, 2 * 86_400_000],
    ['h', 3_600_000, 2 * 3_600_000],
    ['min', 60_000, 2 * 60_000],
  ] as const;
  const [unit, size] = spans.find(([, , from]) => milliseconds > from) ?? (['s', 1000] as const);
  return `${Math.round(milliseconds / size)} ${unit}`;
}

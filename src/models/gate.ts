import {
  beginConcurrency,
  begun,
  type Concurrency,
  type ConcurrencyLimits,
  ended,
  waitFor,
} from './concurrency.ts';
import type { LanguageModel, Reply } from './model.ts';

/** Lets as many calls through at once as the server bears; the others wait in the order in which they came. */
export class Gate {
  private state: Concurrency;
  private readonly limits: ConcurrencyLimits;
  private readonly queue: (() => void)[] = [];
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
        if (!(await this.enter(signal))) return given('cancelled', 'given up while it waited for its turn');
        let reply: Reply = given('cancelled', 'given up');
        try {
          reply = await model.complete(request, signal, purse);
          return reply;
        } finally {
          this.leave(reply);
        }
      },
    };
  }

  private async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    return new Promise((resolve) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        const at = this.queue.indexOf(enter);
        if (at >= 0) this.queue.splice(at, 1);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.queue.push(enter);
      this.letIn();
    });
  }

  private leave(reply: Reply): void {
    const how = reply.ok ? 'clean' : reply.kind === 'rate-limited' ? 'rate-limited' : 'failed';
    const retryAfter = reply.ok ? undefined : reply.retryAfter;
    this.state = ended(this.state, { how, retryAfter }, performance.now(), this.limits);
    this.letIn();
  }

  private letIn(): void {
    clearTimeout(this.timer);
    while (this.queue.length > 0) {
      const wait = waitFor(this.state, performance.now());
      if (wait === Number.POSITIVE_INFINITY) return;
      if (wait > 0) {
        this.timer = setTimeout(() => this.letIn(), wait);
        return;
      }
      this.state = begun(this.state);
      this.queue.shift()?.();
    }
  }
}

const given = (kind: 'cancelled', message: string): Reply => ({ ok: false, kind, message, retries: 0 });

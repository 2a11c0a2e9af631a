import { type Provider, provider } from '../economy/provider.ts';
import type { Serving } from '../economy/serving.ts';
import type { Usage } from '../economy/usage.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Seed } from '../kernel/stream.ts';
import type { Answer, LimitName, Setting } from './contracts.ts';
import type { Hooks } from './hooks.ts';
import type { Ledger } from './limits.ts';
import type { Presence } from './presence.ts';
import type { Asked, Questions } from './questions.ts';

/** What calls need of the run they are made in. */
export interface CallsOptions {
  readonly kernel: Kernel;
  /** The event that follows on the last call of an answer; its subject is the slot of the question. */
  readonly answerKind: number;
  readonly questions: Questions;
  readonly serving: Serving;
  readonly setting: Setting;
  readonly seed: Seed;
  readonly presence: Presence;
  readonly ledger: Ledger;
  readonly spend: Hooks['spend'];
  /** Ends the run at a limit. */
  readonly stop: (limit: LimitName) => void;
}

/** The calls to a provider that answers cost: those that come before an answer, then its own; what they use, and how long they take. */
export class Calls {
  private readonly run: CallsOptions;
  private readonly provider: Provider;
  private readonly draw: Keyed;
  private readonly callKind: number;

  constructor(run: CallsOptions) {
    this.run = run;
    this.provider = provider(run.serving, run.setting.chains);
    this.draw = new Keyed(run.seed, 'think');
    this.callKind = run.kernel.on((slot) => this.make(slot));
  }

  /** Counts a call: the first that an answer needs when its question is asked, the others when they are made. */
  count(): void {
    const { ledger, stop } = this.run;
    if (++ledger.calls > ledger.limits.calls) stop('calls');
  }

  /** Makes the calls of an answer, one after the other, and lets the answer follow on the last. */
  begin(slot: number, answer: Answer): void {
    this.run.questions.at(slot).answer = answer;
    this.make(slot);
  }

  /** Makes them all at once, for an answer that takes no time. */
  makePrompt(agent: number, answer: Answer, round: number): void {
    for (const call of answer.before ?? []) {
      this.makeOnePrompt(agent, call, round);
      this.count();
    }
    this.makeOnePrompt(agent, answer, round);
  }

  /** A call that takes no time has to be looked up in the cache all the same. */
  private makeOnePrompt(
    agent: number,
    { usage, chain }: Pick<Answer, 'usage' | 'chain'>,
    round: number,
  ): void {
    if (chain !== undefined) this.provider.call(this.run.kernel.now, usage, chain, this.draw);
    this.spend(agent, usage, round);
  }

  private make(slot: number): void {
    const { kernel, questions, presence, setting } = this.run;
    const asked = questions.at(slot);
    const { agent, index, round } = asked;
    const answer = answerOf(asked);
    const made = asked.made++;
    const first = answer.before?.[made];
    // Draws of their own for calls that come before, so that those of answers stay what they are.
    this.draw.at(first === undefined ? agent : agent + (made + 1) * setting.agents, index);
    const { usage, chain } = first ?? answer;
    const { now } = kernel;
    let wait = 0;
    let think = first === undefined ? answer.think : undefined;
    if (think === undefined) {
      const served = this.provider.call(now, usage, chain, this.draw);
      wait = served.startsAt - now;
      think = served.endsAt - served.startsAt;
    }
    if (made > 0) this.count();
    this.spend(agent, usage, round);
    think = presence.slowed(agent, now, think);
    const kind = first === undefined ? this.run.answerKind : this.callKind;
    kernel.schedule(Math.round(wait + think), kind, slot);
  }

  private spend(agent: number, usage: Usage | undefined, round: number): void {
    if (usage === undefined) return;
    for (const observer of this.run.spend) observer.spend(agent, usage, round);
    const passed = this.run.ledger.spend(agent, usage);
    if (passed !== undefined) this.run.stop(passed);
  }
}

/** The answer of a question that has one. */
export function answerOf({ agent, answer }: Asked): Answer {
  if (answer === undefined) throw new Error(`answer: a question of agent ${agent} has no answer.`);
  return answer;
}

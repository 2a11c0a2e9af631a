import type { CassetteMode } from '../scenario/model.ts';
import { ScenarioError } from '../world/error.ts';
import type { Cassette } from './cassette.ts';
import {
  type AnswerRecord,
  answerRecord,
  firstDifference,
  type HaltRecord,
  hashOf,
  imported,
  type Place,
} from './cassette-record.ts';
import {
  isFatal,
  isPassing,
  type LanguageModel,
  type ModelRequest,
  type Purse,
  type Reply,
} from './model.ts';
import { pathsThatDiffer, runDifference, shortened } from './run-difference.ts';
import { Siblings } from './siblings.ts';

/** What an asker needs of a cassette. */
export type Tape = Pick<
  Cassette,
  'path' | 'find' | 'alike' | 'extent' | 'haltOf' | 'descriptions' | 'append'
>;

interface AskerOptions {
  readonly mode: CassetteMode;
  readonly cassette?: Tape | undefined;
  readonly model: LanguageModel;
  /** Where the model is served. */
  readonly address?: string | undefined;
  /** Takes keys out of what is recorded or said. */
  readonly blot?: (text: string) => string;
}

/** A reply, and whether it was paid for just now. */
export interface Asked {
  readonly reply: Reply;
  readonly isFresh: boolean;
}

/** What makes a run this run and no other, as plain data. */
type RunIdentity = Readonly<Record<string, unknown>>;

/**
 * Answers the questions of runs, from the cassette or from the model as the mode has it. Throws a ScenarioError where a
 * cassette that must hold the answer does not, and where one was recorded at another address than is asked now.
 */
export class Asker {
  readonly mode: CassetteMode;
  readonly cassette: Tape | undefined;
  readonly address: string | undefined;
  private readonly model: LanguageModel;
  private readonly blot: (text: string) => string;
  private readonly identities = new Map<string, RunIdentity>();
  private siblings: Siblings | undefined;

  constructor({ mode, cassette, model, address, blot = (text) => text }: AskerOptions) {
    this.mode = mode;
    this.cassette = cassette;
    this.model = model;
    this.address = address;
    this.blot = blot;
  }

  /** Says what a run is a run of: kept with its first answer, and told where a cassette has another. */
  describe(run: string, identity: RunIdentity): void {
    if (this.cassette !== undefined && this.mode !== 'live') this.identities.set(run, identity);
  }

  /** In mode auto a question that failed in passing when it was recorded is put again. */
  async ask(place: Place, request: ModelRequest, signal: AbortSignal, purse?: Purse): Promise<Asked> {
    const { mode, cassette } = this;
    if (cassette && mode !== 'live' && mode !== 'record') {
      const record = cassette.find(place);
      const isServed =
        mode === 'strict' || record?.reply.ok === true || !isPassing(record?.reply.kind ?? 'timeout');
      if (record && isServed && [hashOf(request), imported].includes(record.request)) {
        this.refuseElsewhere(record.at, `question ${place.index} of agent ${place.agent}`);
        return { reply: record.reply, isFresh: false };
      }
      if (mode === 'strict') throw this.miss(cassette, place, request);
      const lent = this.lent(cassette, place, request);
      if (lent !== undefined) return { reply: lent.reply, isFresh: false };
    }
    const reply = await this.model.complete(request, signal, purse);
    // What nobody could answer, or was given up, is asked again the next time.
    const isGivenUp = !reply.ok && (reply.kind === 'cancelled' || reply.kind === 'over-budget');
    const isAnswer = reply.ok || !(isFatal(reply.kind) || isGivenUp);
    if (isAnswer && mode !== 'live') this.record(place, request, reply);
    return { reply, isFresh: true };
  }

  /** Where a run ended over budget when it was recorded, if it is to end there again before this step. */
  haltAt(run: string, step: number): HaltRecord | undefined {
    const halt = this.cassette?.haltOf(run);
    if (halt?.step !== step || this.mode === 'live' || this.mode === 'record') return undefined;
    if (this.mode === 'strict') return halt;
    // Elsewhere than in a strict replay, time begins anew.
    if (halt.why === 'time') return undefined;
    this.refuseElsewhere(halt.at, 'that its budget was used up');
    return halt;
  }

  private record(place: Place, request: ModelRequest, reply: Reply): void {
    const { address: at, blot } = this;
    this.keep(answerRecord(place, request, reply, { at, blot }));
  }

  private keep(record: AnswerRecord): void {
    const { cassette } = this;
    if (cassette === undefined) return;
    const { run } = record;
    const of = cassette.descriptions.has(run) ? undefined : this.identityOf(run);
    if (of !== undefined) {
      cassette.append({ type: 'run', run, of });
      this.siblings?.add(run, of);
    }
    cassette.append(record);
  }

  /**
   * The answer to the same request at the same place in a run that differs in its budget only: it is paid for already. It is
   * kept as one of this run too, so that each replays by itself.
   */
  private lent(cassette: Tape, place: Place, request: ModelRequest): AnswerRecord | undefined {
    const identity = this.identityOf(place.run);
    if (identity === undefined) return undefined;
    this.siblings ??= new Siblings(cassette.descriptions.values());
    const hash = hashOf(request);
    for (const run of this.siblings.of(place.run, identity)) {
      const record = cassette.find({ ...place, run });
      if (record?.request !== hash || !(record.reply.ok || !isPassing(record.reply.kind))) continue;
      this.refuseElsewhere(record.at, `question ${place.index} of agent ${place.agent}`);
      const lent = { ...record, run: place.run };
      this.keep(lent);
      return lent;
    }
    return undefined;
  }

  /** One address may serve quite another model than the next by the same name. */
  private refuseElsewhere(at: string | undefined, what: string): void {
    const { mode, address, cassette } = this;
    if (mode !== 'auto' || at === undefined || address === undefined || at === address) return;
    const message = `${cassette?.path}: ${what} was recorded at ${at}, but ${address} is to be asked now. If the same model answers there, --cassette-mode anywhere goes on from what is recorded; if not, --cassette FILE records beside it, and --cassette-mode record in its place. --cassette-mode strict replays it, wherever it was recorded`;
    throw new ScenarioError([{ path: 'model.baseUrl', message }]);
  }

  /** What a run is a run of, as it is recorded. */
  private identityOf(run: string): Record<string, unknown> | undefined {
    const identity = this.identities.get(run);
    if (identity === undefined) return undefined;
    return JSON.parse(this.blot(JSON.stringify(shortened(identity)))) as Record<string, unknown>;
  }

  private miss(cassette: Tape, place: Place, request: ModelRequest): ScenarioError {
    const { agent, index } = place;
    const record = cassette.find(place);
    const alike = record === undefined && index === 0 ? cassette.alike(place) : record;
    const difference =
      alike && firstDifference(alike, cassette.find({ ...alike, index: 0 }), request, this.blot);
    const nearest = record === undefined ? this.nearest(cassette, place.run) : undefined;
    const why = record
      ? difference
      : [[cassette.extent(place), nearest].filter(Boolean).join('; '), difference]
          .filter(Boolean)
          .join('; there ');
    const message = `${cassette.path} has no answer to question ${index} of agent ${agent}: ${why}. Replay what was recorded, or let mode auto ask for the rest`;
    return new ScenarioError([{ path: 'model.cassette', message }]);
  }

  /** In what a run that is not on the cassette differs from the one there that is most like it. */
  private nearest(cassette: Tape, run: string): string | undefined {
    const now = this.identityOf(run);
    if (now === undefined || cassette.descriptions.has(run)) return undefined;
    const [best] = [...cassette.descriptions.values()]
      .map((it) => ({ ...it, count: pathsThatDiffer(now, it.of).length }))
      .sort((a, b) => a.count - b.count);
    if (best === undefined) return undefined;
    return `most like it is ${best.run}: ${runDifference(now, best.of)} when that was recorded`;
  }
}

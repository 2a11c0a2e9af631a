import type { CassetteMode } from '../scenario/model.ts';
import { ScenarioError } from '../world/error.ts';
import type { Cassette } from './cassette.ts';
import { answerRecord, firstDifference, hashOf, imported, type Place } from './cassette-record.ts';
import {
  isFatal,
  isPassing,
  type LanguageModel,
  type ModelRequest,
  type Purse,
  type Reply,
} from './model.ts';

/** What an asker needs of a cassette. */
export type Tape = Pick<Cassette, 'path' | 'find' | 'alike' | 'extent' | 'haltOf' | 'append'>;

interface AskerOptions {
  readonly mode: CassetteMode;
  readonly cassette?: Tape | undefined;
  readonly model: LanguageModel;
}

/** A reply, and whether it was paid for just now. */
export interface Asked {
  readonly reply: Reply;
  readonly isFresh: boolean;
}

/**
 * Answers the questions of runs, from the cassette or from the model as the mode has it. Throws a ScenarioError where a
 * cassette that must hold the answer does not.
 */
export class Asker {
  readonly mode: CassetteMode;
  readonly cassette: Tape | undefined;
  private readonly model: LanguageModel;

  constructor({ mode, cassette, model }: AskerOptions) {
    this.mode = mode;
    this.cassette = cassette;
    this.model = model;
  }

  /** In mode auto a question that failed in passing when it was recorded is put again. */
  async ask(place: Place, request: ModelRequest, signal: AbortSignal, purse?: Purse): Promise<Asked> {
    const { mode, cassette } = this;
    const hash = hashOf(request);
    if (cassette && (mode === 'strict' || mode === 'auto')) {
      const record = cassette.find(place);
      const isServed =
        mode === 'strict' || record?.reply.ok === true || !isPassing(record?.reply.kind ?? 'timeout');
      if (record && isServed && (record.request === hash || record.request === imported))
        return { reply: record.reply, isFresh: false };
      if (mode === 'strict') throw this.miss(cassette, place, request);
    }
    const reply = await this.model.complete(request, signal, purse);
    // What nobody could answer, or was given up, is asked again the next time.
    const isGivenUp = !reply.ok && (reply.kind === 'cancelled' || reply.kind === 'over-budget');
    const isAnswer = reply.ok || !(isFatal(reply.kind) || isGivenUp);
    if (isAnswer && mode !== 'live') cassette?.append(answerRecord(place, request, reply, hash));
    return { reply, isFresh: true };
  }

  private miss(cassette: Tape, place: Place, request: ModelRequest): ScenarioError {
    const { agent, index } = place;
    const record = cassette.find(place);
    const alike = record === undefined && index === 0 ? cassette.alike(place) : record;
    const difference = alike && firstDifference(alike, cassette.find({ ...alike, index: 0 }), request);
    const why = record ? difference : [cassette.extent(place), difference].filter(Boolean).join('; there ');
    const message = `${cassette.path} has no answer to question ${index} of agent ${agent}: ${why}. Replay what was recorded, or let mode auto ask for the rest`;
    return new ScenarioError([{ path: 'model.cassette', message }]);
  }
}

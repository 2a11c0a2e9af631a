import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Asker, type Tape } from '../models/asker.ts';
import { blottedOf } from '../models/blot.ts';
import { Cassette } from '../models/cassette.ts';
import { type AnswerRecord, nameOf } from '../models/cassette-record.ts';
import { Gate } from '../models/gate.ts';
import { liveModel } from '../models/live.ts';
import { makeFolder } from '../models/make-folder.ts';
import type { LanguageModel } from '../models/model.ts';
import { addressOf, keysIn } from '../models/providers.ts';
import { withRetries } from '../models/retry.ts';
import { type CassetteMode, type ModelConfig, modeOf } from '../scenario/model.ts';
import { ScenarioError } from '../world/error.ts';
import { type Lock, lock } from './lock.ts';
import { systemRefusal } from './system-refusal.ts';

/** More calls than this are never under way at once. */
const mostAtOnce = 1000;

/** Where the models of a command keep their answers. */
export interface ModelsOptions {
  /** Where the cassettes that a scenario names are looked for. */
  readonly folder: string;
  /** The wait before a call is tried again for the first time, in milliseconds. */
  readonly firstWait?: number;
}

/** Who answers for the models that scenarios name. */
export interface Answering {
  /** Throws a ScenarioError where the cassette of the model cannot be opened. */
  readonly askerOf: (config: ModelConfig) => Asker;
}

/** Answers that are at hand, in the place of any model. */
export function recordedModels(records: readonly AnswerRecord[]): Answering {
  const byName = new Map(records.map((record) => [nameOf(record), record]));
  const tape: Tape = {
    path: 'the record',
    find: (place) => byName.get(nameOf(place)),
    alike: () => undefined,
    extent: () => 'it ends before',
    haltOf: () => undefined,
    descriptions: new Map(),
    append: () => {},
  };
  const nobody: LanguageModel = {
    complete: async () => ({ ok: false, kind: 'unreachable', message: 'there is no model', retries: 0 }),
  };
  const asker = new Asker({ mode: 'strict', cassette: tape, model: nobody });
  return { askerOf: () => asker };
}

/** The models of a command: one gate per server and one cassette per file, whichever run asks. */
export class Models implements Answering {
  private readonly options: ModelsOptions;
  private readonly gates = new Map<string, Gate>();
  private readonly cassettes = new Map<
    string,
    { readonly cassette: Cassette; readonly held: Lock | undefined }
  >();
  private readonly askers = new Map<ModelConfig, Asker>();

  constructor(options: ModelsOptions) {
    this.options = options;
  }

  askerOf(config: ModelConfig): Asker {
    const known = this.askers.get(config);
    if (known) return known;
    const mode = modeOf(config);
    const cassette =
      config.cassette === undefined || mode === 'live' ? undefined : this.open(config.cassette, mode);
    const keys = keysIn(process.env);
    const asker = new Asker({
      mode,
      cassette,
      model: this.live(config),
      address: addressOf(config),
      blot: (text) => blottedOf(text, keys),
    });
    this.askers.set(config, asker);
    return asker;
  }

  /** Closes the cassettes; nothing can be asked any more. */
  close(): void {
    for (const { cassette, held } of this.cassettes.values()) {
      cassette.close();
      held?.release();
    }
    this.cassettes.clear();
    this.askers.clear();
  }

  private live(config: ModelConfig): LanguageModel {
    const server = `${config.provider} ${addressOf(config)}`;
    const gate = this.gates.get(server) ?? new Gate({ start: config.concurrency, most: mostAtOnce });
    this.gates.set(server, gate);
    return withRetries(gate.guard(liveModel(config)), {
      tries: config.tries,
      ...(this.options.firstWait === undefined ? {} : { first: this.options.firstWait }),
    });
  }

  private open(named: string, mode: Exclude<CassetteMode, 'live'>): Cassette {
    const path = resolve(this.options.folder, named);
    const known = this.cassettes.get(path);
    if (known) return known.cassette;
    const write = mode !== 'strict';
    const held = write ? lockFor(path) : undefined;
    try {
      const cassette = new Cassette(path, { write });
      this.cassettes.set(path, { cassette, held });
      return cassette;
    } catch (error) {
      held?.release();
      throw error;
    }
  }
}

function lockFor(path: string): Lock {
  // Before a lock is laid beside it.
  if (existsSync(path) && statSync(path).isDirectory()) {
    const message = `${path} is a folder; name a file in it, such as answers.jsonl`;
    throw new ScenarioError([{ path: 'model.cassette', message }]);
  }
  try {
    makeFolder(dirname(path));
    return lock(`${path}.lock`);
  } catch (error) {
    if (!(error instanceof ScenarioError)) {
      const [refused] = systemRefusal(error, path)?.issues ?? [];
      if (refused === undefined) throw error;
      throw new ScenarioError([
        { path: 'model.cassette', message: `${path}: ${refused.path} ${refused.message}` },
      ]);
    }
    const message = `${path} is being recorded on by another process; wait for it, or give another file`;
    throw new ScenarioError([{ path: 'model.cassette', message }]);
  }
}

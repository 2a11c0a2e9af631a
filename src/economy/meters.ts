import { freshTokens, isSound, type Usage, usageFault } from './usage.ts';

/**
 * What is metered, in the order of the columns: what every call has comes first. `cachedRead`, `cacheWrite` and
 * `reasoning` are parts of others.
 */
export const meterKinds = [
  'calls',
  'prompt',
  'output',
  'dollars',
  'cachedRead',
  'cacheWrite',
  'reasoning',
  'latentSteps',
  'kvBytes',
  'requested',
] as const;

/** One of the things that are metered. */
export type MeterKind = (typeof meterKinds)[number];

/** What was spent, of each kind: calls and tokens in numbers, memory in bytes, money in dollars. */
export type Meter = Readonly<Record<MeterKind, number>>;

const columns = meterKinds.length;

/** What a run has spent so far, by agent, edge, round and purpose. */
export interface Meters {
  /** Books a call. `round` is the one it belongs to, -1 where there are none. */
  readonly add: (agent: number, round: number, usage: Usage) => void;
  readonly total: () => Meter;
  readonly byAgent: (agent: number) => Meter;
  /** From -1, for what belongs to no round, to `rounds - 1`. */
  readonly byRound: (round: number) => Meter;
  readonly rounds: () => number;
  readonly byPurpose: (purpose: string) => Meter;
  readonly purposes: () => readonly string[];
  /**
   * What the messages of `from` made `to` spend: calls that they caused, the tokens of those that a call of `to` reads for
   * the first time, and keys and values that are moved for it. What was cached of equal messages may differ by a token, to
   * keep tokens whole; what they cost does not. Of an agent on itself, all the rest: what nobody's message caused, and what it reads again.
   */
  readonly byEdge: (from: number, to: number) => Meter;
  readonly edges: () => readonly (readonly [from: number, to: number])[];
  /** The most tokens that one call read and wrote. */
  readonly largestContext: () => number;
}

/**
 * Accounts of one run. Every call is booked once under each of four headings, so that the sums over agents, over edges,
 * over rounds and over purposes are the same total: exactly for whole numbers below 2^53, up to rounding for dollars.
 * `charge` prices a call, NaN where its price is unknown; a sum with an unknown part is unknown. Without it, so are all.
 */
export function meters(agents: number, charge?: (usage: Usage) => number): Meters {
  const perAgent = new Float64Array(agents * columns);
  const perRound = new Table();
  const perPurpose = new Table();
  const perEdge = new Table();
  const purposes = new Map<string, number>();
  const edges = new Map<number, number>();
  // Calls of one round and purpose come in a row, so that they are booked under both together, once either changes.
  const pending = new Float64Array(columns);
  let pendingRound = -1;
  let pendingPurpose = 'first';
  let largest = 0;

  const indexIn = <Key>(known: Map<Key, number>, key: Key): number => {
    let index = known.get(key);
    if (index === undefined) known.set(key, (index = known.size));
    return index;
  };
  const settle = (): void => {
    if (pending[0] === 0) return;
    perRound.add(pendingRound + 1, pending);
    perPurpose.add(indexIn(purposes, pendingPurpose), pending);
    pending.fill(0);
  };
  const refuse = (agent: number, usage: Usage): void => {
    if (!(agent >= 0 && agent < agents))
      throw new RangeError(`meters: agent must be one of ${agents}, but is ${agent}`);
    const fault = usageFault(usage);
    if (fault !== undefined) throw new RangeError(`meters: usage of agent ${agent}: ${fault}.`);
  };
  const bookEdge = (from: number, to: number, usage: Usage, dollars: number): void => {
    const { prompt, output, cachedRead = 0, cacheWrite = 0 } = usage;
    const row = Float64Array.of(1, prompt, output, dollars, cachedRead, cacheWrite, 0, 0, 0, 0);
    addRest(row, 0, usage);
    perEdge.add(indexIn(edges, from * agents + to), row);
  };
  /**
   * Shares out what a call reads of others for the first time. All that is read in a call is read at the rates of that
   * call, so that messages of equal length cost the same, in whatever order they come and whatever tier they lift it to.
   */
  const bookHeard = (to: number, heard: NonNullable<Usage['heard']>, usage: Usage): void => {
    const others = heard.filter(({ from, tokens, kvBytes = 0 }) => from !== to && tokens + kvBytes > 0);
    const all = readFirst(
      usage,
      others.reduce((sum, { tokens }) => sum + tokens, 0),
    );
    const perToken = charge === undefined ? Number.NaN : priceOfRead(charge, usage, all);
    for (const { from, tokens, kvBytes = 0 } of others) {
      const { cachedRead, cacheWrite } = takeShare(all, tokens);
      let dollars = tokens === 0 ? 0 : tokens * perToken;
      if (kvBytes > 0) dollars += charge === undefined ? Number.NaN : kvBytes * priceOfByte(charge, usage);
      // The call itself stays with the agent that makes it.
      const row = Float64Array.of(0, tokens, 0, dollars, cachedRead, cacheWrite, 0, 0, kvBytes, 0);
      perEdge.add(indexIn(edges, from * agents + to), row);
    }
  };
  /** What is left of an agent's spending once others' messages have answered for theirs. */
  const ownOf = (agent: number): Meter => {
    const own = perAgent.slice(agent * columns, (agent + 1) * columns);
    for (const [key, index] of edges) {
      if (key % agents !== agent) continue;
      const caused = perEdge.at(index);
      meterKinds.forEach((kind, i) => {
        own[i]! -= caused[kind];
      });
    }
    // Dollars alone are rounded, so that nothing can come out as less; what is unknown stays so.
    own[3] = Math.max(0, own[3]!);
    return meterAt(own, 0);
  };

  return {
    add(agent, round, usage) {
      const { prompt, output, cachedRead = 0, cacheWrite = 0, reasoning = 0 } = usage;
      const { latentSteps = 0, kvBytes = 0, requested = 0, purpose = 'first', edge, heard } = usage;
      // Read once and written here, since this is done for every call; not a number fails these comparisons too.
      const isPlain = reasoning === 0 && latentSteps === 0 && kvBytes === 0 && requested === 0;
      const areCounts =
        cachedRead >= 0 && cacheWrite >= 0 && cachedRead + cacheWrite <= prompt && output >= 0;
      const isSimple = isPlain && heard === undefined && areCounts;
      if (!(agent >= 0 && agent < agents && (isSimple || isSound(usage)))) refuse(agent, usage);
      if (round !== pendingRound || purpose !== pendingPurpose) {
        settle();
        pendingRound = round;
        pendingPurpose = purpose;
      }
      const dollars = charge === undefined ? Number.NaN : charge(usage);
      const at = agent * columns;
      pending[0]! += 1;
      pending[1]! += prompt;
      pending[2]! += output;
      pending[3]! += dollars;
      perAgent[at]! += 1;
      perAgent[at + 1]! += prompt;
      perAgent[at + 2]! += output;
      perAgent[at + 3]! += dollars;
      if (cachedRead + cacheWrite > 0) {
        pending[4]! += cachedRead;
        pending[5]! += cacheWrite;
        perAgent[at + 4]! += cachedRead;
        perAgent[at + 5]! += cacheWrite;
      }
      if (!isPlain) {
        addRest(pending, 0, usage);
        addRest(perAgent, at, usage);
      }
      if (edge !== undefined && edge !== agent) bookEdge(edge, agent, usage, dollars);
      else if (heard !== undefined) bookHeard(agent, heard, usage);
      if (prompt + output > largest) largest = prompt + output;
    },
    total() {
      const total = new Float64Array(columns);
      for (let i = 0; i < perAgent.length; i++) total[i % columns]! += perAgent[i]!;
      return meterAt(total, 0);
    },
    byAgent: (agent) => meterAt(perAgent, agent * columns),
    byRound(round) {
      settle();
      return perRound.at(round + 1);
    },
    rounds() {
      settle();
      return Math.max(0, perRound.size - 1);
    },
    byPurpose(purpose) {
      settle();
      return perPurpose.at(purposes.get(purpose) ?? -1);
    },
    purposes() {
      settle();
      return [...purposes.keys()];
    },
    byEdge: (from, to) => (from === to ? ownOf(to) : perEdge.at(edges.get(from * agents + to) ?? -1)),
    edges() {
      const between = [...edges.keys()].map((key) => [Math.floor(key / agents), key % agents] as const);
      const own = Float64Array.from({ length: agents }, (_, agent) => perAgent[agent * columns]!);
      for (const [from, to] of between) own[to]! -= perEdge.at(edges.get(from * agents + to)!).calls;
      const alone: (readonly [number, number])[] = [];
      own.forEach((calls, agent) => {
        if (calls > 0) alone.push([agent, agent]);
      });
      return [...between, ...alone];
    },
    largestContext: () => largest,
  };
}

/** Tokens of a prompt, by what became of them. */
interface Read {
  prompt: number;
  cachedRead: number;
  cacheWrite: number;
}

/** What became of so many tokens that were new in a prompt: they are those read afresh first, those cached last. */
function readFirst(usage: Usage, tokens: number): Read {
  const beyond = Math.max(0, tokens - freshTokens(usage));
  const cacheWrite = Math.min(usage.cacheWrite ?? 0, beyond);
  return { prompt: tokens, cachedRead: beyond - cacheWrite, cacheWrite };
}

/** Takes the share of one message off what all have left, in whole tokens; the last one leaves nothing. */
function takeShare(left: Read, tokens: number): Read {
  const isLast = tokens === left.prompt;
  const shareOf = (kind: number): number =>
    isLast ? kind : Math.min(tokens, kind, Math.round((kind * tokens) / left.prompt));
  const cachedRead = shareOf(left.cachedRead);
  // Some were in the cache only where none are read afresh.
  const cacheWrite = left.cachedRead > 0 ? tokens - cachedRead : shareOf(left.cacheWrite);
  left.prompt -= tokens;
  left.cachedRead -= cachedRead;
  left.cacheWrite -= cacheWrite;
  return { prompt: tokens, cachedRead, cacheWrite };
}

type Charge = (usage: Usage) => number;

/** A prompt as long as that of a call, and nothing else: it is charged at the rates of the call. */
const likeOf = ({ prompt, model }: Usage): Usage =>
  model === undefined ? { prompt, output: 0 } : { prompt, output: 0, model };

/** Dollars for a token of a part of a prompt, on the mean, at the rates of the whole call. */
function priceOfRead(charge: Charge, usage: Usage, read: Read): number {
  const { prompt } = usage;
  const at = (tokens: number, kind: Partial<Usage>): number =>
    tokens === 0 ? 0 : (tokens / read.prompt) * (charge({ ...likeOf(usage), ...kind }) / prompt);
  const { cachedRead, cacheWrite } = read;
  return (
    at(read.prompt - cachedRead - cacheWrite, {}) +
    at(cachedRead, { cachedRead: prompt }) +
    at(cacheWrite, { cacheWrite: prompt })
  );
}

/** Dollars for a byte of keys and values that is moved for a call. */
function priceOfByte(charge: Charge, usage: Usage): number {
  const { kvBytes = 0 } = usage;
  const like = likeOf(usage);
  return Math.max(0, charge({ ...like, kvBytes }) - charge(like)) / kvBytes;
}

/** Adds what few calls have: the columns from the seventh on. */
function addRest(cells: Float64Array, at: number, usage: Usage): void {
  cells[at + 6]! += usage.reasoning ?? 0;
  cells[at + 7]! += usage.latentSteps ?? 0;
  cells[at + 8]! += usage.kvBytes ?? 0;
  cells[at + 9]! += usage.requested ?? 0;
}

function meterAt(cells: Float64Array, offset: number): Meter {
  const at = (i: number): number => cells[offset + i] ?? 0;
  return {
    calls: at(0),
    prompt: at(1),
    output: at(2),
    dollars: at(3),
    cachedRead: at(4),
    cacheWrite: at(5),
    reasoning: at(6),
    latentSteps: at(7),
    kvBytes: at(8),
    requested: at(9),
  };
}

/** Rows that grow in number. */
class Table {
  size = 0;
  private cells = new Float64Array(16 * columns);

  add(index: number, row: Float64Array): void {
    if (index >= this.size) this.size = index + 1;
    while (this.size * columns > this.cells.length) {
      const larger = new Float64Array(2 * this.cells.length);
      larger.set(this.cells);
      this.cells = larger;
    }
    for (let i = 0; i < columns; i++) this.cells[index * columns + i]! += row[i]!;
  }

  /** All zero where there is no such row. */
  at(index: number): Meter {
    return meterAt(this.cells, index >= 0 && index < this.size ? index * columns : this.cells.length);
  }
}

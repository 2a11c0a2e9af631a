import { isSound, type Usage, usageFault } from './usage.ts';

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

export type MeterKind = (typeof meterKinds)[number];

export type Meter = Readonly<Record<MeterKind, number>>;

const columns = meterKinds.length;
// Columns that a call without a cache fills, one with a cache, and any.
const [few, some] = [4, 6];

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
  /** What the messages of `from` made `to` spend; of an agent on itself, what nobody's message caused. */
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
  const row = new Float64Array(columns);
  let largest = 0;
  // Most calls are for what the last one was for.
  let lastPurpose: string | undefined;
  let lastIndex = 0;

  const indexIn = <Key>(known: Map<Key, number>, key: Key): number => {
    let index = known.get(key);
    if (index === undefined) known.set(key, (index = known.size));
    return index;
  };
  const refuse = (agent: number, usage: Usage): void => {
    if (!(agent >= 0 && agent < agents))
      throw new RangeError(`meters: agent must be one of ${agents}, but is ${agent}`);
    const fault = usageFault(usage);
    if (fault !== undefined) throw new RangeError(`meters: usage of agent ${agent}: ${fault}.`);
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
    return meterAt(own, 0);
  };

  return {
    add(agent, round, usage) {
      if (!(agent >= 0 && agent < agents && isSound(usage))) refuse(agent, usage);
      const width = fill(row, usage);
      row[3] = charge === undefined ? Number.NaN : charge(usage);
      addRow(perAgent, agent * columns, row, width);
      perRound.add(round + 1, row, width);
      const { purpose = 'first', edge } = usage;
      if (purpose !== lastPurpose) {
        lastPurpose = purpose;
        lastIndex = indexIn(purposes, purpose);
      }
      perPurpose.add(lastIndex, row, width);
      if (edge !== undefined && edge !== agent)
        perEdge.add(indexIn(edges, edge * agents + agent), row, width);
      const read = row[1]! + row[2]!;
      if (read > largest) largest = read;
    },
    total: () => {
      const total = new Float64Array(columns);
      for (let i = 0; i < perAgent.length; i++) total[i % columns]! += perAgent[i]!;
      return meterAt(total, 0);
    },
    byAgent: (agent) => meterAt(perAgent, agent * columns),
    byRound: (round) => perRound.at(round + 1),
    rounds: () => Math.max(0, perRound.size - 1),
    byPurpose: (purpose) => perPurpose.at(purposes.get(purpose) ?? -1),
    purposes: () => [...purposes.keys()],
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

/** Answers how many columns it has filled; dollars are left to others. */
function fill(row: Float64Array, usage: Usage): number {
  row[0] = 1;
  row[1] = usage.prompt;
  row[2] = usage.output;
  const {
    cachedRead = 0,
    cacheWrite = 0,
    reasoning = 0,
    latentSteps = 0,
    kvBytes = 0,
    requested = 0,
  } = usage;
  row[4] = cachedRead;
  row[5] = cacheWrite;
  if (reasoning + latentSteps + kvBytes + requested === 0) return cachedRead + cacheWrite === 0 ? few : some;
  row[6] = reasoning;
  row[7] = latentSteps;
  row[8] = kvBytes;
  row[9] = requested;
  return columns;
}

function addRow(cells: Float64Array, offset: number, row: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) cells[offset + i]! += row[i]!;
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

  add(index: number, row: Float64Array, width: number): void {
    if (index >= this.size) this.size = index + 1;
    while (this.size * columns > this.cells.length) {
      const larger = new Float64Array(2 * this.cells.length);
      larger.set(this.cells);
      this.cells = larger;
    }
    addRow(this.cells, index * columns, row, width);
  }

  /** All zero where there is no such row. */
  at(index: number): Meter {
    return meterAt(this.cells, index >= 0 && index < this.size ? index * columns : this.cells.length);
  }
}

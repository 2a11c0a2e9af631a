import { ln } from '../../kernel/elementary.ts';
import { type Act, type Claim, MISSING, RIGHT, type Size } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { purposes } from './dice.ts';
import type { Mind } from './mind.ts';

/** One agent's turn of work. */
export interface Craft {
  /** Works with so many tokens; answers what it came to hold. */
  readonly work: (agent: number, act: Act, tokens: number) => readonly Claim[];
  /** The agent is shown the product as it stands. */
  readonly sync: (agent: number) => void;
  /** The agent no longer knows an item: it must be found again from the beginning. */
  readonly lose: (agent: number, item: number) => void;
}

/** Of a turn: whether others work on the same product, and with which model. */
interface How {
  readonly joint: boolean;
  readonly size?: Size;
}

const nothing: readonly Claim[] = [];

/**
 * Work on items. Effort adds up over turns; an item of cost D is found when effort / D passes an exponential number of
 * mean 1, so that B tokens find it with chance 1 - exp(-B / D). Of a search, the share `overlap` of the effort
 * goes the way that all agents go, where it finds for all of them what it finds for one; n agents with B / n each then
 * search as well as one with B (1 - overlap (1 - 1 / n)). Where a turn works on one item, it is the share of turns in which an
 * agent takes the item that all would take next.
 *
 * A product that others work on too has a version: whoever acts on an older one than the present, or on an item before
 * what it needs is there, fails by the hazard of the work.
 */
export function craft({ agents }: Setting, mind: Mind): Craft {
  const { work, dice, knobs } = mind;
  const { items, cost, needs, hazard } = work;
  const spent = new Float64Array(agents * items);
  const seen = new Int32Array(agents);
  const turns = new Int32Array(agents);
  /** Tokens of preamble that each agent has yet to write. */
  const debt = new Float64Array(agents);
  /** Corrupted texts in each agent's context. */
  const noise = new Int32Array(agents);
  let version = 0;

  const isOpen = (agent: number, item: number): boolean => mind.held(agent, item) === MISSING;
  const isBlind = (agent: number, item: number): boolean =>
    needs[item]!.length > 0 && needs[item]!.some((need) => isOpen(agent, need));
  const isFound = (agent: number, item: number, effort: number): boolean => {
    const { overlap } = knobs;
    const own = (1 - overlap) * effort;
    if (own > 0 && own / cost[item]! >= -ln(1 - dice.roll(purposes.find, agent, item, 0))) return true;
    return overlap > 0 && (overlap * effort) / cost[item]! >= -ln(1 - dice.common(purposes.find, item));
  };
  /** Each corrupted text that the agent has read for another item may lead it astray. */
  const isConfused = (agent: number, item: number, count: number): boolean => {
    let clear = 1;
    for (let i = 0; i < noise[agent]!; i++) clear *= 1 - knobs.interference;
    return dice.roll(purposes.confuse, agent, item, count) >= clear;
  };
  const settle = (agent: number, item: number, { joint, size }: How): Claim => {
    const count = mind.tries(agent, item);
    let value = mind.answer(agent, item, count, size);
    const isStale = joint && version !== seen[agent];
    if (hazard > 0 && value === RIGHT && (isStale || isBlind(agent, item))) {
      if (dice.roll(purposes.hazard, agent, item, count) < hazard)
        value = 1 + Math.floor(dice.second * work.variants);
    }
    if (noise[agent]! > 0 && value === RIGHT && isConfused(agent, item, count))
      value = 1 + Math.floor(dice.second * work.variants);
    noise[agent] = noise[agent]! + (work.corrupt?.[item] ?? 0);
    if (joint) {
      version++;
      // Whoever was up to date sees its own change; whoever was not still does not know what it missed.
      if (!isStale) seen[agent] = version;
    }
    mind.hold(agent, item, value);
    return { item, value };
  };
  const tryItem = (agent: number, item: number, effort: number, how: How): Claim | undefined => {
    if (cost[item] !== 0 && !mind.remembers(item)) {
      const at = agent * items + item;
      spent[at] = spent[at]! + effort;
      if (!isFound(agent, item, spent[at]!)) return undefined;
    }
    return settle(agent, item, how);
  };
  /** Where an agent begins to look for an open item: where all do, or at a place of its own. */
  const startOf = (agent: number, count: number): number => {
    const turn = turns[agent]!++;
    if (count === 1 || dice.roll(purposes.order, agent, 1, turn) < knobs.overlap) return 0;
    return Math.floor(dice.roll(purposes.order, agent, 0, 0) * count);
  };
  /** The first open item whose needs are there, going round from the start; else the first open one. */
  const next = (agent: number, scope: Act['scope']): number => {
    const count = scope?.length ?? items;
    const start = startOf(agent, count);
    let blind = -1;
    for (let i = 0; i < count; i++) {
      const at = start + i < count ? start + i : start + i - count;
      const item = scope?.[at] ?? at;
      if (!isOpen(agent, item)) continue;
      if (!isBlind(agent, item)) return item;
      if (blind < 0 || item < blind) blind = item;
    }
    return blind;
  };
  const searchAll = (agent: number, act: Act, effort: number): Claim[] => {
    const { scope } = act;
    const claims: Claim[] = [];
    const count = scope?.length ?? items;
    for (let i = 0; i < count; i++) {
      const item = scope?.[i] ?? i;
      const claim = isOpen(agent, item) ? tryItem(agent, item, effort, act) : undefined;
      if (claim !== undefined) claims.push(claim);
    }
    return claims;
  };
  /** A spare turn: the agent goes over what it has, and may find out one of its errors. */
  const reconsider = (agent: number, scope: Act['scope']): void => {
    const count = scope?.length ?? items;
    for (let i = 0; i < count; i++) {
      const item = scope?.[i] ?? i;
      if (mind.held(agent, item) <= RIGHT) continue;
      if (dice.roll(purposes.self, agent, item, mind.tries(agent, item)) < knobs.selfCheck)
        mind.hold(agent, item, MISSING);
      return;
    }
  };

  return {
    sync(agent) {
      seen[agent] = version;
    },
    lose(agent, item) {
      mind.hold(agent, item, MISSING);
      spent[agent * items + item] = 0;
    },
    work(agent, act, tokens) {
      if (act.sync) debt[agent] = debt[agent]! + knobs.preamble;
      const idle = Math.min(debt[agent]!, tokens);
      debt[agent] = debt[agent]! - idle;
      const effort = (tokens - idle) * knobs.effort;
      if (work.breadth === 'all') return searchAll(agent, act, effort);
      const item = next(agent, act.scope);
      if (item < 0) {
        if (knobs.selfCheck > 0) reconsider(agent, act.scope);
        return nothing;
      }
      const claim = tryItem(agent, item, effort, act);
      return claim === undefined ? nothing : [claim];
    },
  };
}

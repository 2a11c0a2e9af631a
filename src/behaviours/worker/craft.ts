import { ln } from '../../kernel/elementary.ts';
import { type Act, type Claim, MISSING, RIGHT, type Size } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { purposes } from './dice.ts';
import type { Mind } from './mind.ts';

/** One agent's turn of work. */
export interface Craft {
  /** Works with so many tokens; answers what it came to hold. */
  readonly work: (agent: number, act: Act, tokens: number) => readonly Claim[];
  /** Whether what a turn comes to hold can still go wrong before it lands. */
  readonly canSpoil: (act: Act) => boolean;
  /** What a turn came to hold becomes part of the common product, as its call ends. */
  readonly land: (agent: number, item: number) => void;
  /** The agent is shown the product as it stands. */
  readonly sync: (agent: number) => void;
  /** The agent no longer knows an item: it must be found again from the beginning. */
  readonly lose: (agent: number, item: number) => void;
}

const nothing: readonly Claim[] = [];

/**
 * Work on items. Effort adds up over turns; an item of cost D is found when effort / D passes an exponential number of
 * mean 1, so that B tokens find it with chance 1 - exp(-B / D). Of a search, the share `overlap` of the effort
 * goes the way that all agents go, where it finds for all of them what it finds for one; n agents with B / n each then
 * search as well as one with B (1 - overlap (1 - 1 / n)). Where a turn works on one item, it is the share of turns in which an
 * agent takes the item that all would take next.
 *
 * A product that others work on too has a version. An edit lands when its call ends: if the product is then no longer
 * the one that its agent knew, or if the item was done before what it needs was there, it fails by the hazard of the work. So
 * of edits that are made side by side only the first to land is safe.
 */
export function craft({ agents }: Setting, mind: Mind): Craft {
  const { work, dice, knobs } = mind;
  const { items, cost, needs, hazard, inOrder = false } = work;
  const spent = new Float64Array(agents * items);
  const seen = new Int32Array(agents);
  const turns = new Int32Array(agents);
  /** Tokens of preamble that each agent has yet to write. */
  const debt = new Float64Array(agents);
  /** Corrupted texts in each agent's context. */
  const noise = new Int32Array(agents);
  /** Counts of the tries under way, which tell apart their draws. */
  const trying = new Int32Array(hazard > 0 ? agents * items : 0);
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
  /** The wrong value that goes with the draw made last. */
  const wrong = (): number => 1 + Math.floor(dice.second * work.variants);
  /** Being outdated and being ahead of its needs are one cause: a try has one draw for both. */
  const isSpoiled = (agent: number, item: number, count: number): boolean =>
    dice.roll(purposes.hazard, agent, item, count) < hazard;
  const held = (agent: number, item: number, count: number, value: number): Claim => {
    if (hazard > 0) trying[agent * items + item] = count;
    mind.hold(agent, item, value);
    return { item, value };
  };
  const settle = (agent: number, item: number, size: Size | undefined): Claim => {
    const count = mind.tries(agent, item);
    let value = mind.answer(agent, item, count, size);
    if (hazard > 0 && value === RIGHT && isBlind(agent, item) && isSpoiled(agent, item, count))
      value = wrong();
    if (noise[agent]! > 0 && value === RIGHT && isConfused(agent, item, count)) value = wrong();
    noise[agent] = noise[agent]! + (work.corrupt?.[item] ?? 0);
    return held(agent, item, count, value);
  };
  /** Who cannot tell when an item is done may take it for done, and what it then has is wrong. */
  const takeForDone = (agent: number, item: number): Claim | undefined => {
    if (knobs.premature === 0) return undefined;
    const count = mind.tries(agent, item);
    if (dice.roll(purposes.premature, agent, item, count) >= knobs.premature) return undefined;
    return held(agent, item, count, wrong());
  };
  const tryItem = (agent: number, item: number, effort: number, size?: Size): Claim | undefined => {
    if (cost[item] !== 0 && !mind.remembers(item)) {
      const at = agent * items + item;
      spent[at] = spent[at]! + effort;
      if (!isFound(agent, item, spent[at]!)) return takeForDone(agent, item);
    }
    return settle(agent, item, size);
  };
  /** Where an agent begins to look for an open item: where all do, or at a place of its own. */
  const startOf = (agent: number, count: number): number => {
    const turn = turns[agent]!++;
    if (count === 1 || dice.roll(purposes.order, agent, 1, turn) < knobs.overlap) return 0;
    return Math.floor(dice.roll(purposes.order, agent, 0, 0) * count);
  };
  /** The first open item whose needs are there, going round from the start; else the first open one, if it can be begun. */
  const next = (agent: number, scope: Act['scope']): number => {
    const count = scope?.length ?? items;
    const start = startOf(agent, count);
    let blind = -1;
    for (let i = 0; i < count; i++) {
      const at = start + i < count ? start + i : start + i - count;
      const item = scope?.[at] ?? at;
      if (!isOpen(agent, item)) continue;
      if (!isBlind(agent, item)) return item;
      if (!inOrder && (blind < 0 || item < blind)) blind = item;
    }
    return blind;
  };
  const searchAll = (agent: number, act: Act, effort: number): Claim[] => {
    const { scope } = act;
    const claims: Claim[] = [];
    const count = scope?.length ?? items;
    for (let i = 0; i < count; i++) {
      const item = scope?.[i] ?? i;
      const claim = isOpen(agent, item) ? tryItem(agent, item, effort, act.size) : undefined;
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
    canSpoil: ({ joint }) => joint && hazard > 0,
    land(agent, item) {
      const isStale = version !== seen[agent];
      version++;
      // Whoever was up to date sees its own change; whoever was not still does not know what it missed.
      if (!isStale) seen[agent] = version;
      else if (mind.held(agent, item) === RIGHT && isSpoiled(agent, item, trying[agent * items + item]!))
        mind.hold(agent, item, wrong());
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
      const claim = tryItem(agent, item, effort, act.size);
      return claim === undefined ? nothing : [claim];
    },
  };
}

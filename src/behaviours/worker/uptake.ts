import { type Claim, MISSING, type Report, RIGHT } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { purposes } from './dice.ts';
import type { Mind } from './mind.ts';

/** What becomes of reports in the mind of whoever reads them. */
export interface Uptake {
  /** Takes over what the agent does not hold; where reports differ, it holds with the most, itself included. */
  readonly merge: (agent: number, reports: readonly Report[]) => readonly Claim[];
  /** Checks each claim first: what it doubts it puts right, or leaves open. */
  readonly review: (agent: number, reports: readonly Report[]) => readonly Claim[];
  /** Checks all claims and takes the report with most that it does not doubt; of equals, the first. */
  readonly select: (agent: number, reports: readonly Report[]) => readonly Claim[];
}

/**
 * A claim that crosses from one mind to another is lost with chance `loss`. A reviewer checks before it takes over: a
 * wrong claim is doubted with chance `recall`, a right one with chance `falseAlarm`; what is doubted is put right with
 * chance `repair`, and is then the reviewer's own, which crosses nothing. So of claims right with chance p it ends up
 * with p (1 - H) + (1 - p) G right ones, where without false alarms H = loss and G = recall x repair: a gain over p
 * up to p* = G / (G + H), and a loss beyond.
 */
export function uptake({ agents }: Setting, mind: Mind): Uptake {
  const { items } = mind.work;
  const crossings = new Int32Array(agents * items);
  const votes = new Float64Array(mind.work.variants + 1);
  const crossing = (agent: number, item: number): number => crossings[agent * items + item]!++;

  const checked = (agent: number, { item, value }: Claim): number => {
    const count = crossing(agent, item);
    if (!mind.doubts(agent, item, value, count)) return mind.keeps(agent, item, count) ? value : MISSING;
    const { repair } = mind.knobs;
    return repair > 0 && mind.dice.roll(purposes.repair, agent, item, count) < repair ? RIGHT : MISSING;
  };
  /** The value with most votes; of equals, the one that the agent holds itself, else the one heard first. */
  const favourite = (own: number, values: readonly number[]): number => {
    votes.fill(0);
    if (own !== MISSING) votes[own] = 1.5;
    let best = own;
    for (const value of values) {
      votes[value] = votes[value]! + 1;
      if (best === MISSING || votes[value]! > votes[best]!) best = value;
    }
    return best;
  };
  const gather = (agent: number, reports: readonly Report[], pass: (claim: Claim) => number): Claim[] => {
    const heard = new Map<number, number[]>();
    for (const { claims, lossless } of reports) {
      for (const claim of claims) {
        const value = lossless === true ? claim.value : pass(claim);
        if (value === MISSING) continue;
        const values = heard.get(claim.item);
        if (values === undefined) heard.set(claim.item, [value]);
        else values.push(value);
      }
    }
    const taken: Claim[] = [];
    for (const [item, values] of heard) {
      const own = mind.held(agent, item);
      const value = favourite(own, values);
      if (value === own) continue;
      mind.hold(agent, item, value);
      taken.push({ item, value });
    }
    return taken;
  };

  return {
    merge: (agent, reports) =>
      gather(agent, reports, ({ item, value }) =>
        mind.keeps(agent, item, crossing(agent, item)) ? value : MISSING,
      ),
    select(agent, reports) {
      let best: readonly Claim[] = [];
      let most = -1;
      for (const { claims } of reports) {
        const count = claims.filter(
          ({ item, value }) => !mind.doubts(agent, item, value, crossing(agent, item)),
        );
        if (count.length <= most) continue;
        most = count.length;
        best = claims;
      }
      for (let item = 0; item < items; item++) mind.hold(agent, item, MISSING);
      for (const { item, value } of best) mind.hold(agent, item, value);
      return best;
    },
    review: (agent, reports) => gather(agent, reports, (claim) => checked(agent, claim)),
  };
}

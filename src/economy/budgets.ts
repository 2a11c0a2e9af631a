/**
 * Something that may be spent, in any one unit: tokens, dollars, calls. Three numbers that are never the same thing:
 * the cap, what was requested under it, and what was realised.
 */
export interface Budget {
  readonly cap: number;
  /** Sum of what was asked for, granted or not. */
  readonly requested: number;
  /** Sum of what was spent; may exceed the cap by one call, whose price shows only when it is over. */
  readonly realised: number;
  readonly left: number;
  /** Whether not even the fixed cost of one more call is left. */
  readonly isSpent: boolean;
  /** Asks for an amount; answers how much of it may be spent. */
  readonly request: (amount: number) => number;
  readonly spend: (amount: number) => void;
}

/** What a budget is for, for its errors. */
export interface BudgetTerms {
  readonly cap: number;
  /** The least that one call costs, whatever it does: its prompt, its role. 0 when left out. */
  readonly fixed?: number;
  /** tokens, dollars. */
  readonly unit?: string;
}

/** Opens a budget. Throws where it is not enough for one call. */
export function budget({ cap, fixed = 0, unit = 'tokens' }: BudgetTerms): Budget {
  const fault = budgetFault({ cap, fixed, unit });
  if (fault !== undefined) throw new RangeError(`budget: ${fault}`);
  let requested = 0;
  let realised = 0;
  const checked = (amount: number): number => {
    if (amount >= 0 && amount < Number.POSITIVE_INFINITY) return amount;
    throw new RangeError(`budget: an amount must be 0 or more ${unit}, but is ${amount}`);
  };
  return {
    cap,
    get requested() {
      return requested;
    },
    get realised() {
      return realised;
    },
    get left() {
      return Math.max(0, cap - realised);
    },
    get isSpent() {
      return realised >= cap || cap - realised < fixed;
    },
    request(amount) {
      requested += checked(amount);
      return Math.min(amount, Math.max(0, cap - realised));
    },
    spend(amount) {
      realised += checked(amount);
    },
  };
}

/** Why a budget cannot be: not a number above zero, or less than one call costs. Undefined where it can. */
export function budgetFault({ cap, fixed = 0, unit = 'tokens' }: BudgetTerms): string | undefined {
  if (!(cap > 0)) return `must be above 0 ${unit}, but is ${cap}`;
  if (cap >= fixed) return undefined;
  return `must cover the fixed cost of one call (${fixed} ${unit}), but is ${cap} ${unit}; raise it, or make the call smaller`;
}

/**
 * Splits a cap over calls as evenly as whole units allow, the first ones taking what is left over. The parts add up to
 * the cap. Throws where a part would not cover the fixed cost of one call.
 */
export function splitBudget(
  { cap, fixed = 0, unit = 'tokens' }: BudgetTerms,
  parts: number,
): readonly number[] {
  if (!(Number.isInteger(parts) && parts >= 1))
    throw new RangeError(
      `budget: must be split over a whole number of calls from 1 on, but is over ${parts}`,
    );
  const each = Math.floor(cap / parts);
  const over = cap - each * parts;
  if (each < fixed) {
    throw new RangeError(
      `budget: ${cap} ${unit} over ${parts} calls leave ${each} each, below the fixed cost of one call (${fixed} ${unit}); raise the budget, or make fewer calls`,
    );
  }
  return Array.from({ length: parts }, (_, i) => each + Math.max(0, Math.min(1, over - i)));
}

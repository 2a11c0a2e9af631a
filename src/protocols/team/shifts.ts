import type { Act, Answered, Purpose, Question, Report, Size } from '../../work/talk.ts';
import type { Seat } from '../../world/contracts.ts';

/** Several turns of work by one agent, one after the other, with a report at the end. */
export interface Shift {
  readonly turns: number;
  /** Ends as soon as the agent holds something for everything that is its to do. */
  readonly early: boolean;
  readonly heard: readonly Report[];
  readonly scope?: readonly number[] | undefined;
  readonly joint: boolean;
  readonly afresh?: boolean;
  /** Whether the report is a document with every field. */
  readonly document?: boolean;
  /** Whether fellows alone read the report. */
  readonly inside?: boolean;
  readonly purpose?: Purpose;
  /** Tokens it may write in each turn. */
  readonly cap?: number | undefined;
  /** Which model it calls. */
  readonly size?: Size;
}

/** Of a seat, what asking takes, whatever is sent from it. */
export type Asker = Pick<Seat<never, Question>, 'id' | 'ask'>;

/** Keeps the shifts of all agents of a run. */
export interface Shifts {
  readonly begin: (me: Asker, shift: Shift) => void;
  /** Takes the answer to a turn; asks for the next one, or gives the report that ends the shift. */
  readonly goOn: (me: Asker, answer: Answered) => Report | undefined;
  /** The turn of its shift that an agent is in, from 0; -1 without a shift. */
  readonly turnOf: (agent: number) => number;
}

const nothingHeard: readonly Report[] = [];

export function shifts(agents: number): Shifts {
  const under = new Array<Shift | undefined>(agents);
  const left = new Int32Array(agents);
  const ask = (me: Asker, shift: Shift, isFirst: boolean): void => {
    const { scope, joint, purpose = 'work', cap, inside = false, document = false, size = 'large' } = shift;
    const question: Act = {
      kind: 'act',
      purpose,
      size,
      heard: isFirst ? shift.heard : nothingHeard,
      report: left[me.id] === 1,
      scope,
      joint,
      sync: isFirst,
      afresh: isFirst && shift.afresh === true,
      cap,
      inside,
      document,
    };
    me.ask(question);
  };
  return {
    begin(me, shift) {
      under[me.id] = shift;
      left[me.id] = shift.turns;
      ask(me, shift, true);
    },
    goOn(me, answer) {
      const { id } = me;
      const shift = under[id];
      if (shift === undefined) throw new Error(`shifts: agent ${id} answers, but has no shift`);
      left[id] = left[id]! - 1;
      const isOver = left[id] === 0 || (shift.early && answer.ready);
      if (!isOver) {
        ask(me, shift, false);
        return undefined;
      }
      under[id] = undefined;
      if (answer.report === undefined) throw new Error(`shifts: agent ${id} ends its shift without a report`);
      return answer.report;
    },
    turnOf(agent) {
      const shift = under[agent];
      return shift === undefined ? -1 : shift.turns - left[agent]!;
    },
  };
}

import { type Estimate, proportion } from '../study/statistics.ts';
import { type Choice, fitTanh, type TanhFit, tanhChance } from './fit-tanh.ts';
import type { Probe, Probed, ProbeEnd } from './probe.ts';
import { repairs } from './probe-agentsnet.ts';
import { type ProbeFamily, probeFamilies } from './probe-design.ts';
import { proposals } from './probe-game.ts';

/** A share, and what it was counted from. */
export interface Share extends Estimate {
  readonly events: number;
}

/** What a probe found: counts, shares with 95 % intervals, and the fit. */
export interface ProbeReport {
  readonly model: string;
  readonly provider: string;
  readonly status: ProbeEnd['status'];
  readonly questions: number;
  readonly answered: number;
  /** First answers that could not be read, by cause. */
  readonly unread: Readonly<Record<'malformed' | 'refused' | 'truncated' | 'empty' | 'failed', number>>;
  /** Of these, those that could be read when they were written once more. */
  readonly repaired: number;
  readonly parsing: readonly {
    readonly family: ProbeFamily;
    readonly unread: Share;
    readonly still: Share;
  }[];
  readonly conformity?: {
    readonly group: number;
    readonly curve: readonly { readonly m: number; readonly taken: Share; readonly fitted: number }[];
    readonly fit: TanhFit;
  };
  readonly stopping: readonly { readonly agree: number; readonly mayLie: boolean; readonly stops: Share }[];
  readonly proposing: readonly {
    readonly mayLie: boolean;
    readonly kept: Share;
    /** Of those who moved. */
    readonly copied: Share;
    readonly compromises: Readonly<Record<'mean' | 'median' | 'other', number>>;
    readonly abstained: number;
  }[];
  readonly verification: {
    /** False claims that were said not to hold. */
    readonly found: Share;
    /** True claims that were said not to hold. */
    readonly doubted: Share;
  };
  /** A clash of groups at the end: changed, and of these to one that is free. */
  readonly clashes: { readonly changed: Share; readonly free: Share };
  /** Changed sides, by the share of neighbours who oppose. */
  readonly switching: readonly { readonly opposed: number; readonly changed: Share }[];
  /** Took what most hold, having chosen nothing. */
  readonly adopting: Share;
  readonly calls: number;
  readonly tokens: number;
  readonly money: number | null;
}

/** What the answers of a probe come to. */
export function probeReport(probe: Probe, { answers, status, spent }: ProbeEnd): ProbeReport {
  const { model, design, questions } = probe;
  const unread = { malformed: 0, refused: 0, truncated: 0, empty: 0, failed: 0 };
  for (const { first } of answers) if (first !== undefined) unread[first]++;
  const of = (family: ProbeFamily): Probed[] => answers.filter(({ question }) => question.family === family);
  const read = (family: ProbeFamily) =>
    of(family).flatMap(({ question, value }) =>
      value === undefined ? [] : [{ facts: question.facts, value }],
    );
  const conformity = read('conformity');
  const claims = read('verification');
  const ends = read('answers');
  const clashes = ends.filter(({ facts }) => facts.clash === 1);
  return {
    model: model.model,
    provider: model.provider,
    status,
    questions: questions.length,
    answered: answers.length,
    unread,
    repaired: answers.filter(({ first, second }) => first !== undefined && second === undefined).length,
    parsing: probeFamilies.flatMap((family) => parsingOf(family, of(family))),
    ...(conformity.length > 0 ? { conformity: conformityOf(conformity, design.group) } : {}),
    stopping: stoppingOf(read('stopping')),
    proposing: [false, true].flatMap((mayLie) => proposingOf(read('proposing'), mayLie)),
    verification: {
      found: share(
        claims.filter(({ facts }) => facts.isTrue === 0),
        ({ value }) => value === 0,
      ),
      doubted: share(
        claims.filter(({ facts }) => facts.isTrue === 1),
        ({ value }) => value === 0,
      ),
    },
    clashes: {
      changed: share(clashes, ({ value }) => value !== repairs.kept),
      free: share(
        clashes.filter(({ value }) => value !== repairs.kept),
        ({ value }) => value === repairs.free,
      ),
    },
    switching: [0.25, 0.5, 0.75, 1].map((opposed) => ({
      opposed,
      changed: share(
        ends.filter(({ facts }) => facts.opposed === opposed),
        ({ value }) => value === 1,
      ),
    })),
    adopting: share(
      ends.filter(({ facts }) => facts.open === 1),
      ({ value }) => value === 1,
    ),
    calls: spent.calls,
    tokens: spent.tokens,
    money: probe.charge === undefined ? null : spent.money,
  };
}

interface Answer {
  readonly facts: Readonly<Record<string, number>>;
  readonly value: number;
}

function share<T>(among: readonly T[], happened: (it: T) => boolean): Share {
  const events = among.filter(happened).length;
  return { ...proportion(events, among.length), events };
}

function parsingOf(family: ProbeFamily, answers: readonly Probed[]) {
  if (answers.length === 0) return [];
  const failed = answers.filter(({ first }) => first !== undefined);
  return [
    {
      family,
      unread: share(answers, ({ first }) => first !== undefined),
      still: share(failed, ({ second }) => second !== undefined),
    },
  ];
}

function conformityOf(answers: readonly Answer[], group: number): NonNullable<ProbeReport['conformity']> {
  const choices = answers.map(
    ({ facts, value }): Choice => ({
      taken: value === 1,
      m: facts.m as number,
      sways: [facts.label as number, facts.order as number],
    }),
  );
  const fit = fitTanh(choices);
  const levels = [...new Set(choices.map(({ m }) => m))].sort((a, b) => a - b);
  const curve = levels.map((m) => ({
    m,
    taken: share(
      choices.filter((it) => it.m === m),
      ({ taken }) => taken,
    ),
    fitted: tanhChance(fit, m),
  }));
  return { group, curve, fit };
}

function stoppingOf(answers: readonly Answer[]): ProbeReport['stopping'] {
  return [false, true].flatMap((mayLie) => {
    const among = answers.filter(({ facts }) => facts.mayLie === (mayLie ? 1 : 0));
    const levels = [...new Set(among.map(({ facts }) => facts.agree as number))].sort((a, b) => a - b);
    return levels.map((agree) => ({
      agree,
      mayLie,
      stops: share(
        among.filter(({ facts }) => facts.agree === agree),
        ({ value }) => value === 1,
      ),
    }));
  });
}

function proposingOf(answers: readonly Answer[], mayLie: boolean): ProbeReport['proposing'] {
  const among = answers.filter(({ facts }) => facts.mayLie === (mayLie ? 1 : 0));
  const given = among.filter(({ value }) => value !== proposals.abstained);
  if (given.length === 0) return [];
  const moved = given.filter(({ value }) => value !== proposals.kept);
  const count = (wanted: number): number => given.filter(({ value }) => value === wanted).length;
  return [
    {
      mayLie,
      kept: share(given, ({ value }) => value === proposals.kept),
      copied: share(moved, ({ value }) => value === proposals.copied),
      compromises: {
        mean: count(proposals.mean),
        median: count(proposals.median),
        other: count(proposals.other),
      },
      abstained: among.length - given.length,
    },
  ];
}

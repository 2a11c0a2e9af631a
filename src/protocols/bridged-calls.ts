import { z } from 'zod';
import type { Claim, Report } from '../work/talk.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { count, duration, part, probability } from '../world/part.ts';
import { refuse } from './preconditions.ts';
import { type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  systems: count
    .min(2)
    .max(1000)
    .default(6)
    .describe('How many systems work together, each in its own dialect.'),
  wiring: z
    .enum(['pairwise', 'hub'])
    .default('pairwise')
    .describe(
      'pairwise: an adapter for every two that speak differently. hub: one bridge for each, and two hops.',
    ),
  native: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('How many of them speak the common dialect, and need no bridge.'),
  hop: duration.default(20e3).describe('Time that a translation takes.'),
  fieldLoss: probability.default(0.01).describe('Chance that a field is lost in one translation.'),
});

type Parameters = z.infer<typeof parameters>;

/** A report under way: and to whom it goes. */
interface Passed {
  readonly to: number;
  readonly report: Report;
}

const hub = 0;

/**
 * Systems of different dialects that pass a piece of work on, each adding its share: every hand-over is translated. With
 * adapters for each pair N (N - 1) / 2 must be written and each hand-over is translated once; with a hub N, and each is
 * translated twice. Every translation takes time and can lose fields. Agent 0 is the hub.
 */
export const bridgedCalls = part({
  name: 'bridged-calls',
  summary: 'Systems of different dialects pass work on, by an adapter for each pair or over a hub.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: {
      integrations: 'bridges to be built for this wiring',
      translations: 'reports translated from one system to another',
      translationsPerHandOver: 'the same per hand-over',
    },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(
  setting: Setting,
  { systems, wiring, native, hop, fieldLoss }: Parameters,
): TeamProtocol<Passed> {
  if (native > systems)
    refuse('protocol.native', `must be at most \`systems\` (${systems}), but is ${native}; lower it`);
  const { items, submit, held, digest, describe, describeAnswer } = team(
    setting,
    systems + 1,
    'protocol.systems',
  );
  const shares = upTo(systems).map((i) => upTo(items).filter((item) => item % systems === i));
  const isNative = (agent: number): boolean => agent > systems - native;
  const waiting: (Passed | undefined)[] = new Array(systems + 1);
  let product: readonly Claim[] = [];
  let translations = 0;
  const foreign = systems - native;
  // Natives talk to each other; everybody else needs an adapter to each system, or one bridge.
  const integrations =
    wiring === 'hub' ? foreign : (systems * (systems - 1)) / 2 - (native * (native - 1)) / 2;

  const work = (me: Member<Passed>, report: Report | undefined): void => {
    const scope = shares[me.id - 1]!;
    const heard = report === undefined ? [] : [report];
    me.ask({
      kind: 'act',
      purpose: 'work',
      heard,
      report: true,
      scope,
      joint: false,
      sync: false,
      afresh: false,
      document: true,
    });
  };
  /** Whether a report from one system to another must be translated where it is now. */
  const translates = (at: number, from: number): boolean =>
    wiring === 'hub' ? !isNative(at === hub ? from : at) : at !== hub && !(isNative(at) && isNative(from));
  const translated = (report: Report, draw: () => number): Report => {
    translations++;
    return { ...report, claims: report.claims.filter(() => draw() >= fieldLoss) };
  };
  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    held,
    digest: ({ report }) => digest(report),
    describe,
    describeAnswer,
    measures: () => ({ integrations, translations, translationsPerHandOver: translations / (systems - 1) }),
    start(me) {
      if (me.id === 1) work(me, undefined);
    },
    message(me, passed) {
      waiting[me.id] = passed;
      // A translation takes its time, also on agent 0, which does nothing else.
      if (translates(me.id, passed.report.from)) me.wake(hop);
      else me.wake(0, 1);
    },
    timeout(me, tag) {
      const passed = waiting[me.id];
      if (passed === undefined) return;
      const report = tag === 0 ? translated(passed.report, () => me.random.unit()) : passed.report;
      if (me.id !== passed.to) me.send(passed.to, { ...passed, report });
      else work(me, report);
    },
    answer(me, answer) {
      const { report } = answer;
      if (report === undefined) return;
      product = report.claims;
      if (me.id === systems) submit(me, product);
      else me.send(wiring === 'hub' ? hub : me.id + 1, { to: me.id + 1, report });
    },
  };
}

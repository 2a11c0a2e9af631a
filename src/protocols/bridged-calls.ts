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
  failure: probability
    .max(0.99)
    .default(0)
    .describe('Chance that a translation fails, and is done again: it takes as long once more.'),
  header: z
    .number()
    .min(0)
    .default(0)
    .describe('Tokens that each translation puts in front of a report, for whoever reads it.'),
  schema: z.number().min(0).default(0).describe('Tokens that describe one dialect to who does not speak it.'),
  disclosure: z
    .enum(['start', 'use'])
    .default('start')
    .describe(
      'start: a system reads the schemas of all dialects that it has an adapter to, over a hub the common one alone. use: the one in which a report comes in, with the report.',
    ),
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
 * translated twice. Every translation takes time, can fail and is then done again, can lose fields, and puts its header
 * in front of the report. What a system must know of other dialects it reads with the report that it is handed: of all that
 * it has adapters to, or of the one in which the report comes in. Agent 0 is the hub.
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
      failures: 'translations that failed and were done again',
    },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(
  setting: Setting,
  { systems, wiring, native, hop, fieldLoss, failure, header, schema, disclosure }: Parameters,
): TeamProtocol<Passed> {
  if (native > systems)
    refuse('protocol.native', `must be at most \`systems\` (${systems}), but is ${native}; lower it`);
  const { items, submit, isNews, held, digest, describe, describeAnswer } = team(
    setting,
    systems + 1,
    'protocol.systems',
  );
  const shares = upTo(systems).map((i) => upTo(items).filter((item) => item % systems === i));
  const isNative = (agent: number): boolean => agent > systems - native;
  const waiting: (Passed | undefined)[] = new Array(systems + 1);
  let product: readonly Claim[] = [];
  let translations = 0;
  let failures = 0;
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
  const translated = (at: number, report: Report, draw: () => number): Report => {
    translations++;
    // The hub knows all dialects; a reader must know the one that reaches it.
    const schemas = disclosure === 'use' && at !== hub ? schema : 0;
    const claims = report.claims.filter(() => draw() >= fieldLoss);
    return { ...report, claims, tokens: report.tokens + header + schemas };
  };
  /** A report as its reader sees it: behind the schemas of all that it has adapters to, where these are read at the start. */
  const introduced = (me: number, report: Report): Report => {
    if (disclosure === 'use' || schema === 0) return report;
    const ofPairs = isNative(me) ? foreign : systems - 1;
    const adapters = wiring === 'pairwise' ? ofPairs : isNative(me) ? 0 : 1;
    return { ...report, tokens: report.tokens + adapters * schema };
  };
  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    isOrderFree: true,
    held,
    digest: ({ report }) => digest(report),
    describe,
    describeAnswer,
    measures: () => ({
      integrations,
      translations,
      translationsPerHandOver: translations / (systems - 1),
      failures,
    }),
    start(me) {
      if (me.id === 1) work(me, undefined);
    },
    message(me, passed) {
      if (!isNews(me.id, passed)) return;
      waiting[me.id] = passed;
      // A translation takes its time, also on agent 0, which does nothing else.
      if (translates(me.id, passed.report.from)) me.wake(hop);
      else me.wake(0, 1);
    },
    timeout(me, tag) {
      const passed = waiting[me.id];
      if (passed === undefined) return;
      if (tag === 0 && failure > 0 && me.random.unit() < failure) {
        failures++;
        me.wake(hop);
        return;
      }
      const report = tag === 0 ? translated(me.id, passed.report, () => me.random.unit()) : passed.report;
      if (me.id !== passed.to) me.send(passed.to, { ...passed, report });
      else work(me, introduced(me.id, report));
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

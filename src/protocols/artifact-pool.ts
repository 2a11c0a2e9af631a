import { z } from 'zod';
import { type Answered, type Claim, type Question, type Report, RIGHT } from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { shifts } from './team/shifts.ts';
import { dealt, type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  roles: count
    .min(2)
    .max(1000)
    .default(5)
    .describe('How many roles work in order; the last one puts together.'),
  medium: z
    .enum(['documents', 'chat'])
    .default('documents')
    .describe('documents: with every field, read by the next role. chat: free text, read by everybody.'),
  rounds: count.max(1000).default(1).describe('Chat: how often everybody speaks in turn.'),
  retries: z
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe('Most times the product is put to an executable check and mended; 0: it is not checked.'),
});

type Parameters = z.infer<typeof parameters>;

/**
 * Roles in the order of a procedure (MetaGPT, arXiv 2308.00352): each does its share when what it needs is in the pool, and
 * publishes it. Of a document nothing can be left out, and only those read it who subscribe to it; a chat is read by all,
 * and may not mention everything. At the end the last role mends what an executable check finds.
 */
export const artifactPool = part({
  name: 'artifact-pool',
  summary: 'Roles in order publish to a pool, as documents or as chat; an executable check at the end.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: { retries: 'parts asked for again' },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(setting: Setting, { roles, medium, rounds, retries }: Parameters): TeamProtocol<Report> {
  const { items, submit, isNews, held, digest, describe, describeAnswer } = team(
    setting,
    roles,
    'protocol.roles',
  );
  const { begin, goOn } = shifts(setting.agents);
  const shares = dealt(upTo(items), roles);
  const heard: Report[][] = upTo(roles).map(() => []);
  const last = roles - 1;
  const { tested } = deskOf(setting).work;
  let product: readonly Claim[] = [];
  let round = 1;
  let tries = 0;

  const work = (me: Member<Report>): void => {
    const reports = heard[me.id]!;
    heard[me.id] = [];
    const scope = shares[me.id]!;
    begin(me, {
      turns: 1,
      early: true,
      heard: reports,
      scope,
      joint: false,
      document: medium === 'documents',
    });
  };
  const publish = (me: Member<Report>, report: Report): void => {
    if (medium === 'documents') me.send(me.id + 1, report);
    // Everybody reads along; whose turn it is next knows it by the order of roles.
    else for (const other of upTo(roles)) if (other !== me.id) me.send(other, report);
  };
  /** Running the product costs no tokens; what it shows to be wrong is done again. */
  const run = (me: Member<Report>): void => {
    const failed = product.filter(({ item, value }) => tested?.[item] === 1 && value !== RIGHT);
    if (tries >= retries || failed.length === 0) {
      submit(me, product);
      return;
    }
    tries++;
    const scope = failed.map(({ item }) => item);
    begin(me, {
      turns: 1,
      early: true,
      heard: [],
      scope,
      joint: false,
      afresh: true,
      purpose: 'repair',
      document: medium === 'documents',
    });
  };
  const finish = (me: Member<Report>, report: Report | undefined): void => {
    product = report?.claims ?? [];
    run(me);
  };
  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    // What is late in a chat is read a round later.
    isOrderFree: medium === 'documents',
    roundOf: () => round + tries - 1,
    held,
    digest,
    describe,
    describeAnswer,
    measures: () => ({ retries: tries }),
    start(me) {
      if (me.id === 0) work(me);
    },
    message(me, report) {
      if (!isNews(me.id, report)) return;
      heard[me.id]!.push(report);
      if (report.from === (me.id + last) % roles) work(me);
    },
    answer(me, answer: Answered, question: Question) {
      if (question.kind === 'merge') {
        finish(me, answer.report);
        return;
      }
      const report = goOn(me, answer);
      if (report === undefined) return;
      if (me.id < last) publish(me, report);
      else if (medium === 'chat' && tries === 0 && round < rounds) {
        round++;
        publish(me, report);
      } else if (medium === 'documents') finish(me, report);
      // Free text tells of its own share; what it holds of the others it puts together in a call of its own.
      else me.ask({ kind: 'merge', purpose: 'merge', heard: [], report: true });
    },
  };
}

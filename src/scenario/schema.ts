import { z } from 'zod';
import { type Catalog, catalog } from '../catalog.ts';
import { budgetFault } from '../economy/budgets.ts';
import { charger } from '../economy/prices.ts';
import type { Serving } from '../economy/serving.ts';
import type { BehaviourPlan, FaultPlan, MetricPlan, ProtocolPlan } from '../world/contracts.ts';
import type { Issue } from '../world/error.ts';
import type { Limits } from '../world/limits.ts';
import type { Network } from '../world/network.ts';
import { count, distribution, duration, positiveDuration } from '../world/part.ts';
import type { RoundTiming } from '../world/rounds.ts';
import type { Task } from '../world/task.ts';
import type { Topology } from '../world/topology.ts';
import { defaultWindow, type Watching } from '../world/watch.ts';
import { type Checked, type Chosen, check, choose } from './check.ts';
import {
  bookOf,
  type Pricing,
  pricesSchema,
  pricingIssues,
  retentionIssues,
  servingSchema,
} from './costs.ts';
import { decisionIssues } from './decisions.ts';
import { endIssues, everyOf, horizonOf } from './end.ts';
import { magnitudeIssues } from './magnitudes.ts';
import { type ModelConfig, modelSchema, modeOf } from './model.ts';

const named = z.unknown();

/** Keys of a scenario that fix what a run is. Those that name parts are checked against the catalog. */
export const configSchema = z.strictObject({
  topology: named.describe('Who can send to whom: a graph family and its parameters.'),
  task: named.describe('What counts as solved.'),
  protocol: named.describe('How agents talk, and when they decide.'),
  behaviour: named
    .optional()
    .describe(
      'How an agent answers when its protocol asks: a behaviour, or a profile of one, by name or file.',
    ),
  model: modelSchema
    .optional()
    .describe('The language model that answers when the protocol asks, in the place of a mock behaviour.'),
  faults: z
    .array(named)
    .max(100)
    .default([])
    .describe('What goes wrong; they judge each envelope in this order.'),
  metrics: z
    .array(named)
    .max(100)
    .default([])
    .describe('What is measured beside the counts every run keeps.'),
  network: z
    .strictObject({
      latency: distribution
        .default({ kind: 'constant', value: 0 })
        .describe('Send to delivery; no time when left out.'),
      gst: duration
        .optional()
        .describe('Global stabilisation time: from then on `delta` bounds the latency.'),
      delta: duration.optional().describe('Bound on the latency, faults included, from `gst` on.'),
    })
    .refine(({ gst, delta }) => gst === undefined || delta !== undefined, {
      path: ['delta'],
      error: 'is missing: from `gst` on it bounds the latency',
    })
    .prefault({})
    .describe('How messages travel.'),
  liveness: z
    .strictObject({
      within: positiveDuration.describe(
        'How long after `network.gst` every correct agent must have decided.',
      ),
    })
    .optional()
    .describe(
      'A check in two phases: faults until `network.gst`, then none but agents that crashed for good or lie. Adds the verdict `liveness`.',
    ),
  serving: servingSchema,
  prices: pricesSchema.optional(),
  rounds: z
    .union([
      z.literal('barrier'),
      z.strictObject({
        deadline: positiveDuration.describe(
          'How long a round lasts; what comes at its end or after it is late.',
        ),
      }),
    ])
    .optional()
    .describe('How a round ends: when every turn is over, or at a deadline. For protocols in rounds.'),
  horizon: z
    .union([
      positiveDuration,
      z.strictObject({
        time: positiveDuration.optional().describe('Simulation time.'),
        rounds: count.optional().describe('Rounds, for protocols in rounds.'),
      }),
    ])
    .optional()
    .describe(
      'Where a run is cut off: a time, { rounds: 50 }, or both, whichever comes first; rounds are read by protocols in rounds, and left aside by others where a time stands beside them. Left out, a year of simulation time, which protocols that try for ever use up, unless all who are undecided wait for agents that are down for good: then it ends soon.',
    ),
  limits: z
    .strictObject({
      events: count.optional().describe('Events of the calendar.'),
      messages: count.optional().describe('Messages sent.'),
      calls: count.optional().describe('Questions that agents are asked.'),
      tokens: count.optional().describe('Tokens read and written.'),
      money: z.number().positive().optional().describe('Dollars, at `prices`.'),
    })
    .prefault({})
    .describe('What ends a run as over budget: events, messages, calls, tokens, or dollars at `prices`.'),
  watch: z
    .strictObject({
      every: positiveDuration
        .optional()
        .describe(
          'Time between two samples of the global state; a hundredth of the horizon when left out, or less, so that the window is filled five times. For protocols without rounds.',
        ),
      window: count
        .optional()
        .describe(
          `Samples (rounds) without change to be stalled, or without progress to be a livelock; ${defaultWindow} when left out.`,
        ),
    })
    .prefault({})
    .describe('How a run that is cut off is told apart.'),
  stop: z
    .enum(['decided', 'quiescent'])
    .default('decided')
    .describe('When a run ends: every correct agent has decided, or nothing is left to happen.'),
  ties: z
    .enum(['fifo', 'shuffled'])
    .default('fifo')
    .describe('Order of events at one instant: as scheduled, or a seeded random one.'),
});

/** A point, checked and resolved against the catalog: all that compiling a run needs. */
export interface Config {
  readonly topology: Chosen<Topology>;
  readonly task: Chosen<Task>;
  readonly protocol: Chosen<ProtocolPlan>;
  readonly behaviour: Chosen<BehaviourPlan> | undefined;
  readonly model: ModelConfig | undefined;
  readonly faults: readonly Chosen<FaultPlan>[];
  readonly metrics: readonly Chosen<MetricPlan>[];
  readonly network: Network;
  readonly liveness: { readonly within: number } | undefined;
  readonly serving: Serving;
  readonly prices: Pricing | undefined;
  readonly rounds: RoundTiming;
  readonly limits: Limits;
  readonly stop: 'decided' | 'quiescent';
  readonly ties: 'fifo' | 'shuffled';
  readonly watching: Watching;
}

/** Checks a point's raw configuration, names and relations between parts included. */
export function checkConfig(raw: unknown): Checked<Config> {
  const unreckonable = magnitudeIssues(raw);
  if (unreckonable.length > 0) return { ok: false, issues: unreckonable };
  const outer = check(configSchema, raw, '');
  if (!outer.ok) return outer;
  const it = outer.value;
  const issues: Issue[] = [];
  const pick = <Kind extends keyof Catalog, Made>(kind: Kind, value: unknown, path: string, what: string) => {
    const chosen = choose(catalog[kind] as ReadonlyMap<string, never>, value, path, what) as Checked<
      Chosen<Made>
    >;
    if (chosen.ok) return chosen.value;
    issues.push(...chosen.issues);
    return undefined;
  };
  const topology = pick<'topologies', Topology>('topologies', it.topology, 'topology', 'topology');
  const task = pick<'tasks', Task>('tasks', it.task, 'task', 'task');
  const protocol = pick<'protocols', ProtocolPlan>('protocols', it.protocol, 'protocol', 'protocol');
  const answering = it.behaviour ?? (it.model === undefined ? undefined : 'live');
  const behaviour =
    answering === undefined
      ? undefined
      : pick<'behaviours', BehaviourPlan>('behaviours', answering, 'behaviour', 'behaviour');
  issues.push(...modelIssues(it.model, behaviour));
  const faults = it.faults.map((value, i) =>
    pick<'faults', FaultPlan>('faults', value, `faults[${i}]`, 'fault'),
  );
  const metrics = it.metrics.map((value, i) =>
    pick<'metrics', MetricPlan>('metrics', value, `metrics[${i}]`, 'metric'),
  );
  if (protocol) issues.push(...relations(protocol.make(), behaviour?.make(), answering, it.rounds));
  if (task && protocol) issues.push(...decisionIssues(task, protocol));
  const horizon = horizonOf(it.horizon, protocol?.make());
  if (topology && protocol) {
    const plan = protocol.make();
    const scenario = { agents: topology.make().agents, asks: plan.asks !== undefined };
    const plans = faults.map((fault) => fault?.make());
    issues.push(...endIssues(it, plan, plans, horizon));
    plans.forEach((fault, i) => {
      const found = fault?.issues?.(scenario) ?? [];
      issues.push(...found.map(({ path, message }) => ({ path: `faults[${i}].${path}`, message })));
    });
  }
  issues.push(...speeds(it.serving, behaviour?.make()));
  issues.push(...budgets(it.limits, it.prices, it.model, behaviour?.make()));
  if (it.prices !== undefined) issues.push(...retentionIssues(it.prices, it.serving.cache));
  if (protocol) issues.push(...thoughts(protocol.make(), behaviour?.make()));
  if (it.liveness) issues.push(...phases(it.liveness.within, it.network, horizon.time));
  if (issues.length > 0 || !topology || !task || !protocol) return { ok: false, issues };
  return {
    ok: true,
    value: {
      topology,
      task,
      protocol,
      behaviour,
      model: it.model,
      faults: faults.filter((fault) => fault !== undefined),
      metrics: metrics.filter((metric) => metric !== undefined),
      network: it.network,
      liveness: it.liveness,
      serving: it.serving,
      prices: it.prices,
      rounds:
        typeof it.rounds === 'object'
          ? { kind: 'deadline', period: it.rounds.deadline }
          : { kind: 'barrier' },
      limits: { ...it.limits, horizon: horizon.time, rounds: horizon.rounds },
      stop: it.stop,
      ties: it.ties,
      watching: {
        window: it.watch.window,
        every: everyOf(it.watch, horizon.time),
      },
    },
  };
}

/** A model and the behaviour that leaves questions to it go together. */
function modelIssues(model: ModelConfig | undefined, behaviour: Chosen<BehaviourPlan> | undefined): Issue[] {
  const isLive = behaviour?.part.name === 'live';
  if (model === undefined) {
    if (!isLive) return [];
    return [{ path: 'model', message: 'is missing: the behaviour `live` leaves every question to it' }];
  }
  const issues: Issue[] = [];
  if (behaviour !== undefined && !isLive) {
    issues.push({ path: 'behaviour', message: 'must be `live` or left out where a `model` answers' });
  }
  if (model.kind === 'cassette' && model.cassette === undefined) {
    issues.push({ path: 'model.cassette', message: 'is missing: it names the recording that answers' });
  }
  if (model.provider === 'openai-compatible' && model.baseUrl === undefined && modeOf(model) !== 'strict') {
    issues.push({
      path: 'model.baseUrl',
      message:
        'is missing: say where the model is served, such as http://127.0.0.1:8080/v1, or name a provider',
    });
  }
  if (modeOf(model) !== 'live' && model.cassette === undefined) {
    issues.push({ path: 'model.cassette', message: `is missing: mode ${modeOf(model)} needs a file` });
  }
  return issues;
}

/** Speeds of a model that no call names would go unread. */
function speeds({ models = {} }: Serving, behaviour: BehaviourPlan | undefined): Issue[] {
  const named = behaviour?.models ?? [];
  return Object.keys(models)
    .filter((model) => !named.includes(model))
    .map((model) => ({
      path: `serving.models.${model}`,
      message: `is read for models that calls name only, and there are ${named.join(', ') || 'none'}; name it in \`behaviour.models\`, or leave it out`,
    }));
}

/** Prices must be known, a limit on money needs them, and no limit may be below what a single call costs. */
function budgets(
  { tokens, money }: Limits,
  prices: Pricing | undefined,
  model: ModelConfig | undefined,
  behaviour: BehaviourPlan | undefined,
): Issue[] {
  const unpriced = prices === undefined ? [] : pricingIssues(prices);
  if (unpriced.length > 0) return unpriced;
  const named = money === undefined ? 'model.budget.money' : 'limits.money';
  if ((money ?? model?.budget.money) !== undefined && prices === undefined) {
    return [{ path: 'prices', message: `is missing: \`${named}\` needs to know what calls cost` }];
  }
  const issues: Issue[] = prices === undefined ? [] : unknownModels(prices, behaviour);
  const least = behaviour?.leastCall;
  if (least === undefined) return issues;
  const hold = (path: string, cap: number | undefined, fixed: number, unit: string): void => {
    const fault = cap === undefined ? undefined : budgetFault({ cap, fixed, unit });
    if (fault !== undefined) issues.push({ path, message: fault });
  };
  hold('limits.tokens', tokens, least.prompt + least.output, 'tokens');
  if (prices !== undefined) hold('limits.money', money, charger(bookOf(prices), prices)(least), 'dollars');
  return issues;
}

/** Models that calls name must be in the price table, lest dollars be unknown for a slip of the pen. */
function unknownModels(prices: Pricing, behaviour: BehaviourPlan | undefined): Issue[] {
  const book = bookOf(prices);
  return [...new Set(behaviour?.models ?? [])].flatMap((model) => {
    const priced = book.at(model, prices.date);
    if (priced.entry !== undefined || priced.wrong !== 'model') return [];
    return [
      {
        path: 'behaviour.models',
        message: `${priced.why}; name one of them, or give its price in \`prices.table\``,
      },
    ];
  });
}

/** A budget of thought must be worth a call, and keys and values must have somebody to be handed to. */
function thoughts(protocol: ProtocolPlan, behaviour: BehaviourPlan | undefined): Issue[] {
  const issues: Issue[] = [];
  const fixed = behaviour?.leastWritten ?? 0;
  const fault =
    protocol.budget === undefined ? undefined : budgetFault({ cap: protocol.budget, fixed, unit: 'tokens' });
  if (fault !== undefined) issues.push({ path: 'protocol.budget', message: fault });
  if (behaviour?.latent !== undefined && protocol.handsOnLatent !== true) {
    const message = `must be text here, since this protocol hands on nothing but text; keys and values are handed on by ${latentProtocols().join(', ')}, among two agents or more`;
    issues.push({ path: `behaviour.${behaviour.latent}`, message });
  }
  return issues;
}

/** Protocols that can hand on keys and values, as they are by default. */
const latentProtocols = (): string[] =>
  [...catalog.protocols].flatMap(([name, { params, create }]) => {
    const byDefault = params.safeParse({});
    return byDefault.success && create(byDefault.data).handsOnLatent === true ? [name] : [];
  });

/** A check in two phases needs to know when the first one ends, and must see the second to its end. */
function phases(within: number, { gst }: Network, horizon: number | undefined): Issue[] {
  if (gst === undefined) {
    return [{ path: 'network.gst', message: 'is missing: `liveness` is judged from then on' }];
  }
  if (horizon === undefined || horizon >= gst + within) return [];
  const message = `must be at least network.gst + liveness.within (${(gst + within) / 1e6}s), but is ${horizon / 1e6}s`;
  return [{ path: 'horizon', message }];
}

/** What must hold between parts: nothing in a scenario may go unread. */
function relations(
  protocol: ProtocolPlan,
  behaviour: BehaviourPlan | undefined,
  written: unknown,
  rounds: unknown,
): Issue[] {
  const issues: Issue[] = [];
  if (protocol.asks !== undefined && written === undefined) {
    issues.push({
      path: 'behaviour',
      message: 'is missing: this protocol asks its agents, so something must answer',
    });
  }
  if (protocol.asks === undefined && written !== undefined) {
    // What was written is the behaviour, or the model in its place.
    const path = written === 'live' ? 'model' : 'behaviour';
    issues.push({ path, message: 'is never asked by this protocol; leave it out' });
  }
  if (behaviour && protocol.asks !== undefined && !behaviour.answers.includes(protocol.asks)) {
    issues.push({
      path: 'behaviour.kind',
      message: `answers ${behaviour.answers.join(', ')}, but this protocol asks ${protocol.asks}; choose a behaviour that answers it`,
    });
  }
  if (protocol.form === 'events' && rounds !== undefined) {
    issues.push({
      path: 'rounds',
      message: 'is read by protocols in rounds only, and this one is not; leave it out',
    });
  }
  return issues;
}

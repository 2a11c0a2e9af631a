import { estimateTokens } from '../economy/estimate-tokens.ts';
import { Asker } from '../models/asker.ts';
import { mockAnswer } from '../models/mock-mind.ts';
import type { Raw } from '../scenario/factors.ts';
import { applyOverrides, readValue } from '../scenario/overrides.ts';
import type { Answering } from './models.ts';
import { type Plan, planOf, type Source } from './source.ts';

/** A sweep as it is tried out: with mocks, metered, a few replications. */
export interface Rehearsal {
  readonly plan: Plan;
  /** Who answers in the place of a model; undefined where the scenario's own behaviour answers in any case. */
  readonly standIn: string | undefined;
  /** Whether the prompts themselves are put, to a stand-in that answers by simple rules. */
  readonly isPrompting: boolean;
  /** So many points of the sweep are one here, since they differ in nothing but their model. */
  readonly alike: number;
  /** The first replication of the pilot: the one after the last of the sweep, so that both are independent. */
  readonly first: number;
}

/** Behaviours that count tokens as a model would, by the vocabulary of questions that they answer. */
const standIns: Readonly<Record<string, string>> = { agentsnet: 'bounded', work: 'worker' };

/**
 * The plan of a pilot for a plan. Where a model would answer, a mock does: the scenario's own behaviour, or else the one
 * that is fitted to such questions, if it counts tokens; or else the prompts are put to a stand-in.
 */
export function rehearsalOf(plan: Plan, pilot: number): Rehearsal {
  const { source, scenario } = plan;
  const isLive = scenario.points.some(({ config }) => config.model !== undefined);
  const overrides = source.overrides.filter((it) => !(isLive && /^model[.=]/.test(it)));
  const written = applyOverrides(readValue(source.text, '') as Raw, overrides);
  const asked = scenario.points[0]?.config.protocol.make().asks ?? '';
  const usual = standIns[asked];
  const isPrompting = isLive && usual === undefined;
  const mocked = isLive && !isPrompting ? withMock(written, usual as string) : written;
  const prompted = isPrompting ? applyOverrides(readValue(source.text, '') as Raw, source.overrides) : mocked;
  const raw = metered({ ...prompted, replications: scenario.replications + pilot });
  const rehearsed = planOf({ ...source, text: JSON.stringify(raw), overrides: [] } satisfies Source);
  return {
    plan: rehearsed,
    standIn: !isLive ? undefined : isPrompting ? 'a stand-in that reads the prompts' : kindOf(raw.behaviour),
    isPrompting,
    alike: scenario.points.length / rehearsed.scenario.points.length,
    first: scenario.replications,
  };
}

/** Takes the model out, and the factors that vary it or the behaviour: they are not there when a model answers. */
function withMock({ model: _, behaviour, vary, ...rest }: Raw, usual: string): Raw {
  const factors = Object.entries((vary ?? {}) as Raw).filter(
    ([path]) => !/^(behaviour|model)(\.|$)/.test(path),
  );
  const isMock = behaviour !== undefined && kindOf(behaviour) !== 'live';
  return {
    ...rest,
    behaviour: isMock ? behaviour : usual,
    ...(factors.length > 0 ? { vary: Object.fromEntries(factors) } : {}),
  };
}

/** Meters every run. What must come out, and when a point is known well enough, is not asked of a pilot. */
function metered({ expect: _, published: __, precision: ___, ...raw }: Raw): Raw {
  const metrics = (raw.metrics ?? []) as readonly unknown[];
  const isMetered = metrics.some((it) => kindOf(it) === 'meters');
  return isMetered ? raw : { ...raw, metrics: [...metrics, 'meters'] };
}

const kindOf = (part: unknown): string =>
  typeof part === 'string' ? part : String((part as { kind?: unknown } | undefined)?.kind);

/** Answers prompts by simple rules, in the place of any model; tokens are estimated from the texts. */
export function promptReader(): Answering {
  const asker = new Asker({
    mode: 'live',
    model: {
      complete: async ({ turns }) => {
        const text = mockAnswer(turns);
        const prompt = turns.reduce((sum, { content }) => sum + estimateTokens(content), 0);
        const spent = { prompt, output: estimateTokens(text), isEstimated: true } as const;
        return { ok: true, text, finish: 'stop', spent, latency: 0, retries: 0 };
      },
    },
  });
  return { askerOf: () => asker };
}

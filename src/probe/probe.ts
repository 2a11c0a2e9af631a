import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { estimateTokens } from '../economy/estimate-tokens.ts';
import { Budget } from '../models/budget.ts';
import { isFatal, type Lost, type ModelRequest, type Reply } from '../models/model.ts';
import { withForm } from '../models/prompter.ts';
import { fillFor } from '../models/prompts.ts';
import { isStructured } from '../models/providers.ts';
import { compile } from '../scenario/compile.ts';
import type { ModelConfig } from '../scenario/model.ts';
import { runOf } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import { answered, causeOf, type UnreadCause } from '../study/answer-accounts.ts';
import { type AnswerTally, newTally, tallyAnswer } from '../study/answer-tally.ts';
import type { Answering } from '../study/models.ts';
import type { Plan } from '../study/source.ts';
import { ScenarioError } from '../world/error.ts';
import { type ProbeDesign, type ProbeFamily, type ProbeQuestion, probeFamilies } from './probe-design.ts';
import { probeQuestions } from './probe-questions.ts';

/** Changes when the questions of equal designs do. */
const probeVersion = 1;

/** A probe, laid out: what a model will be asked, and as what it is recorded. */
export interface Probe {
  /** What identifies its answers on a cassette. */
  readonly id: string;
  /** What the id is a hash of. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly model: ModelConfig;
  readonly design: ProbeDesign;
  readonly questions: readonly ProbeQuestion[];
  /** The request of each question, in order. */
  readonly requests: readonly ModelRequest[];
  readonly charge: ((usage: { prompt: number; output: number; cachedRead?: number }) => number) | undefined;
}

export interface ProbeOptions extends Omit<ProbeDesign, 'seed' | 'prompts'> {
  /** A scenario with the model that is to be asked; nothing else of it is read but seed and prices. */
  readonly plan: Plan;
}

/** Lays a probe out. Throws a ScenarioError where templates are wrong. */
export function probeOf({ plan, ...rest }: ProbeOptions): Probe {
  const { scenario } = plan;
  const point = scenario.points[0];
  const run = point && runOf(scenario, point, 0);
  const { model } = (run?.config ?? {}) as Config;
  if (run === undefined || model === undefined) throw new Error('probeOf: the scenario has no model');
  const { prompts: templates, reasoning, provider, temperature, topP, maxOutputTokens } = model;
  const prompts = { templates: typeof templates === 'object' ? templates : undefined, reasoning };
  const design: ProbeDesign = { ...rest, seed: scenario.seed, prompts };
  const questions = probeQuestions(design);
  const settings = { provider, model: model.model, temperature, topP, maxOutputTokens };
  const requests = questions.map((question) => requestOf(question, settings, model, fillFor(prompts)));
  // What may be spent, and where it is kept, is no part of it.
  const what = JSON.stringify([
    probeVersion,
    settings,
    isStructured(model),
    prompts,
    scenario.seed,
    rest.group,
    rest.effort,
  ]);
  const id = `probe-${createHash('sha256').update(what).digest('hex').slice(0, 16)}`;
  const { group, effort } = rest;
  const structured = isStructured(model);
  return {
    id,
    identity: { probe: probeVersion, settings, structured, prompts, seed: scenario.seed, group, effort },
    model,
    design,
    questions,
    requests,
    charge: compile(run.config as Config, run.seed).world.setting.charge,
  };
}

function requestOf(
  { turns, form }: ProbeQuestion,
  settings: ModelRequest['settings'],
  model: ModelConfig,
  fill: ReturnType<typeof fillFor>,
): ModelRequest {
  if (!isStructured(model)) return { settings, turns };
  const last = turns.at(-1);
  if (last === undefined) return { settings, turns };
  return {
    settings,
    turns: [...turns.slice(0, -1), { ...last, content: withForm(last.content, form, fill) }],
    form,
  };
}

/** Tokens that an answer takes on the average, as assumed beforehand: with its thinking, and without. */
const assumedOutput = { thought: 220, plain: 20 } as const;

/** What a probe will take, roughly: counted for what is read, assumed for what is written. */
export function probeForecast({ requests, model, charge }: Probe) {
  const prompt = requests.reduce(
    (sum, { turns }) => sum + turns.reduce((total, { content }) => total + estimateTokens(content), 0),
    0,
  );
  const output = requests.length * (model.reasoning ? assumedOutput.thought : assumedOutput.plain);
  const money = charge?.({ prompt, output });
  return { questions: requests.length, prompt, output, tokens: prompt + output, money: money ?? null };
}

/** What became of one question. */
export interface Probed {
  readonly question: ProbeQuestion;
  /** Undefined where it could not be read, even when it was written once more. */
  readonly value: number | undefined;
  /** Why the first answer could not be read. */
  readonly first: UnreadCause | undefined;
  /** Why the second could not, where there was one. */
  readonly second: UnreadCause | undefined;
}

/** How far a probe came. */
export interface ProbeEnd {
  /** In the order of the questions; those that were not asked are left out. */
  readonly answers: readonly Probed[];
  readonly status: 'complete' | 'interrupted' | 'budget';
  readonly spent: Pick<Budget, 'calls' | 'tokens' | 'money'>;
  /** Calls made now; the others were on the cassette. */
  readonly fresh: number;
  /** Where answers came from, and how many questions came back with none at all. */
  readonly tally: AnswerTally;
}

/**
 * Asks what a probe is made of, as many questions at once as the model bears, each that cannot be read once more. What is on
 * the cassette is not asked again, so that the same probe goes on where it was given up. Throws a ScenarioError where the
 * model cannot be asked, or a strict cassette lacks an answer.
 */
export async function runProbe(
  probe: Probe,
  {
    models,
    signal,
    onAnswer,
  }: {
    readonly models: Answering;
    readonly signal: AbortSignal;
    /** Told how many questions are answered so far, and how many calls were made for them now. */
    readonly onAnswer?: (count: number, fresh: number) => void;
  },
): Promise<ProbeEnd> {
  const { model, questions, requests } = probe;
  const asker = models.askerOf(model);
  asker.describe(probe.id, probe.identity);
  const budget = new Budget(model.budget, probe.charge);
  const stop = new AbortController();
  const late = Number.isFinite(budget.timeLeft) ? [AbortSignal.timeout(Math.ceil(budget.timeLeft))] : [];
  const within = AbortSignal.any([signal, stop.signal, ...late]);
  setMaxListeners(0, within);
  const results: (Probed | undefined)[] = new Array(questions.length);
  const tally = newTally();
  let fresh = 0;
  let next = 0;
  let reserved = 0;
  let isOver = false;
  const mayAsk = (): boolean => {
    const { calls = Number.POSITIVE_INFINITY } = model.budget;
    if (budget.spent !== undefined || budget.calls + reserved >= calls || within.aborted) isOver = true;
    return !isOver;
  };
  const ask = async (i: number, isAgain: boolean, request: ModelRequest): Promise<Reply | undefined> => {
    if (!mayAsk()) return undefined;
    const { family } = questions[i] as ProbeQuestion;
    const place = {
      run: probe.id,
      agent: familyNumber(family),
      index: 2 * placeIn(questions, i) + (isAgain ? 1 : 0),
    };
    reserved++;
    let isReserved = true;
    // What is counted as it is made is no longer reserved.
    const release = (): void => {
      if (isReserved) reserved--;
      isReserved = false;
    };
    const take = (): void => {
      release();
      budget.take();
    };
    const purse = { mayCall: budget.mayCall, take, pay: (spent: Lost) => budget.pay(spent) };
    const { reply, isFresh } = await asker.ask(place, request, within, purse).finally(release);
    if (!isFresh) budget.payRecorded(reply);
    budget.refuseUnpriced();
    if (!reply.ok && isFatal(reply.kind)) {
      throw new ScenarioError([{ path: 'model', message: `cannot be asked: ${reply.message}` }]);
    }
    tallyAnswer(tally, reply, isFresh);
    if (!reply.ok && (reply.kind === 'cancelled' || reply.kind === 'over-budget')) return undefined;
    if (isFresh) fresh++;
    return reply;
  };
  const answer = async (i: number): Promise<void> => {
    const question = questions[i] as ProbeQuestion;
    const request = requests[i] as ModelRequest;
    const read = (reply: Reply): number | undefined => (reply.ok ? question.read(reply.text) : undefined);
    const reply = await ask(i, false, request);
    if (reply === undefined) return;
    const value = read(reply);
    if (value !== undefined) {
      results[i] = { question, value, first: undefined, second: undefined };
      return;
    }
    const again = await ask(i, true, {
      ...request,
      turns: [...request.turns, ...answered(reply), { role: 'user', content: question.again }],
    });
    if (again === undefined) return;
    const second = read(again);
    results[i] = {
      question,
      value: second,
      first: causeOf(reply),
      second: second === undefined ? causeOf(again) : undefined,
    };
  };
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < questions.length && mayAsk()) {
      await answer(next++);
      onAnswer?.(++done, fresh);
    }
  };
  const workers = Array.from({ length: Math.min(questions.length, atOnce) }, work);
  try {
    await Promise.all(workers);
  } finally {
    stop.abort();
    await Promise.allSettled(workers);
  }
  const answers = results.filter((it) => it !== undefined);
  const isComplete = answers.length === questions.length;
  const { calls, tokens, money } = budget;
  return {
    answers,
    status: isComplete ? 'complete' : signal.aborted ? 'interrupted' : 'budget',
    spent: { calls, tokens, money },
    fresh,
    tally,
  };
}

/** So many questions wait at the gate at most; once a cap is met, none of them goes out. */
const atOnce = 32;

/** Families are told apart on the cassette as agents are. */
const familyNumber = (family: ProbeFamily): number => probeFamilies.indexOf(family);

/** Counts the questions of a family, so that one that is left out moves none of the others. */
function placeIn(questions: readonly ProbeQuestion[], i: number): number {
  const first = questions.findIndex(({ family }) => family === questions[i]?.family);
  return i - first;
}

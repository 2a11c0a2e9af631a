import { estimateTokens } from '../economy/estimate-tokens.ts';
import {
  type Act,
  type Answered,
  type Claim,
  MISSING,
  type Question,
  type Report,
  type Sample,
} from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { Setting } from '../world/contracts.ts';
import type { PromptName } from './prompt-texts.ts';
import { type Fields, type Fill, formOf, type Prompter, type Reader, thoughts } from './prompter.ts';
import { readJson, readWhole } from './read-json.ts';
import { type WorkSheet, workSheet } from './work-sheet.ts';

/** What was read of an answer, by the kind of the question. */
interface Read {
  /** Numbers by item. */
  readonly results?: ReadonlyMap<number, number>;
  readonly choice?: Report;
  readonly holds?: boolean;
  readonly risk?: number;
}

/** The words of the architectures: a sheet of sums to be worked out together. */
export function workPrompter(setting: Setting, fill: Fill, reasoning: boolean): Prompter {
  const { work } = deskOf(setting);
  const sheet = workSheet(work, setting);
  const crew = workCrew(setting, sheet, work.items);
  const words = inWords(setting, sheet, work.items);
  const whole = Array.from({ length: work.items }, (_, item) => sheet.text(item)).join('\n');
  const values = (agent: number, question: Question): Record<string, string | number> => ({
    name: setting.names[agent]!,
    agents: setting.agents,
    items: work.items,
    heard: question.heard.map((it) => words.report(it)).join('\n'),
    held: words.held(
      crew.held(agent),
      new Set(question.kind === 'act' && question.afresh ? scopeOf(question) : []),
    ),
  });
  const scopeOf = (question: Act): readonly number[] => question.scope ?? crew.everything;
  const turn = (agent: number, question: Question): string => {
    const common = values(agent, question);
    switch (question.kind) {
      case 'act': {
        const { afresh, cap, scope } = question;
        return fill('work-act', {
          ...common,
          scope:
            scope === undefined ? fill('work-all', {}) : fill('work-scope', { scope: words.items(scope) }),
          afresh: afresh ? fill('work-afresh', {}) : '',
          amount: fill(work.breadth === 'one' ? 'work-one' : 'work-many', {}),
          cap: cap === undefined ? '' : fill('work-cap', { cap: Math.ceil(cap) }),
        });
      }
      case 'sample':
      case 'check':
      case 'route':
        return fill(`work-${question.kind}`, { ...common, ...words.apart(question, crew.path(question)) });
      default:
        return fill(
          question.purpose === 'plan' ? 'work-plan' : (`work-${question.kind}` as PromptName),
          common,
        );
    }
  };
  const reader: Reader<Read> = {
    read: (text, _agent, question) => readAnswer(text, question as Question, setting, work.items),
    answer: (read, agent, question) => crew.answer(read, agent, question as Question),
    again: (_agent, question) => fill('work-again', { example: exampleOf(question as Question) }),
  };
  return {
    remembers: (question) => !isApart(question as Question),
    system: (agent, question) => {
      const common = values(agent, question as Question);
      return fill(isApart(question as Question) ? 'work-alone' : 'work-system', { ...common, sheet: whole });
    },
    turn: (agent, question) => turn(agent, question as Question),
    form: (_agent, question) =>
      formOf('work', { ...thoughts(reasoning), ...fieldsOf(question as Question, setting, work.items) }),
    plain: (written) => written,
    reader: reader as Reader,
  };
}

/** Whether a question stands apart from the agent's own conversation. */
const isApart = ({ kind }: Question): boolean => kind === 'sample' || kind === 'check' || kind === 'route';

/** The keys of an answer; the first of them is what it must have. */
function fieldsOf(question: Question, setting: Setting, items: number): Fields {
  const number = { type: 'integer' };
  switch (question.kind) {
    case 'sample':
      return { result: [number, 'What the item comes to.'] };
    case 'check':
      return { holds: [{ type: 'boolean' }, 'Whether the number is right.'] };
    case 'route':
      return { risk: [{ type: 'number' }, 'The chance of an error, from 0 to 1.'] };
    case 'select': {
      const names = question.heard.map(({ from }) => setting.names[from]!);
      return { choice: [{ type: 'string', enum: names }, 'Whose report you take over.'] };
    }
    default: {
      const scope =
        (question.kind === 'act' ? question.scope : undefined) ?? Array.from({ length: items }, (_, i) => i);
      const entry = { anyOf: [number, { type: 'null' }] };
      const { schema } = formOf(
        'results',
        Object.fromEntries(scope.map((item) => [String(item + 1), [entry, 'Its number; null for none.']])),
      );
      return { results: [schema, 'Numbers by item.'] };
    }
  }
}

const exampleOf = ({ kind }: Question): string =>
  ({
    sample: '{"result": 417}',
    check: '{"holds": true}',
    route: '{"risk": 0.2}',
    select: '{"choice": "NAME"}',
  })[kind as 'sample'] ?? '{"results": {"1": 417}}';

/** Reads an answer, forgivingly; undefined where what was asked for is not in it. */
function readAnswer(text: string, question: Question, { names }: Setting, items: number): Read | undefined {
  switch (question.kind) {
    case 'sample': {
      const number = readWhole(readJson(text, 'result')?.result);
      return number === undefined ? undefined : { results: new Map([[question.item, number]]) };
    }
    case 'check': {
      const holds = readJson(text, 'holds')?.holds;
      return typeof holds === 'boolean' ? { holds } : undefined;
    }
    case 'route': {
      const risk = readJson(text, 'risk')?.risk;
      return typeof risk === 'number' && risk >= 0 && risk <= 1 ? { risk } : undefined;
    }
    case 'select': {
      const name = readJson(text, 'choice')?.choice;
      const choice = question.heard.find(({ from }) => names[from] === name);
      return choice && { choice };
    }
    default: {
      const found = readJson(text, 'results')?.results;
      if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
      const results = new Map<number, number>();
      for (const [key, value] of Object.entries(found)) {
        const item = Number(/\d+/.exec(key)?.[0] ?? Number.NaN) - 1;
        const number = readWhole(value);
        if (Number.isInteger(item) && item >= 0 && item < items && number !== undefined)
          results.set(item, number);
      }
      return { results };
    }
  }
}

/** What the agents of a run hold, and what becomes of their answers. */
function workCrew({ agents }: Setting, sheet: WorkSheet, items: number) {
  const everything = Array.from({ length: items }, (_, item) => item);
  const held = Array.from({ length: agents }, () => new Map<number, number>());
  const paths: ReadonlyMap<number, number>[] = [];
  let reports = 0;

  const claimsOf = (agent: number, scope: readonly number[]): Claim[] =>
    scope.flatMap((item) => {
      const value = held[agent]!.get(item);
      return value === undefined ? [] : [{ item, value }];
    });
  const report = (agent: number, scope: readonly number[], lossless = false): Report => {
    const claims = claimsOf(agent, scope);
    const text = claims
      .map(({ item, value }) => `item ${item + 1}: ${sheet.numberOf(item, value)}`)
      .join(', ');
    const it = { id: ++reports, from: agent, claims, tokens: estimateTokens(text) };
    return lossless ? { ...it, lossless } : it;
  };
  const isReady = (agent: number, scope: readonly number[]): boolean =>
    scope.every((item) => held[agent]!.has(item));
  /**
   * Takes results in: those that are as others reported them were taken over, the rest was found. What an agent says once more
   * of its own scope it puts forward again.
   */
  const take = (
    agent: number,
    results: ReadonlyMap<number, number>,
    heard: readonly Report[],
    scope: readonly number[] = [],
  ) => {
    const found: Claim[] = [];
    const taken: Claim[] = [];
    for (const [item, number] of results) {
      const claim = { item, value: sheet.valueOf(item, number) };
      if (held[agent]!.get(item) === claim.value && !scope.includes(item)) continue;
      held[agent]!.set(item, claim.value);
      const isTold = heard.some(({ claims }) =>
        claims.some((it) => it.item === claim.item && it.value === claim.value),
      );
      (isTold ? taken : found).push(claim);
    }
    return { found, taken };
  };
  const path = (question: Question): ReadonlyMap<number, number> =>
    (question.kind === 'sample' && question.after !== undefined ? paths[question.after] : undefined) ??
    new Map();

  const act = (read: Read | undefined, agent: number, question: Act): Answered => {
    const scope = question.scope ?? everything;
    if (question.afresh) for (const item of scope) held[agent]!.delete(item);
    const { found, taken } = take(agent, read?.results ?? new Map(), question.heard, question.scope);
    const ready = isReady(agent, scope);
    const answer: Answered = { claims: found, ready, ...(taken.length > 0 ? { taken } : {}) };
    if (!question.report && !ready) return answer;
    const isDocument = question.document === true;
    return { ...answer, report: report(agent, isDocument ? everything : scope, isDocument) };
  };
  const sample = (read: Read | undefined, question: Sample): Answered => {
    const number = read?.results?.get(question.item);
    if (number === undefined) return { claims: [], ready: false };
    const value = sheet.valueOf(question.item, number);
    const mark = paths.push(new Map([...path(question), [question.item, value]])) - 1;
    return { claims: [{ item: question.item, value }], ready: true, mark };
  };
  return {
    everything,
    held: (agent: number): ReadonlyMap<number, number> => held[agent]!,
    path,
    answer(read: Read | undefined, agent: number, question: Question): Answered {
      switch (question.kind) {
        case 'act':
          return act(read, agent, question);
        case 'sample':
          return sample(read, question);
        case 'check':
          // What nobody vouches for is not admitted.
          return { claims: [], ready: read?.holds ?? false };
        case 'route':
          return { claims: [], ready: true, score: read?.risk ?? 0.5 };
        case 'select': {
          const claims = read?.choice?.claims ?? [];
          if (read !== undefined) held[agent] = new Map(claims.map(({ item, value }) => [item, value]));
          return { claims, ready: isReady(agent, everything), report: report(agent, everything) };
        }
        default: {
          const { found, taken } = take(agent, read?.results ?? new Map(), question.heard);
          const ready = isReady(agent, everything);
          const claims = [...found, ...taken];
          return question.report ? { claims, ready, report: report(agent, everything) } : { claims, ready };
        }
      }
    },
  };
}

/** Claims, reports and items in words. */
function inWords({ names }: Setting, sheet: WorkSheet, items: number) {
  const claim = ({ item, value }: Claim): string[] =>
    value === MISSING ? [] : [`item ${item + 1}: ${sheet.numberOf(item, value)}`];
  const list = (claims: readonly Claim[]): string => claims.flatMap(claim).join(', ') || 'nothing yet';
  return {
    report: ({ from, claims }: Report): string => `${names[from]} reports: ${list(claims)}.`,
    held(held: ReadonlyMap<number, number>, without: ReadonlySet<number>): string {
      const claims = [...held].flatMap(([item, value]) => (without.has(item) ? [] : [{ item, value }]));
      return list(claims.sort((a, b) => a.item - b.item));
    },
    items: (scope: readonly number[]): string =>
      scope.length === items ? 'all items' : scope.map((item) => `item ${item + 1}`).join(', '),
    /** A question that stands apart: the item, with the numbers of what it needs. */
    apart(question: Question, path: ReadonlyMap<number, number>): Record<string, string | number> {
      const item = 'claim' in question ? question.claim.item : 'item' in question ? question.item : 0;
      const needs = [...sheet.text(item).matchAll(/\bitem (\d+)/g)].map(([, name]) => Number(name) - 1);
      const given = needs.map((need) => ({ item: need, value: path.get(need) ?? 0 }));
      return {
        item: sheet.text(item),
        given: given.length > 0 ? `Given: ${list(given)}.` : '',
        number: 'claim' in question ? (sheet.numberOf(item, question.claim.value) ?? '') : '',
      };
    },
  };
}

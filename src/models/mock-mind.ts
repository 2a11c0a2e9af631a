import { createHash } from 'node:crypto';
import { answerMarker } from '../agentsnet/answers.ts';
import type { AgentsNetTask } from '../agentsnet/rules.ts';
import type { Form, Turn } from './model.ts';
import { taskIn } from './prompts.ts';
import { readJson } from './read-json.ts';
import { sheetModulus } from './work-sheet.ts';

/**
 * What a server without a model answers to our prompts: by one simple rule a task, from the conversation alone, so that
 * equal requests get equal answers. To a prompt that it does not know it says so, which nobody can read as an answer.
 */
export function mockAnswer(turns: readonly Turn[]): string {
  const all = turns.map(({ content }) => content).join('\n\n');
  const last = turns.at(-1)?.content ?? '';
  const asked = askedFirst(turns);
  if (asked.includes('"public_reasoning"')) return proposal(asked);
  if (asked.includes('"decision"')) return vote(asked);
  if (asked.includes('"opinion"')) return opinion(asked);
  if (/"(results|result|holds|risk|choice)"/.test(asked)) return worked(turns[0]?.content ?? '', asked);
  const task = taskIn(all);
  const name = /^- Your name: (.+)$/m.exec(all)?.[1];
  const neighbours = /^- Your neighbours: (.+)$/m.exec(all)?.[1]?.split(', ');
  if (task === undefined || name === undefined || neighbours === undefined)
    return 'I am a stand-in for a model, and I do not know this question.';
  const { says, answers } = rules[task]({ name, neighbours, turns });
  if (last.includes(answerMarker)) return `I have kept to my rule.\n\n${answerMarker}\n${answers}`;
  const messages = Object.fromEntries(neighbours.map((neighbour) => [neighbour, says]));
  return `I keep to my rule.\n\n${JSON.stringify(messages, null, 2)}`;
}

/** The question that is open: where an answer is to be written once more, the one that was answered so. */
const askedFirst = (turns: readonly Turn[]): string =>
  turns.findLast((it) => it.role === 'user' && !/^Your (last )?answer could not/.test(it.content))?.content ??
  '';

/**
 * The same, but where it is to hold an opinion it takes each of two with the chance (1 + tanh(beta m)) / 2, where m is the share
 * of that opinion in view, less that of the other. Drawn from the question itself: equal requests get equal answers.
 */
export function conformist(beta: number): (turns: readonly Turn[]) => string {
  return (turns) => {
    const asked = askedFirst(turns);
    const [first, second] = optionsIn(asked);
    if (first === undefined || second === undefined) return mockAnswer(turns);
    const seen = seenIn(asked);
    const count = (option: string): number => seen.filter((it) => it === option).length;
    const [one, other] = [count(first), count(second)];
    const m = one + other === 0 ? 0 : (one - other) / (one + other);
    const draw = createHash('sha256').update(asked).digest().readUInt32LE() / 2 ** 32;
    return JSON.stringify({ opinion: draw < (1 + Math.tanh(beta * m)) / 2 ? first : second });
  };
}

interface Scene {
  readonly name: string;
  readonly neighbours: readonly string[];
  readonly turns: readonly Turn[];
}

interface Stand {
  /** What it tells all its neighbours. */
  readonly says: string;
  /** What it would answer if it were asked now. */
  readonly answers: string;
}

const rules: Readonly<Record<AgentsNetTask, (scene: Scene) => Stand>> = {
  /** The least group that no neighbour with an earlier name is in. */
  coloring(scene) {
    const taken = new Set(earlier(scene).map((it) => Number(/Group (\d+)/.exec(it)?.[1])));
    let group = 1;
    while (taken.has(group)) group++;
    return { says: `I am in Group ${group}.`, answers: `Group ${group}` };
  },
  /** The least value heard. */
  consensus(scene) {
    const own = [...scene.name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 2;
    const heard = everHeard(scene).map((it) => Number(/I choose (\d)/.exec(it)?.[1] ?? 1));
    const value = String(Math.min(own, ...heard));
    return { says: `I choose ${value}.`, answers: value };
  },
  /** The first name heard of leads. */
  'leader-election'(scene) {
    const heard = everHeard(scene).flatMap((it) => /I think (\S+) should lead/.exec(it)?.[1] ?? []);
    const leader = [scene.name, ...heard].sort()[0];
    return { says: `I think ${leader} should lead.`, answers: leader === scene.name ? 'Yes' : 'No' };
  },
  /** Asks the neighbour with the first name that is free; who asks each other is a pair. */
  matching(scene) {
    const { name, neighbours, turns } = scene;
    const mine = turns.findLast(({ role }) => role === 'assistant')?.content ?? '';
    const asked = /pair with (\S+)\.|"(?:\S+": ")?(\S+) and I are a pair/.exec(mine);
    const target = asked?.[1] ?? asked?.[2];
    const said = target === undefined ? undefined : lastHeard(scene, target);
    if (said?.includes(`pair with ${name}.`) || said?.includes(`${name} and I are a pair`))
      return { says: `${target} and I are a pair.`, answers: target ?? 'None' };
    const free = neighbours.filter((other) => {
      const partner = /(\S+) and I are a pair/.exec(lastHeard(scene, other) ?? '')?.[1];
      return partner === undefined || partner === name;
    });
    const next = [...free].sort()[0];
    if (next === undefined) return { says: 'I remain without a partner.', answers: 'None' };
    return { says: `I would like to pair with ${next}.`, answers: 'None' };
  },
  /** Stays out where no neighbour with an earlier name does. */
  'vertex-cover'(scene) {
    const isNeeded = earlier(scene).some((it) => it.includes('not be a coordinator'));
    return isNeeded
      ? { says: 'I will be a coordinator.', answers: 'Yes' }
      : { says: 'I will not be a coordinator.', answers: 'No' };
  },
};

/** What neighbours with a name before one's own said last. */
const earlier = (scene: Scene): string[] =>
  scene.neighbours.filter((other) => other < scene.name).flatMap((other) => lastHeard(scene, other) ?? []);

const everHeard = ({ neighbours, turns }: Scene): string[] =>
  neighbours.flatMap((other) => turns.flatMap(({ content }) => saidBy(other, content) ?? []));

function lastHeard({ turns }: Scene, other: string): string | undefined {
  for (let i = turns.length - 1; i >= 0; i--) {
    const said = saidBy(other, turns[i]?.content ?? '');
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The line below `NAME wrote:`. */
function saidBy(other: string, turn: string): string | undefined {
  const heading = `${other} wrote:\n`;
  const at = turn.startsWith(heading) ? 0 : turn.indexOf(`\n${heading}`);
  if (at < 0) return undefined;
  const from = turn.indexOf(heading, at) + heading.length;
  const end = turn.indexOf('\n', from);
  return end < 0 ? turn.slice(from) : turn.slice(from, end);
}

/** The number that most propose, the least of them at a draw; its own before any were proposed. */
function proposal(turn: string): string {
  const numbers = latest(turn);
  const own = Number(/You hold (\d+)/.exec(turn)?.[1] ?? 0);
  const count = (value: number): number => numbers.filter((it) => it === value).length;
  const [best = own] = [...new Set(numbers)].sort((a, b) => count(b) - count(a) || a - b);
  return JSON.stringify({ value: best, public_reasoning: 'Most of us propose it.' });
}

function vote(turn: string): string {
  const isAgreed = new Set(latest(turn)).size === 1 && !/ none[,.]/.test(turn);
  return JSON.stringify({ decision: isAgreed ? 'stop' : 'continue' });
}

function latest(turn: string): number[] {
  const line = /^The latest proposals: (.*)$/m.exec(turn)?.[1]?.replace(/\("[^"]*"\)/g, '') ?? '';
  return [...line.matchAll(/ (\d+)\b/g)].map(([, value]) => Number(value));
}

/** The opinion that most in view hold; of equals, the one seen first; nothing seen, the first that can be chosen. */
function opinion(turn: string): string {
  const seen = seenIn(turn);
  const options = optionsIn(turn);
  const count = (option: string): number => seen.filter((it) => it === option).length;
  const known = seen.filter((it) => it !== 'none');
  const [best = options[0] ?? '0'] = [...new Set(known)].sort((a, b) => count(b) - count(a));
  return JSON.stringify({ opinion: options.length > 0 ? best : Number(best) });
}

/** The opinions that a turn shows, as they are called. */
export const seenIn = (turn: string): string[] =>
  /(?:in no particular order: |, who holds )(.+)\.$/m.exec(turn)?.[1]?.split(', ') ?? [];

/** The names that can be chosen from. */
export const optionsIn = (turn: string): string[] =>
  /from now on, (\w+(?: or \w+)*)\?/.exec(turn)?.[1]?.split(' or ') ?? [];

/** Does sums: all that it was told to do, from the numbers that it was given. */
function worked(sheet: string, turn: string): string {
  if (turn.includes('"choice"')) return JSON.stringify({ choice: /^(\S+) reports:/m.exec(turn)?.[1] ?? '' });
  if (turn.includes('"risk"')) return JSON.stringify({ risk: 0.5 });
  const known = new Map(
    [...turn.matchAll(/item (\d+): (\d+)/g)].map(([, item, number]) => [Number(item), Number(number)]),
  );
  const [text = ''] = /^Item .*$/m.exec(turn) ?? [];
  if (turn.includes('"result"')) return JSON.stringify({ result: sum(text, known) });
  const claimed = /claimed to come to (\d+)/.exec(turn)?.[1];
  if (claimed !== undefined) return JSON.stringify({ holds: sum(text, known) === Number(claimed) });
  const told = /"(.+)"$/m.exec(turn)?.[1];
  if (turn.includes('"holds"'))
    return JSON.stringify({ holds: told !== undefined && !contradicts(turn, told) });
  const results: Record<string, number> = {};
  for (const [line] of sheet.matchAll(/^Item .*$/gm)) {
    const item = Number(/\d+/.exec(line)?.[0]);
    known.set(item, sum(line, known));
    results[item] = known.get(item) as number;
  }
  const wanted = /Yours to do: (.*)\./.exec(turn)?.[1];
  const scope = wanted === undefined || wanted === 'all items' ? undefined : new Set(wanted.match(/\d+/g));
  if (turn.includes('You lead.')) return JSON.stringify({ results: {} });
  const held = itemsIn(/^So far you hold: (.*)$/m.exec(turn)?.[1] ?? '');
  const heard = itemsIn([...turn.matchAll(/^\S+ reports: (.*)$/gm)].map(([, list]) => list).join());
  const mine = Object.keys(results).filter((item) => scope?.has(item) ?? true);
  const open = mine.filter((item) => !held.has(item) && !heard.has(item));
  const done = turn.includes('Do one more item') ? open.slice(0, 1) : mine;
  const all = Object.entries(results).filter(([item]) => done.includes(item) || heard.has(item));
  return JSON.stringify({ results: Object.fromEntries(all) });
}

const itemsIn = (list: string): ReadonlySet<string> =>
  new Set([...list.matchAll(/item (\d+):/g)].map(([, item]) => item as string));

function sum(text: string, known: ReadonlyMap<number, number>): number {
  const [begin = '', ...steps] = text.slice(text.indexOf(':') + 1).split(', ');
  const items = begin.match(/item (\d+)/g) ?? [];
  const first = items.reduce((total, it) => total + (known.get(Number(it.slice(5))) ?? 0), 0);
  let number = items.length > 0 ? first : Number(/\d+/.exec(begin)?.[0]);
  for (const step of steps) {
    const by = Number(/\d+/.exec(step)?.[0]);
    number = (step.includes('multiply') ? number * by : number + by) % sheetModulus;
  }
  return number % sheetModulus;
}

/** Whether somebody said of himself something else than what is told of him. */
function contradicts(turn: string, told: string): boolean {
  const [, who, what] = /^(\S+) is in (.+?)\.$/.exec(told) ?? [];
  const said = who && what ? saidBy(who, turn) : undefined;
  return said !== undefined && what !== undefined && !said.includes(what);
}

/** An answer in a form, as a server that keeps to schemas gives it. */
export function inForm(text: string, { schema }: Pick<Form, 'schema'>): string {
  const properties = Object.keys((schema.properties ?? {}) as object);
  const found = readJson(text, ...properties) ?? {};
  const fields = properties.map((name) => {
    if (name === 'thoughts') return [name, 'I keep to my rule.'];
    if (name === 'answer') return [name, text.slice(text.lastIndexOf('\n') + 1)];
    if (name === 'messages')
      return [name, JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))];
    return [name, found[name] ?? ''];
  });
  return JSON.stringify(Object.fromEntries(fields));
}

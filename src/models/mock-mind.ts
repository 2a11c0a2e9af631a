import { answerMarker } from '../agentsnet/answers.ts';
import type { AgentsNetTask } from '../agentsnet/rules.ts';
import type { Turn } from './model.ts';
import { taskIn } from './prompts.ts';

/**
 * What a server without a model answers to our prompts: by one simple rule a task, from the conversation alone, so that
 * equal requests get equal answers. To a prompt that it does not know it says so, which nobody can read as an answer.
 */
export function mockAnswer(turns: readonly Turn[]): string {
  const all = turns.map(({ content }) => content).join('\n\n');
  const last = turns.at(-1)?.content ?? '';
  if (last.includes('"public_reasoning"')) return proposal(last);
  if (last.includes('"decision"')) return vote(last);
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

import { type Answered, NONE, type Proposed, type Question, readProposal, readVote } from './talk.ts';
import { tally } from './tally.ts';

/** What describes one run of the game: who may be named, and who follows no protocol. */
interface Cast {
  readonly names: readonly string[];
  readonly adversaries: ReadonlyMap<number, string>;
}

/** An answer of the game as a person reads it: what is proposed or voted, and how that stands to what was heard. */
export function describeAnswer(
  { names, adversaries }: Cast,
  agent: number,
  answer: Answered,
  question: Question,
): string {
  const isHonest = !adversaries.has(agent);
  if (question.kind === 'vote') {
    const vote = readVote(answer);
    if (vote === undefined) return 'gives a vote that cannot be read';
    const head = vote === 'abstain' ? 'abstains from the vote' : `votes to ${vote}`;
    return isHonest ? `${head}: ${agreement(question)}` : head;
  }
  const proposed = readProposal(answer, question.values);
  if (proposed === undefined) return 'gives a proposal that cannot be read';
  const reason = proposed.reason ? `: ${proposed.reason}` : '';
  if (proposed.apart !== undefined) return `${apart(proposed.apart, agent, names)}${reason}`;
  return `${isHonest ? move(proposed, question) : plainly(proposed)}${reason}`;
}

const plainly = ({ value }: Proposed): string => (value === NONE ? 'proposes nothing' : `proposes ${value}`);

/** How a proposal stands to what its agent held, and to what it has heard. */
function move({ value }: Proposed, question: Question): string {
  const { own, input } = question;
  const seen = tally(question.values);
  if (value === NONE) return 'proposes nothing';
  if (!seen.read(question)) {
    if (value === own) return `proposes ${value}${value === input ? ', which it was given' : ' again'}`;
    return own === NONE ? `proposes ${value}` : `proposes ${value} in the place of ${own}`;
  }
  const count = seen.countOf(value);
  const of = `${count} of ${seen.holders()}`;
  // One of several that are equally frequent, or the most frequent alone.
  let equals = 1;
  const most = seen.favourite((number) => {
    equals = number;
    return 0;
  });
  const highest = seen.countOf(most);
  if (value === own) {
    if (count === seen.holders()) return `keeps ${value}, as all do`;
    if (highest === 1) return `keeps ${value}, while no two agree`;
    if (count < highest) return `keeps ${value} (${of}), though ${highest} hold ${most}`;
    return equals > 1 ? `keeps ${value}, as others do (${of})` : `keeps ${value}, as do the most (${of})`;
  }
  const from = own === NONE ? `proposes ${value}` : `goes from ${own} to ${value}`;
  if (count === 0) return `${from}, which nobody held`;
  if (count < highest) return `${from} (${of})`;
  return equals > 1 ? `${from}, as others do (${of})` : `${from}, copying the most (${of})`;
}

/** How far what a voter heard agrees with it. */
function agreement(question: Question): string {
  const { own } = question;
  const seen = tally(question.values);
  if (!seen.read(question)) return 'nobody proposes a value';
  if (own === NONE) return 'it holds no value itself';
  const count = seen.countOf(own);
  const all = seen.holders();
  return count === all ? `all ${all} propose ${own}` : `${count} of ${all} propose ${own}, as it does`;
}

function apart(told: Int32Array, agent: number, names: readonly string[]): string {
  const parts = [...told].flatMap((value, to) =>
    to === agent || value === NONE ? [] : [`${value} to ${names[to]}`],
  );
  const more = parts.length > mostNamed ? ` and so on` : '';
  const values = toldTo(told, agent);
  if (values.size === 1) return `tells all the same this time: ${said([...values][0] as number)}`;
  const isAnother = values.size === told.length - 1;
  const head = isAnother ? 'tells each another value' : 'does not tell all the same';
  return `${head}: ${parts.slice(0, mostNamed).join(', ')}${more}`;
}

/** The different values that an agent has told the others, nothing included. */
const toldTo = (told: Int32Array, agent: number): ReadonlySet<number> =>
  new Set(told.filter((_, to) => to !== agent));

const said = (value: number): string => (value === NONE ? 'nothing' : String(value));

const mostNamed = 6;

/**
 * What all have read as they vote: each value with those who propose it, the most frequent first. `apartOf` is what an
 * agent told the others one by one, where it did.
 */
export function describeProposals(
  { names, adversaries }: Cast,
  proposals: Int32Array,
  apartOf: (agent: number) => Int32Array | undefined,
): string {
  const byValue = new Map<number, string[]>();
  const others: string[] = [];
  const some: string[] = [];
  proposals.forEach((proposed, agent) => {
    const name = `${names[agent]}${adversaries.has(agent) ? '*' : ''}`;
    const told = apartOf(agent);
    const values = told === undefined ? [proposed] : [...toldTo(told, agent)];
    const value = values[0] ?? NONE;
    if (values.length > 1) (values.length === proposals.length - 1 ? others : some).push(name);
    else byValue.set(value, [...(byValue.get(value) ?? []), name]);
  });
  const values = [...byValue].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  const parts = values.map(
    ([value, by]) => `${said(value)} by ${by.length > mostNamed ? by.length : listed(by)}`,
  );
  if (others.length > 0) parts.push(`something else to each by ${listed(others)}`);
  if (some.length > 0) parts.push(`not the same to all by ${listed(some)}`);
  return parts.join('; ');
}

/** Names in a row, as people say them. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

import type { Answered, Claim, Question, Report } from './talk.ts';
import { MISSING, RIGHT } from './talk.ts';

const mostItems = 6;

/** A message among those who work together, as a person reads it: what is handed over, and how much of it is wrong. */
export function describeReport(content: unknown): string {
  const { kind, scope, report } = content as {
    readonly kind?: string;
    readonly scope?: readonly number[];
    readonly report?: Report;
  };
  const handed = report ?? ((content as Partial<Report>).claims ? (content as Report) : undefined);
  const parts: string[] = [];
  if (scope !== undefined) parts.push(`please do ${itemsOf(scope)}`);
  if (handed !== undefined) parts.push(`${kind === 'draft' ? 'a draft, ' : ''}${reported(handed)}`);
  return parts.join('; ') || (kind ?? 'nothing');
}

function reported({ claims, tokens, memory }: Report): string {
  const form = memory === undefined ? `in ${tokens} tokens` : `as keys and values of ${memory} tokens`;
  return `${held(claims)}, ${form}`;
}

/** What claims come to: the items, and which of them are wrong, as nobody in the run can know. */
function held(claims: readonly Claim[]): string {
  const about = claims.filter(({ value }) => value !== MISSING);
  if (about.length === 0) return 'nothing done yet';
  const wrong = about.filter(({ value }) => value !== RIGHT).map(({ item }) => item);
  const items = itemsOf(about.map(({ item }) => item));
  if (wrong.length === 0) return `${items}, right`;
  return about.length === 1
    ? `${items}, wrong`
    : `${items}, of which wrong: ${wrong.slice(0, mostItems).join(', ')}`;
}

function itemsOf(items: readonly number[]): string {
  if (items.length === 1) return `item ${items[0]}`;
  const sorted = [...items].sort((a, b) => a - b);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? first;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `items ${first} to ${last}`;
  if (sorted.length <= mostItems) return `items ${sorted.join(', ')}`;
  return `${sorted.length} items from ${first} to ${last}`;
}

/** An answer about work as a person reads it: what the call was for, and what came of it. */
export function describeWork({ claims, ready, score }: Answered, question: Question): string {
  switch (question.kind) {
    case 'sample':
      return `answers item ${question.item}, try ${question.draw}: ${outcome(claims)}`;
    case 'check':
      return `checks item ${question.claim.item} (${question.claim.value === RIGHT ? 'right' : 'wrong'}): ${ready ? 'passes it' : 'finds fault'}`;
    case 'route':
      return `judges how hard item ${question.item} is: ${Number((score ?? 0).toPrecision(3))}`;
    case 'act':
      if (claims.length === 0)
        return `${question.purpose === 'plan' ? 'plans' : 'works, and gets nothing done'}`;
      return `${question.purpose === 'plan' ? 'plans' : 'works'}: ${held(claims)}${ready ? '; all its own is done' : ''}`;
    default:
      return `${gathers[question.kind]} what was reported: ${held(claims)}`;
  }
}

const gathers = { review: 'reviews', merge: 'merges', select: 'chooses among' } as const;

const outcome = ([claim]: readonly Claim[]): string =>
  claim === undefined || claim.value === MISSING ? 'nothing' : claim.value === RIGHT ? 'right' : 'wrong';

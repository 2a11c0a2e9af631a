/** A value that a quorum prepared, and in which view: in the field a certificate of signed votes, so none can be made up. */
export interface Prepared {
  readonly view: number;
  readonly value: number;
}

/** What an agent says on entering a view. Leaders pass it on, signed. */
export interface Change {
  readonly from: number;
  readonly view: number;
  readonly input: number;
  readonly prepared: Prepared | undefined;
}

export type Content =
  | { readonly kind: 'change'; readonly change: Change }
  | {
      readonly kind: 'propose';
      readonly view: number;
      readonly value: number;
      readonly changes: readonly Change[];
    }
  | { readonly kind: 'prepare' | 'commit'; readonly view: number; readonly value: number }
  | { readonly kind: 'decided'; readonly value: number };

/**
 * The one value that a quorum of changes allows: what was prepared in the latest view, as it may have been decided; else
 * the commonest input, of equally common ones the least.
 */
export function choose(changes: readonly Change[]): number {
  let latest: Prepared | undefined;
  const counts = new Map<number, number>();
  for (const { prepared, input } of changes) {
    if (prepared !== undefined && prepared.view > (latest?.view ?? -1)) latest = prepared;
    counts.set(input, (counts.get(input) ?? 0) + 1);
  }
  if (latest !== undefined) return latest.value;
  let best = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [input, count] of counts) {
    if (count < most || (count === most && input > best)) continue;
    best = input;
    most = count;
  }
  return best;
}

/** Whether a proposal follows from enough changes of different agents into its view. */
export function isJustified(
  { view, value, changes }: Extract<Content, { kind: 'propose' }>,
  enough: number,
): boolean {
  const senders = new Set(changes.map(({ from }) => from));
  if (senders.size !== changes.length || changes.length < enough) return false;
  return changes.every((change) => change.view === view) && choose(changes) === value;
}

/** How a Byzantine agent lies in one message. */
interface Lying {
  /** What it says in the place of a value. */
  readonly value: (truth: number) => number;
  /** Whether it keeps to itself what it has prepared; it cannot make up what a quorum did not sign. */
  readonly withholds: () => boolean;
}

/**
 * The lie of a Byzantine agent among n: another value in its votes and for its input. What others signed it cannot
 * change, so that its proposal follows from its lie and their truth.
 */
export function forge(content: Content, n: number, lying: Lying): Content {
  const lie = (change: Change): Change => ({
    ...change,
    input: lying.value(change.input),
    prepared: lying.withholds() ? undefined : change.prepared,
  });
  switch (content.kind) {
    case 'change':
      return { kind: 'change', change: lie(content.change) };
    case 'propose': {
      const changes = content.changes.map((it) => (it.from === content.view % n ? lie(it) : it));
      return { ...content, changes, value: choose(changes) };
    }
    default:
      return { ...content, value: lying.value(content.value) };
  }
}

const kinds = { change: 1, propose: 2, prepare: 3, commit: 4, decided: 5 } as const;

export function digest(content: Content): number {
  const { kind } = content;
  if (kind === 'decided') return fold(kinds[kind], 0, content.value);
  if (kind === 'change') {
    const { view, input, prepared } = content.change;
    return fold(kinds[kind], view, input) ^ fold(0, prepared?.view ?? -1, prepared?.value ?? -1);
  }
  return fold(kinds[kind], content.view, content.value);
}

const fold = (kind: number, view: number, value: number): number =>
  Math.imul(Math.imul(kind, 31) + view, 0x9e3779b1) ^ Math.imul(Math.floor(value * 1024), 0x85ebca77);

export function describe(content: Content): string {
  switch (content.kind) {
    case 'change': {
      const { view, input, prepared } = content.change;
      const had = prepared === undefined ? '' : `, ${prepared.value} prepared in view ${prepared.view}`;
      return `enters view ${view} with input ${input}${had}`;
    }
    case 'propose':
      return `proposes ${content.value} in view ${content.view}`;
    case 'decided':
      return `has decided ${content.value}`;
    default:
      return `${content.kind}s ${content.value} in view ${content.view}`;
  }
}

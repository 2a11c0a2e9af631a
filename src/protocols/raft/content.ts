/** A value in the log, and the term of the leader that put it there. */
export interface Entry {
  readonly term: number;
  readonly value: number;
}

/** Places in the log count from 1; 0 stands before the first entry. */
export type Content =
  | { readonly kind: 'request'; readonly term: number; readonly last: number; readonly lastTerm: number }
  | { readonly kind: 'vote'; readonly term: number; readonly granted: boolean }
  | {
      readonly kind: 'append';
      readonly term: number;
      readonly previous: number;
      readonly previousTerm: number;
      readonly entries: readonly Entry[];
      readonly committed: number;
    }
  | { readonly kind: 'ack'; readonly term: number; readonly fits: boolean; readonly held: number };

export function digest(content: Content): number {
  const { kind, term } = content;
  switch (kind) {
    case 'request':
      return fold(1, term, content.last, content.lastTerm);
    case 'vote':
      return fold(2, term, content.granted ? 1 : 0, 0);
    case 'ack':
      return fold(3, term, content.fits ? 1 : 0, content.held);
    case 'append': {
      const { previous, previousTerm, committed, entries } = content;
      let hash = fold(4, term, previous, previousTerm) ^ committed;
      for (const entry of entries) hash = fold(hash, entry.term, Math.floor(entry.value * 1024), 0);
      return hash;
    }
  }
}

function fold(...numbers: number[]): number {
  let hash = 0;
  for (const it of numbers) hash = (Math.imul(hash, 0x01000193) ^ it) | 0;
  return hash;
}

export function describe(content: Content): string {
  const { kind, term } = content;
  switch (kind) {
    case 'request':
      return `term ${term}: stands for election`;
    case 'vote':
      return `term ${term}: ${content.granted ? 'votes for it' : 'does not vote for it'}`;
    case 'ack':
      return `term ${term}: ${content.fits ? `holds ${content.held} entries` : 'lacks earlier entries'}`;
    case 'append': {
      const { previous, entries, committed } = content;
      const values = entries.map(({ value }) => value).join(' ');
      return `term ${term}: ${entries.length === 0 ? 'heartbeat' : `after entry ${previous}: ${values}`}, ${committed} committed`;
    }
  }
}

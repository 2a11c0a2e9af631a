const mostNamed = 5;

/** Agents by name, the first few of them. */
export function listed(agents: readonly number[], names: readonly string[]): string {
  const shown = agents.slice(0, mostNamed).map((agent) => names[agent]);
  return agents.length > mostNamed
    ? `${shown.join(', ')} and ${agents.length - mostNamed} more`
    : shown.join(', ');
}

/** Why a run that was cut off had not ended: a class, its cause in one word, and what shows it. */
export interface Finding {
  readonly class: 'blocked' | 'no-input' | 'stalled' | 'livelock' | 'late';
  readonly cause: string;
  readonly witness: string;
  readonly evidence: Readonly<Record<string, number | readonly number[]>>;
}

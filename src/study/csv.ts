import type { Row } from '../scenario/run.ts';

/**
 * The columns of a table of rows, in four groups: what fixes the run, its factors, how it ended, its numbers. Within a
 * group they stand in the order in which rows first showed them, so that equal rows give an equal file.
 */
export class CsvColumns {
  private readonly factors = new Set<string>();
  private readonly verdicts = new Set<string>();
  private readonly metrics = new Set<string>();

  /** Takes in the names of a row; true if one of them is new, so that the file needs another head. */
  learn(row: Row): boolean {
    const before = this.size;
    for (const name in row.factors) this.factors.add(name);
    for (const name in row.verdicts) this.verdicts.add(name);
    for (const name in row.metrics) this.metrics.add(name);
    return this.size > before;
  }

  get head(): string {
    // A factor and a metric may share a name; the one that came with the design keeps it.
    const metrics = [...this.metrics].map((name) => (this.factors.has(name) ? `${name} (metric)` : name));
    const verdicts = [...this.verdicts].map((name) => `${name} (verdict)`);
    return csvLine([...leading, ...this.factors, ...judged, ...verdicts, ...metrics, 'error']);
  }

  line(row: Row): string {
    return csvLine([
      row.run,
      row.point,
      row.replication,
      row.seed,
      ...[...this.factors].map((name) => row.factors[name]),
      row.fingerprint,
      row.outcome,
      row.cause,
      row.witness,
      ...[...this.verdicts].map((name) => row.verdicts[name]),
      ...[...this.metrics].map((name) => row.metrics[name]),
      row.error,
    ]);
  }

  private get size(): number {
    return this.factors.size + this.verdicts.size + this.metrics.size;
  }
}

const leading = ['run', 'point', 'replication', 'seed'] as const;
const judged = ['fingerprint', 'outcome', 'cause', 'witness'] as const;

/** A record after RFC 4180, closed by a line feed. What is missing is empty. */
export function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  return `${values.map((value) => quoted(value ?? '')).join(',')}\n`;
}

function quoted(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { runColumns } from './execute.ts';
import { answerColumns } from './model.ts';
import type { Config } from './schema.ts';

/** The names of all numbers that a run of a point ends in: its own, its protocol's, its metrics' and its model's. */
export function columnsOf({ protocol, metrics, model }: Config): ReadonlySet<string> {
  return new Set([
    ...Object.keys(runColumns),
    ...Object.keys(protocol.make().measures ?? {}),
    ...metrics.flatMap((metric) => Object.keys(metric.make().columns)),
    ...(model === undefined ? [] : answerColumns),
  ]);
}

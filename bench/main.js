// npm run bench -- [--rounds 5] [--quick]: prints a table and appends one line to history.ndjson.
// Exits with 1 where an order differs or a floor is missed.
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compareKernel } from './kernel/compare.js';
import { table } from './kernel/table.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, quick: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`--rounds: must be a whole number from 1 on, but is ${values.rounds}.`);
}
const kernel = compareKernel({ rounds, quick: values.quick });
console.log(table(kernel));
const record = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  rounds,
  kernel,
};
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
appendFileSync(new URL('./history.ndjson', import.meta.url), `${JSON.stringify(record, rounded)}\n`);
process.exitCode = kernel.every((row) => ['aim', 'floor', 'ok'].includes(row.verdict)) ? 0 : 1;

import { priceEntries } from '../profiles/prices.ts';
import { instead } from '../scenario/check.ts';
import { priceColumns, pricesSummary, priceTable } from '../scenario/price-table.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { paint, print, printJson, width } from './terminal.ts';

/** Every listed price with its day, or those of one model or line of models. */
export function listPrices(name: string | undefined, isJson: boolean): void {
  const entries = priceEntries.filter(
    ({ model, line }) => name === undefined || model === name || line === name,
  );
  if (name !== undefined && entries.length === 0) {
    const known = [...new Set(priceEntries.map(({ model }) => model))].sort();
    throw new ScenarioError([
      { path: name, message: `is no model of the price table${instead(name, known)}` },
    ]);
  }
  if (isJson) {
    for (const entry of entries) printJson({ kind: 'prices', ...entry });
    return;
  }
  print(paint('bold', 'prices'));
  const numbers = priceColumns.slice(3, -1) as readonly string[];
  const columns = priceColumns.map((head) =>
    numbers.includes(head) ? ({ head, align: 'right' } as const) : { head },
  );
  const lines = textTable(columns, priceTable(entries));
  for (const [i, line] of lines.entries()) print(i === 0 ? paint('dim', line) : line);
  print();
  for (const line of wrapped(pricesSummary.replaceAll('`', ''), width)) print(paint('dim', line));
}

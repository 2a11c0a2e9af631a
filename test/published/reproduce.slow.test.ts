import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, newFolder, synod } from '../cli/synod.ts';

const keys = ['finding', 'claim', 'published', 'simulated', 'low', 'high', 'verdict', 'grade', 'source'];

test('every finding comes out as its file declares, switches included', async () => {
  const out = join(newFolder(), 'rows');
  const { code, stdout, stderr } = await synod(['reproduce', '--json', '--out', out]);
  expect(stderr).toBe('');
  const lines = jsonLines(stdout);
  for (const line of lines) expect(Object.keys(line)).toEqual(expect.arrayContaining(keys));
  const other = lines.filter(({ verdict, declared }) => verdict !== declared);
  expect(other.map(({ finding, claim, verdict }) => [finding, claim, verdict])).toEqual([]);
  for (const { verdict, why, claim } of lines)
    if (verdict === 'not-reproduced') expect(why, String(claim)).toBeTruthy();
  expect(code).toBe(0);
  // Nothing is run again where the rows are kept.
  const again = await synod(['reproduce', '--json', '--out', out]);
  expect(again.stdout).toBe(stdout);
});

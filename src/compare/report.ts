import { shownNumber } from '../study/numbers.ts';
import type { Estimate } from '../study/statistics.ts';
import { type Column, textTable, wrapped } from '../study/text-table.ts';
import type { Compared, Comparison } from './compare.ts';
import type { Contrast } from './contrast.ts';
import { type Front, type FrontPoint, frontPicture } from './front.ts';
import { baselineShown, shownDollars, signed } from './verdict.ts';

type Found = NonNullable<Contrast['found']>;

const columns = (quality: string, isPriced: boolean): Column[] => [
  { head: '' },
  ...[quality, 'tokens', ...(isPriced ? ['dollars'] : [])].map((head): Column => ({ head, align: 'right' })),
  { head: 'design ahead by (95 %)', align: 'right' },
];

/** One design and its baselines as a table, with a line on how each of them was matched. */
export function comparedLines(compared: Compared, quality: string, width: number): string[] {
  const { design, contrasts, selector, notes } = compared;
  const first = contrasts.find(({ found }) => found !== undefined)?.found;
  const last = contrasts.findLast(({ found }) => found !== undefined)?.found;
  if (first === undefined || last === undefined) return [];
  const { dollars } = last.design;
  const isPriced = dollars !== undefined;
  const own = { ...first.design, dollars };
  const rows = [[shortened(`${design.mark} ${design.name}`), ...standing(own, isPriced), '']];
  let matched = '';
  for (const { meter, found } of contrasts) {
    if (found === undefined) continue;
    const at = meter.kind === 'tokens' ? 'at equal tokens' : `at equal dollars of ${meter.date}`;
    if (at !== matched) rows.push([(matched = at)]);
    rows.push([`  ${found.match.label}`, ...standing(found.other, isPriced), ahead(found.difference)]);
  }
  const lines = textTable(columns(quality, isPriced), rows);
  const isSampled = contrasts.some(({ baseline }) => baseline === 'self-consistency');
  const remarks = [
    ...new Set(contrasts.flatMap((contrast) => matchRemark(contrast))),
    `Best of N is chosen by ${selector}${isSampled ? '; self-consistency votes on each item by itself' : ''}.`,
    ...notes,
  ];
  return [
    ...lines,
    '',
    ...perUnitLines(compared, quality),
    '',
    ...remarks.flatMap((it) => wrapped(it, width)),
  ];
}

/** What a thousand tokens, or a dollar, buy of quality: by the meter that the baseline is matched in. */
function perUnitLines({ design, contrasts }: Compared, quality: string): string[] {
  const rows: string[][] = [];
  let matched = '';
  for (const { meter, found } of contrasts) {
    if (found === undefined) continue;
    const unit =
      meter.kind === 'tokens' ? `${quality} per 1k tokens` : `${quality} per dollar of ${meter.date}`;
    if (unit !== matched) {
      rows.push([(matched = unit)]);
      rows.push([`  ${shortened(`${design.mark} ${design.name}`)}`, ranged(found.design.perUnit), '']);
    }
    rows.push([`  ${found.match.label}`, ranged(found.other.perUnit), ranged(found.perUnitDifference, '+')]);
  }
  const heads: Column[] = ['mean (95 %)', 'design ahead by (95 %)'].map((head) => ({ head, align: 'right' }));
  return textTable([{ head: '' }, ...heads], rows);
}

/** `0.12 (0.1, 0.14)`; with the sign of what is above zero, where that matters. */
function ranged({ mean, low, high }: Estimate, plus = ''): string {
  if (mean === null || low === null || high === null) return '-';
  const shown = (it: number): string => `${it > 0 ? plus : ''}${shownNumber(it)}`;
  return `${shown(mean)} (${shown(low)}, ${shown(high)})`;
}

const mostName = 32;

/** The table is wide enough as it is; the verdict has the whole name. */
const shortened = (name: string): string =>
  name.length > mostName ? `${name.slice(0, mostName - 1)}…` : name;

function standing({ quality, tokens, dollars }: Found['design'], isPriced: boolean): string[] {
  const cells = [(quality.mean ?? 0).toFixed(3), shownNumber(Math.round(tokens))];
  return isPriced ? [...cells, shownDollars(dollars)] : cells;
}

const ahead = ({ mean, low, high }: Estimate): string =>
  mean === null || low === null || high === null ? '-' : `${signed(mean)} (${signed(low)}, ${signed(high)})`;

/** How far a baseline matches, where it does not do so by itself. */
function matchRemark({ baseline, meter, found }: Contrast): string[] {
  if (found === undefined) return [];
  const { kind, share, lower, upper, spent, ofTarget, unserved } = found.match;
  const name = baselineShown[baseline].replace(/^./, (it) => it.toUpperCase());
  const shown = meter.kind === 'tokens' ? `${shownNumber(Math.round(spent))} tokens` : shownDollars(spent);
  const ofDesign = `${shownNumber(ofTarget)} of what the design spends, and is compared as it is`;
  if (unserved !== undefined)
    return [
      `${name} ends at ${shown}, ${ofDesign}: at ${shownNumber(unserved.step)} in place of ${shownNumber(upper)} the serving cannot serve a call, for which ${unserved.why}.`,
    ];
  if (kind === 'below') return [`${name} can use no more than ${shown}, ${ofDesign}.`];
  if (kind === 'above')
    return [
      `${name} spends ${shown} at least, ${shownNumber(ofTarget)} times the design, and is compared as it is.`,
    ];
  if (share < 0.005) return [];
  return [
    `${name} spends the same ${meter.kind} where ${(100 * share).toFixed(0)} % of its runs take ${shownNumber(upper)} and the others ${shownNumber(lower)}.`,
  ];
}

const legend =
  'Letters are designs, ● ○ one agent, ▲ △ best of N, ◆ ◇ self-consistency; filled is on the front.';

/** The two fronts, each as a picture and as a list. */
export function frontLines({ fronts, compared }: Comparison, quality: string, width: number): string[] {
  const shownTokens = (it: number): string => `${shownNumber(Math.round(it))} tokens`;
  const lines = [legend, '', ...oneFront(`${quality} by tokens`, fronts.tokens, width, shownTokens)];
  const days = [...new Set(compared.map(({ dates }) => dates.named))];
  if (fronts.dollars === undefined) return lines;
  return [
    ...lines,
    '',
    ...oneFront(`${quality} by dollars of ${days.join(', ')}`, fronts.dollars, width, shownDollars),
  ];
}

function oneFront(head: string, front: Front, width: number, shown: (spent: number) => string): string[] {
  const best = shortList(
    front.filter(({ isOnFront }) => isOnFront),
    ({ label, quality, spent }) => `${label} (${quality.toFixed(3)}, ${shown(spent)})`,
  );
  return [head, ...frontPicture(front, width, shown), ...wrapped(`Front: ${best.join(' · ')}`, width)];
}

/** Of a baseline whose steps follow one another on the front, as those about a match do, the first and the last. */
function shortList(front: Front, told: (it: FrontPoint) => string): string[] {
  const rows: FrontPoint[][] = [];
  for (const it of front) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (it.kind !== 'design' && last?.kind === it.kind && last.mark === it.mark) row?.push(it);
    else rows.push([it]);
  }
  return rows.flatMap((row) => {
    const [first, last] = [row[0], row.at(-1)];
    return row.length < 3 || !first || !last ? row.map(told) : [`${told(first)} … ${told(last)}`];
  });
}

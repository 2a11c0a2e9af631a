import { shownNumber, shownTime } from '../study/numbers.ts';
import { widthOf, wrapped } from '../study/text-table.ts';
import type { TraceRecord } from '../world/trace.ts';

export interface TranscriptOptions {
  readonly names: readonly string[];
  /** A decided value as people read it. */
  readonly nameOf: (value: number) => string;
  readonly width: number;
  /** Tells of deliveries, questions and every answer too. */
  readonly isFull?: boolean;
  /** Leaves out what does not concern this agent. */
  readonly agent?: number | undefined;
}

/** What happened in one round, or at one instant where a protocol has no rounds. */
export interface Chapter {
  readonly heading: string;
  readonly round: number;
  readonly lines: readonly string[];
}

/** The trace as prose, chapter by chapter. Equal messages that an agent sends at one instant become one line. */
export function* transcript(records: Iterable<TraceRecord>, options: TranscriptOptions): Generator<Chapter> {
  let open: TraceRecord[] = [];
  for (const record of records) {
    const last = open.at(-1);
    if (last && startsChapter(last, record)) {
      yield chapter(open, options);
      open = [];
    }
    open.push(record);
  }
  if (open.length > 0) yield chapter(open, options);
}

function startsChapter(last: TraceRecord, next: TraceRecord): boolean {
  return next.round >= 0 ? next.round !== last.round : next.at !== last.at;
}

function chapter(records: readonly TraceRecord[], options: TranscriptOptions): Chapter {
  const { at, round } = records[0] as TraceRecord;
  const time = momentOf(at);
  const heading = round >= 0 ? `Round ${round}, at ${time}` : `At ${time}`;
  const lines: string[] = [];
  for (let i = 0; i < records.length; ) {
    const { groups, end } = saidTogether(records, i);
    i = end;
    for (const group of groups) {
      if (
        options.agent === undefined ||
        group.some((it) => it.agent === undefined || it.agent === options.agent || it.to === options.agent)
      ) {
        lines.push(...told(group, options));
      }
    }
  }
  return { heading, round, lines };
}

/** From `i` on, what one agent says at one instant, by what it says, and then what of it is dropped; else one record. */
function saidTogether(records: readonly TraceRecord[], i: number): { groups: TraceRecord[][]; end: number } {
  const first = records[i] as TraceRecord;
  if (first.kind === 'hold' || first.kind === 'begin') return turnedTogether(records, i);
  const isSaying = (it: TraceRecord): boolean => it.kind === 'send' || it.kind === 'drop';
  if (!isSaying(first)) return { groups: [[first]], end: i + 1 };
  let end = i;
  const said = new Map<string, TraceRecord[]>();
  const dropped = new Map<string, TraceRecord[]>();
  for (let next = records[end]; next; next = records[++end]) {
    if (!isSaying(next) || next.agent !== first.agent || next.at !== first.at) break;
    const groups = next.kind === 'send' ? said : dropped;
    const key = `${next.why}\n${next.content}`;
    const group = groups.get(key);
    if (group) group.push(next);
    else groups.set(key, [next]);
  }
  return { groups: [...said.values(), ...dropped.values()], end };
}

/** From `i` on, who turns to which value, by value. */
function turnedTogether(
  records: readonly TraceRecord[],
  i: number,
): { groups: TraceRecord[][]; end: number } {
  let end = i;
  const turned = new Map<number | undefined, TraceRecord[]>();
  const kind = records[i]?.kind;
  for (let next = records[end]; next !== undefined && next.kind === kind; next = records[++end]) {
    const group = turned.get(next.value);
    if (group) group.push(next);
    else turned.set(next.value, [next]);
  }
  return { groups: [...turned.values()], end };
}

function told(group: readonly TraceRecord[], options: TranscriptOptions): string[] {
  const { names, nameOf, width, isFull = false } = options;
  const record = group[0] as TraceRecord;
  const who = names[record.agent ?? -1] ?? '';
  const to = listed(group.map((it) => names[it.to ?? -1] ?? ''));
  switch (record.kind) {
    case 'send':
      return hanging(`${who} to ${to}: ${record.content}`, width);
    case 'drop':
      return hanging(`not delivered (${record.why}), ${who} to ${to}: ${record.content}`, width);
    case 'decide':
      return [`  ${who} decides ${nameOf(record.value as number)}`];
    case 'begin':
    case 'hold':
      return hanging(
        `${listed(group.map((it) => names[it.agent ?? -1] ?? ''))} ${held(group, nameOf)}`,
        width,
      );
    case 'timeout':
      return [`  ${who}'s timeout${record.tag ? ` ${record.tag}` : ''} is due`];
    case 'down':
      return [`  ${who} is down`];
    case 'recover':
      return [`  ${who} is back`];
    case 'fault':
      return hanging(record.content ?? '', width);
    case 'deliver':
      if (record.why !== undefined)
        return hanging(`${to} hears from ${who} (${record.why}): ${record.content}`, width);
      return isFull ? hanging(`${to} hears from ${who}: ${record.content}`, width) : [];
    case 'ask':
      return isFull ? [`  ${who} is asked`] : [];
    case 'answer':
      return answered(who, record, options);
    case 'round':
      return record.content === undefined ? [] : hanging(record.content, width);
  }
}

function answered(who: string, record: TraceRecord, { width, isFull = false }: TranscriptOptions): string[] {
  if (record.why !== undefined) {
    return [`  ${who} gives an answer that cannot be read (${record.why})${isFull ? spent(record) : ''}`];
  }
  if (record.content !== undefined) {
    return hanging(`${who} ${record.content}${isFull ? spent(record) : ''}`, width);
  }
  return isFull ? [`  ${who} has thought${spent(record)}`] : [];
}

function held(group: readonly TraceRecord[], nameOf: (value: number) => string): string {
  const { kind, value } = group[0] as TraceRecord;
  const verbs = kind === 'begin' ? ['begins with', 'begin with'] : ['now holds', 'now hold'];
  const verb = verbs[group.length === 1 ? 0 : 1];
  return `${verb} ${value === undefined ? 'nothing' : nameOf(value)}`;
}

/** A moment to the microsecond, or to six digits: two that follow each other should not look the same. */
function momentOf(microseconds: number): string {
  if (microseconds === 0) return '0 s';
  if (microseconds < 1000) return shownTime(microseconds);
  const isShort = microseconds < 1e6;
  return `${Number((microseconds / (isShort ? 1e3 : 1e6)).toPrecision(6))} ${isShort ? 'ms' : 's'}`;
}

const spent = ({ prompt, output }: TraceRecord): string =>
  prompt === undefined ? '' : `, ${shownNumber(prompt)} tokens read, ${shownNumber(output ?? 0)} written`;

const hanging = (text: string, width: number): string[] => {
  if (widthOf(text) + 2 <= width) return [`  ${text}`];
  return wrapped(text, width - 4).map((line, i) => (i === 0 ? '  ' : '      ') + line);
};

function listed(names: readonly string[]): string {
  if (names.length > 8) return `${names.slice(0, 7).join(', ')} and ${names.length - 7} more`;
  return names.join(', ');
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { claimReader } from '../agentsnet/read-claims.ts';
import { sayClaim } from '../agentsnet/talk.ts';
import { makeFolder } from '../models/make-folder.ts';
import { csvLine } from '../study/csv.ts';
import type { ImportedRun, Retold } from '../study/import-agentsnet.ts';
import { width } from './terminal.ts';
import { transcript } from './transcript.ts';

/** Writes what is known of a run: to replay it, to read it, and to count with. */
export function writeImported(folder: string, run: ImportedRun, summary: object): void {
  makeFolder(folder);
  const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
  write('score.json', `${JSON.stringify(summary, null, 2)}\n`);
  const { retold } = run;
  if (retold === undefined) return;
  const lines = (values: readonly unknown[]): string =>
    values.map((it) => `${JSON.stringify(it)}\n`).join('');
  write('scenario.yaml', retold.scenario);
  write(
    'cassette.jsonl.gz',
    gzipSync(lines([{ type: 'cassette', version: 1 }, ...retold.cassette]), { level: 9 }),
  );
  write('trace.jsonl', lines(retold.trace));
  write('transcript.txt', prose(retold));
  write('messages.csv', messageTable(retold));
  write('agents.csv', agentTable(run, retold));
}

function prose({ trace, setting }: Retold): string {
  const { names, task } = setting;
  const chapters = transcript(trace, { names, nameOf: (value) => task.nameOf(value, setting), width });
  return [...chapters].map(({ heading, lines }) => [heading, ...lines, ''].join('\n')).join('\n');
}

/** Who said what to whom, and what of it are claims. */
function messageTable({ trace, setting }: Retold): string {
  const { names } = setting;
  const read = claimReader(setting);
  const rows = trace
    .filter(({ kind }) => kind === 'send')
    .map(({ round, agent = 0, to = 0, content = '' }) => {
      const claims = read(content, agent, to).map((claim) => sayClaim(claim, setting, agent, to));
      return csvLine([round, names[agent], names[to], content, claims.join(' ')]);
    });
  return csvLine(['round', 'from', 'to', 'message', 'claims']) + rows.join('');
}

function agentTable({ instance, score, tokens, misread }: ImportedRun, retold: Retold): string {
  const { firstAnnouncement, repeated, falseClaims, setting } = retold;
  const faults = new Map(score.faults.map(({ agent, cause }) => [agent, cause]));
  const meant = new Map(misread.map((it) => [it.agent, it.meant]));
  const told = Object.entries(falseClaims);
  const rows = setting.names.map((name, agent) =>
    csvLine([
      name,
      setting.graph.offsets[agent + 1]! - setting.graph.offsets[agent]!,
      (firstAnnouncement[agent] ?? -1) < 0 ? undefined : firstAnnouncement[agent],
      instance.answers[agent],
      meant.has(agent) ? (meant.get(agent) ?? 'no answer') : undefined,
      faults.get(agent),
      tokens.byAgent[agent],
      repeated[agent],
      told
        .filter(([, tellers]) => Array.from(tellers).includes(agent))
        .map(([key]) => claimText(key, setting))
        .join(' '),
    ]),
  );
  const head = [
    'agent',
    'neighbours',
    'first stated in round',
    'answer',
    'meant',
    'fault',
    'tokens',
    'asked again',
    'false claims stated',
  ];
  return csvLine(head) + rows.join('');
}

/** A key of the metric of false claims, in words. */
export function claimText(key: string, setting: Retold['setting']): string {
  const [topic, subject, value = '0'] = key.split(' ');
  const claim = {
    topic: topic as 'stance' | 'proposal' | 'candidate',
    subject: Number(subject),
    value: Number(value),
  };
  return sayClaim({ ...claim, author: -1 }, setting, -1).replace(
    /^I think (.*) should lead\.$/,
    '$1 should lead.',
  );
}

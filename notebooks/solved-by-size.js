// Question: how does the share of solved instances fall as groups grow, task by task?
// Reads the rows of `synod agentsnet` and draws one small chart per task into an SVG file.
//
//   npm start
//   node notebooks/solved-by-size.js results/agentsnet-*/runs.jsonl docs/solved-by-size.svg
import { readFileSync, writeFileSync } from 'node:fs';
import { mean, rollup } from 'd3-array';

const [input, output] = process.argv.slice(2);
if (!input || !output) {
  console.error('usage: node notebooks/solved-by-size.js ROWS.jsonl FIGURE.svg');
  process.exit(1);
}

const rows = readFileSync(input, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const cells = rollup(
  rows,
  (some) => ({ share: mean(some, (row) => row.metrics.solved), runs: some.length }),
  (row) => row.factors.task,
  (row) => row.factors.behaviour,
  (row) => row.factors['topology.agents'],
);

const [width, height, left, top] = [190, 130, 44, 34];
const sizes = [...new Set(rows.map((row) => row.factors['topology.agents']))].sort((a, b) => a - b);
const x = (n) => (Math.log(n / sizes[0]) / Math.log(sizes.at(-1) / sizes[0])) * width;
const y = (share) => (1 - share) * height;
const colours = { 'gpt-4o-mini': '#c1440e', oracle: '#5b8db8' };

const panels = [...cells].map(([task, profiles], i) => {
  const lines = [...profiles].map(([profile, bySize]) => {
    const points = [...bySize].sort(([a], [b]) => a - b);
    const colour = colours[profile] ?? '#444';
    const path = points.map(([n, { share }]) => `${x(n).toFixed(1)},${y(share).toFixed(1)}`).join(' ');
    const bars = points.map(([n, { share, runs }]) => {
      const [low, high] = wilson(share, runs);
      return `<line x1="${x(n).toFixed(1)}" x2="${x(n).toFixed(1)}" y1="${y(low).toFixed(1)}" y2="${y(high).toFixed(1)}" stroke="${colour}" stroke-width="3" opacity=".35"/>`;
    });
    return `${bars.join('')}<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.8"/>`;
  });
  const ticks = sizes.map(
    (n) => `<text x="${x(n).toFixed(1)}" y="${height + 14}" text-anchor="middle">${n}</text>`,
  );
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="0" x2="${width}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>` +
      (i === 0 ? `<text x="-6" y="${y(share) + 4}" text-anchor="end">${share}</text>` : ''),
  );
  return `<g transform="translate(${left + i * (width + 24)},${top})"><text x="0" y="-12" font-weight="bold">${task}</text>${grid.join('')}${lines.join('')}${ticks.join('')}</g>`;
});

const all = { width: left + panels.length * (width + 24), height: top + height + 48 };
const legend = Object.entries(colours).map(
  ([name, colour], i) =>
    `<g transform="translate(${left + i * 130},${all.height - 10})"><line x2="18" stroke="${colour}" stroke-width="2"/><text x="24" y="4">${name}</text></g>`,
);
writeFileSync(
  output,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all.width} ${all.height}" font-family="sans-serif" font-size="11" fill="#333"><title>Share of instances solved by the size of the group</title><rect width="100%" height="100%" fill="white"/>${panels.join('')}${legend.join('')}<text x="${all.width - 24}" y="${all.height - 6}" text-anchor="end">agents; three graph families pooled, 95 % Wilson intervals</text></svg>\n`,
);
console.log(`${rows.length} runs of ${input} drawn to ${output}`);

/** The 95 % score interval of a share (Wilson 1927). */
function wilson(share, n) {
  const zz = 1.959963984540054 ** 2;
  const centre = (share + zz / (2 * n)) / (1 + zz / n);
  const half = (Math.sqrt(zz) / (1 + zz / n)) * Math.sqrt((share * (1 - share)) / n + zz / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

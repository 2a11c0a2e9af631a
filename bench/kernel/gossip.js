// Push gossip with a timer per node, through the kernel's public API; the same work as gossip.cpp.
// usage: node gossip.js ba|ws NODES
import { Kernel } from '../../dist/kernel/kernel.js';
import { cpuSeconds, draws, memory, print } from './shared.js';

const [family, nodesText] = process.argv.slice(2);
const nodes = Number(nodesText);
const { offsets, targets } = build();
if (globalThis.gc) globalThis.gc();
const before = memory('VmRSS');
const start = cpuSeconds();
const draw = draws(12345);
const state = new Uint8Array(nodes);
const timers = new Float64Array(nodes);
const hash = new Int32Array(1);
const seen = { deliveries: 0, cancelled: 0, fired: 0 };
const kernel = new Kernel({ capacity: nodes });
kernel.touch(state);
const hear = kernel.on((me) => {
  seen.deliveries++;
  hash[0] = Math.imul(hash[0] ^ me, 16777619);
  if (state[me] === 0) tell(me);
});
const give = kernel.on((me) => {
  state[me] = 2;
  seen.fired++;
});
for (let i = 0; i < nodes; i++) timers[i] = kernel.arm(20 + 10 * unit(), give, i);
kernel.schedule(0, hear, 0);
kernel.run();
const seconds = cpuSeconds() - start;
print({
  queue: 'kernel',
  rate: Math.round((seen.deliveries + nodes) / seconds),
  seconds,
  hash: hash[0] >>> 0,
  ...seen,
  bytes: memory('VmHWM') - before,
});

function tell(me) {
  state[me] = 1;
  if (kernel.cancel(timers[me])) seen.cancelled++;
  for (let k = offsets[me], end = offsets[me + 1]; k < end; k++) {
    kernel.schedule(draw.exponential(), hear, targets[k]);
  }
}

function unit() {
  return (draw.u32() + 0.5) / 4294967296;
}

function build() {
  const graphDraw = draws(777);
  const ends = new Int32Array(8 * nodes + 20);
  let length = 0;
  const edge = (a, b) => {
    ends[length++] = a;
    ends[length++] = b;
  };
  if (family === 'ba') {
    const links = 4;
    const picks = [0, 0, 0, 0];
    for (let i = 0; i <= links; i++) for (let j = 0; j < i; j++) edge(i, j);
    for (let i = links + 1; i < nodes; i++) {
      const limit = length;
      for (let k = 0; k < links; k++) {
        do picks[k] = ends[graphDraw.below(limit)];
        while (picks.indexOf(picks[k]) < k);
      }
      for (const pick of picks) edge(i, pick);
    }
  } else {
    for (let i = 0; i < nodes; i++) {
      for (let k = 1; k <= 4; k++) {
        let j = (i + k) % nodes;
        if (graphDraw.chance(0.1)) {
          do j = graphDraw.below(nodes);
          while (j === i);
        }
        edge(i, j);
      }
    }
  }
  const offsets = new Int32Array(nodes + 1);
  for (let e = 0; e < length; e++) offsets[ends[e] + 1]++;
  for (let i = 0; i < nodes; i++) offsets[i + 1] += offsets[i];
  const targets = new Int32Array(length);
  const at = offsets.slice(0, nodes);
  for (let e = 0; e < length; e += 2) {
    targets[at[ends[e]]++] = ends[e + 1];
    targets[at[ends[e + 1]]++] = ends[e];
  }
  return { offsets, targets };
}

// PHOLD through the kernel's public API; the same work as phold.cpp. usage: node phold.js PROCESSES EVENTS
import { Kernel } from '../../dist/kernel/kernel.js';
import { cpuSeconds, draws, memory, print } from './shared.js';

const [processes, events] = process.argv.slice(2).map(Number);
const before = memory('VmRSS');
const draw = draws(12345);
const visits = new Uint32Array(processes);
const hash = new Int32Array(1);
const kernel = new Kernel({ capacity: processes });
kernel.touch(visits);
const visit = kernel.on((me) => {
  visits[me]++;
  hash[0] = Math.imul(hash[0] ^ me, 16777619);
  const target = draw.below(processes);
  kernel.schedule(0.1 + 0.9 * draw.exponential(), visit, target);
});
for (let i = 0; i < processes; i++) kernel.schedule(0.1 + 0.9 * draw.exponential(), visit, i);
const start = cpuSeconds();
kernel.run({ events });
const seconds = cpuSeconds() - start;
print({
  queue: 'kernel',
  rate: Math.round(events / seconds),
  seconds,
  hash: hash[0] >>> 0,
  bytes: memory('VmHWM') - before,
});

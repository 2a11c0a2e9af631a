// PHOLD in simjs (npm), an entity per event in flight. usage: node simjs_phold.js PROCESSES EVENTS
// It is no dependency: `npm install --no-save simjs`, or NPM_PEERS=FOLDER with a folder that has it in node_modules.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cpuSeconds, draws, print } from './shared.js';

const peer = 'simjs';
// Its bundle exports nothing but to a browser's window.
const page = {};
globalThis.window = page;
createRequire(process.env.NPM_PEERS ? join(process.env.NPM_PEERS, 'index.js') : import.meta.url)(peer);
const { Sim, Entity } = page.Sim;

const [processes, events] = process.argv.slice(2).map(Number);
if (!(processes > 0)) process.exit(0);
const draw = draws(12345);
const visits = new Uint32Array(processes);
class Message extends Entity {
  start() {
    this.setTimer(0.1 + 0.9 * draw.exponential()).done(this.visit, this);
  }
  visit() {
    visits[draw.below(processes)]++;
    this.start();
  }
}
const simulation = new Sim();
for (let i = 0; i < processes; i++) simulation.addEntity(Message);
const start = cpuSeconds();
simulation.simulate(Number.POSITIVE_INFINITY, events);
const seconds = cpuSeconds() - start;
print({ queue: peer, rate: Math.round(events / seconds), seconds });

import type { Time } from '../kernel/kernel.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Seat, Setting } from './contracts.ts';

/** What the world does on an agent's word. */
export interface Commands {
  readonly now: Time;
  send(from: number, to: number, content: unknown): void;
  sendAll(from: number, receivers: Int32Array, begin: number, end: number, content: unknown): void;
  wake(agent: number, after: Time, tag: number): number;
  cancel(timeout: number): boolean;
  ask(agent: number, question: unknown): void;
  decide(agent: number, value: number): void;
  settle(): void;
}

/** The seat that every agent sits on in turn: `id` says whose turn it is. */
export class SharedSeat implements Seat {
  id = 0;
  private readonly world: Commands;
  private readonly setting: Setting;
  private readonly offsets: Int32Array;
  private readonly targets: Int32Array;
  private readonly streams: (Stream | undefined)[] = [];

  constructor(world: Commands, setting: Setting) {
    this.world = world;
    this.setting = setting;
    this.offsets = setting.graph.offsets;
    this.targets = setting.graph.targets;
  }

  get now(): Time {
    return this.world.now;
  }

  get degree(): number {
    return (this.offsets[this.id + 1] as number) - (this.offsets[this.id] as number);
  }

  neighbour(i: number): number {
    if (!(i >= 0 && i < this.degree)) {
      throw new RangeError(`neighbour: agent ${this.id} has ${this.degree} neighbours, no number ${i}`);
    }
    return this.targets[(this.offsets[this.id] as number) + i] as number;
  }

  get random(): Stream {
    return (this.streams[this.id] ??= this.setting.stream('protocol', this.id));
  }

  send(to: number, content: unknown): void {
    if (!(to >= 0 && to < this.setting.agents)) {
      throw new RangeError(`send: agents are 0 to ${this.setting.agents - 1}, but the receiver is ${to}`);
    }
    this.world.send(this.id, to, content);
  }

  tellNeighbours(content: unknown): void {
    const from = this.id;
    this.world.sendAll(
      from,
      this.targets,
      this.offsets[from] as number,
      this.offsets[from + 1] as number,
      content,
    );
  }

  wake(after: Time, tag = 0): number {
    return this.world.wake(this.id, after, tag);
  }

  cancel(timeout: number): boolean {
    return this.world.cancel(timeout);
  }

  ask(question: unknown, of = this.id): void {
    const asking = this.id;
    this.world.ask(of, question);
    // A prompt answer is handled on the seat of whoever gave it.
    this.id = asking;
  }

  decide(value: number): void {
    this.world.decide(this.id, value);
  }

  settle(): void {
    this.world.settle();
  }
}

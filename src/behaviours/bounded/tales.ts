import { type Claim, OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import type { Head, TaskMind } from './head.ts';

/** Names to make up somebody from; beyond those in use. */
const strangers = 100;

/**
 * Facts that somebody made up: a candidate who does not exist, or what a neighbour is said to have chosen. An agent that
 * holds none may believe the first it hears, unless it checks it against what the neighbour itself has said; or make
 * one up. Whoever believes one passes it on.
 */
export function hearTales(head: Head, mind: TaskMind, agent: number): void {
  const { memory, dice, knobs, setting } = head;
  const { tale, tales } = memory;
  if (tale[agent] !== undefined) return;
  const told = tales.length > 0 ? tales[0]! : undefined;
  if (told !== undefined && told.subject !== agent && memory.doubted[agent] !== told.subject) {
    // Whoever does not believe it when it first hears it never will.
    if (!dice.chance(on.relay, knobs.relay)) {
      memory.doubted[agent] = told.subject;
      return;
    }
    const arc = arcTo(head, agent, told.subject);
    if (arc < 0) tale[agent] = told;
    else if (memory.heard[arc] === OPEN || !dice.chance(on.tale, knobs.verification)) {
      tale[agent] = told;
      memory.heard[arc] = told.value;
    }
  } else if (dice.chance(on.invent, knobs.invention))
    tale[agent] = invent(head, mind, agent, setting.task.name);
}

/** The tale an agent passes on beside its stance at this call; candidates are told as stances. */
export function toldTale({ memory, dice, knobs }: Head, agent: number): Claim | undefined {
  const told = memory.tale[agent];
  if (told === undefined || told.topic === 'candidate') return undefined;
  return told.author === agent || dice.chance(on.relay, knobs.relay) ? told : undefined;
}

function invent({ memory, dice }: Head, mind: TaskMind, agent: number, task: string): Claim {
  const { agents, offsets, targets, heard } = memory;
  if (task === 'leader-election') {
    const subject = agents + dice.below(on.whom, strangers);
    return { topic: 'candidate', subject, value: 1, author: agent };
  }
  const degree = offsets[agent + 1]! - offsets[agent]!;
  const arc = offsets[agent]! + dice.below(on.whom, degree);
  const said = heard[arc] === OPEN ? 0 : heard[arc]!;
  const value = mind.otherThan(targets[arc]!, said, dice.unit(on.tale));
  return { topic: 'stance', subject: targets[arc]!, value, author: agent };
}

function arcTo({ memory }: Head, agent: number, other: number): number {
  const { offsets, targets } = memory;
  for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) if (targets[arc] === other) return arc;
  return -1;
}

import { type Claim, type Content, OPEN } from '../../agentsnet/talk.ts';
import type { Setting } from '../../world/contracts.ts';

/** What all bounded agents of a run remember, by agent or by arc (agent and neighbour) of the graph. */
export interface Memory {
  readonly agents: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  /** By agent: the answer it means to give, or `OPEN`; in leader election the candidate it supports. */
  readonly stance: Int32Array;
  /** By arc: what the neighbour last said of itself, or `OPEN`. */
  readonly heard: Int32Array;
  /** By arc: 1 where the neighbour's word was final: a pair that is made, rather than an offer. */
  readonly firm: Uint8Array;
  /** By agent: the strategy it follows, or 0; by arc: the one that the neighbour last named, or 0. */
  readonly strategy: Int8Array;
  readonly heardStrategy: Int8Array;
  /** By agent: 1 where it follows its strategy without telling. */
  readonly silent: Uint8Array;
  /** By agent: a tale that was made up, by it or by somebody it believed. */
  readonly tale: (Claim | undefined)[];
  /** By agent: whom the tale was about that it last refused to believe, or `OPEN`. */
  readonly doubted: Int32Array;
  /** Hearsay and names of nobody, told to the agent whose turn it is. */
  readonly tales: Claim[];
}

export function memory({ agents, graph }: Setting): Memory {
  const arcs = graph.targets.length;
  return {
    agents,
    offsets: graph.offsets,
    targets: graph.targets,
    stance: new Int32Array(agents).fill(OPEN),
    heard: new Int32Array(arcs).fill(OPEN),
    firm: new Uint8Array(arcs),
    strategy: new Int8Array(agents),
    heardStrategy: new Int8Array(arcs),
    silent: new Uint8Array(agents),
    tale: new Array<Claim | undefined>(agents).fill(undefined),
    doubted: new Int32Array(agents).fill(OPEN),
    tales: [],
  };
}

/** Takes in what an agent has heard. Answers how many neighbours spoke. Words of language models pass it by. */
export function listen(memory: Memory, agent: number, heard: readonly (Content | undefined)[]): number {
  const { targets, tales } = memory;
  const first = memory.offsets[agent]!;
  const believed = memory.tale[agent]?.subject;
  let speakers = 0;
  tales.length = 0;
  for (let i = 0; i < heard.length; i++) {
    const message = heard[i];
    if (message === undefined) continue;
    speakers++;
    if (typeof message === 'string') continue;
    const arc = first + i;
    const from = targets[arc]!;
    for (let k = 0; k < message.length; k++) take(memory, arc, from, message[k]!, believed);
  }
  return speakers;
}

function take(memory: Memory, arc: number, from: number, claim: Claim, believed: number | undefined): void {
  switch (claim.topic) {
    case 'stance':
    case 'proposal':
      if (claim.subject === from) {
        memory.heard[arc] = claim.value;
        memory.firm[arc] = claim.topic === 'stance' ? 1 : 0;
      } else memory.tales.push(claim);
      break;
    case 'candidate':
      if (claim.subject >= memory.agents) memory.tales.push(claim);
      // That a name is of nobody does not show; whoever does not believe in it takes no notice of it.
      memory.heard[arc] = claim.subject < memory.agents || believed === claim.subject ? claim.subject : OPEN;
      break;
    case 'strategy':
      memory.heardStrategy[arc] = claim.value;
      break;
    default:
  }
}

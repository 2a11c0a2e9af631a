import type { Stream } from '../kernel/stream.ts';
import type { EdgeList } from './graph.ts';

/** Who can talk to whom: a family of graphs, of which each run draws one. */
export interface Topology {
  /** How many agents the graph has. */
  readonly agents: number;
  /** Agent names, where an imported graph carries them. */
  readonly names?: readonly string[];
  /** Whether every graph of this topology is connected. */
  readonly connected: boolean;
  /**
   * Draws the edges: each edge once, no loops. Equal streams give equal edges. Throws a ScenarioError where
   * it fails.
   */
  edges(random: Stream): EdgeList;
  /**
   * Where the agents stand, for topologies that place them: x and y of agent v at 2v and 2v + 1. Given a
   * stream in the state in which `edges` was given it, these are the places between which those edges run.
   */
  positions?(random: Stream): Float64Array;
}

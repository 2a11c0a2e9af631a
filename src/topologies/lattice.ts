import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { count } from '../world/part.ts';
import { agentsFrom, refuse, refuseTooManyEdges } from './parameters.ts';

interface Sides {
  readonly width: number;
  readonly height: number;
}

interface LatticeParams {
  readonly agents?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/**
 * Either how many agents, which makes the most square rectangle of them, or its sides, or all of it if it
 * agrees.
 */
export const latticeParams = z
  .strictObject({
    agents: agentsFrom(2).optional(),
    width: count.optional().describe('Agents in a row.'),
    height: count.optional().describe('Agents in a column.'),
  })
  .superRefine((params, context) => {
    const { agents, width, height } = params;
    const sides = sidesOf(params);
    if (agents === undefined && (width === undefined || height === undefined)) {
      refuse(
        context,
        'agents',
        'must be given, or else both width and height, but is missing; add `agents: 16`',
      );
    } else if (sides === undefined || (agents !== undefined && sides.width * sides.height !== agents)) {
      const both = width !== undefined && height !== undefined;
      const expected = both
        ? `must be width x height (${width * height})`
        : `must be a multiple of ${width ?? height}`;
      refuse(context, 'agents', `${expected}, but is ${agents}; change it, or leave out agents or the sides`);
    } else if (width === undefined && height === undefined && sides.height === 1) {
      const remedy = 'choose a number with factors, the kind path, or both width and height';
      refuse(context, 'agents', `must be a product of two sides of 2 or more, but is ${agents}; ${remedy}`);
    } else if (sides.width * sides.height < 2) {
      refuse(context, 'width', 'must make two agents or more with height, but makes 1; choose longer sides');
    }
    if (sides !== undefined) refuseTooManyEdges(context, 'agents', 2 * sides.width * sides.height);
  });

/** Width and height; undefined where the parameters do not settle them. */
export function sidesOf({ agents, width, height }: LatticeParams): Sides | undefined {
  if (width !== undefined && height !== undefined) return { width, height };
  if (agents === undefined) return undefined;
  const side = width ?? height;
  if (side !== undefined) {
    if (agents % side !== 0) return undefined;
    return width === undefined
      ? { width: agents / side, height: side }
      : { width: side, height: agents / side };
  }
  let least = Math.floor(Math.sqrt(agents));
  while (least > 1 && agents % least !== 0) least--;
  return { width: agents / Math.max(1, least), height: Math.max(1, least) };
}

/** Agent x + y * width stands in column x of row y. A side of two has no second edge to wrap around with. */
export function latticeEdges({ width, height }: Sides, wraps: boolean): EdgeList {
  const edges = new EdgeList(2 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = x + y * width;
      if (x + 1 < width) edges.add(v, v + 1);
      else if (wraps && width > 2) edges.add(v, y * width);
      if (y + 1 < height) edges.add(v, v + width);
      else if (wraps && height > 2) edges.add(v, x);
    }
  }
  return edges;
}

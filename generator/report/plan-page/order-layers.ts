import type { Edge } from './assign-layers.ts';

/** A drawing's columns: what stands in each, top to bottom, and edges between neighbouring columns only. */
export interface Layered {
  /** Nodes below `count` are given ones; the others are bends of edges that pass through a column. */
  columns: number[][];
  edges: Edge[];
  /** For each given edge the nodes along it, its ends included. */
  routes: number[][];
}

/** Sweeps to and fro; more change little. */
const SWEEPS = 8;

/** Orders every column so that few edges cross: each node goes to the middle of its neighbours (Sugiyama's barycentre). */
export function orderLayers(layers: readonly number[], edges: readonly Edge[]): Layered {
  const layered = splitEdges(layers, edges);
  const { columns } = layered;
  const before = neighboursOf(layered.edges, 'to');
  const after = neighboursOf(layered.edges, 'from');
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    for (let step = 1; step < columns.length; step++) {
      const index = forward ? step : columns.length - 1 - step;
      const fixed = columns[forward ? index - 1 : index + 1]!;
      columns[index] = sortByNeighbours(columns[index]!, fixed, forward ? before : after);
    }
  }
  return layered;
}

/** An edge over several columns gets a node in each, so that it is led around what stands there. */
function splitEdges(layers: readonly number[], edges: readonly Edge[]): Layered {
  const columns: number[][] = Array.from({ length: Math.max(0, ...layers) + 1 }, () => []);
  for (const [node, layer] of layers.entries()) columns[layer]!.push(node);
  let next = layers.length;
  const short: Edge[] = [];
  const routes = edges.map(({ from, to }) => {
    const route = [from];
    for (let layer = layers[from]! + 1; layer < layers[to]!; layer++) {
      columns[layer]!.push(next);
      route.push(next++);
    }
    route.push(to);
    for (const [place, node] of route.slice(1).entries()) short.push({ from: route[place]!, to: node });
    return route;
  });
  return { columns, edges: short, routes };
}

function neighboursOf(edges: readonly Edge[], end: 'from' | 'to'): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const edge of edges) {
    const list = found.get(edge[end]);
    const other = edge[end === 'from' ? 'to' : 'from'];
    if (list) list.push(other);
    else found.set(edge[end], [other]);
  }
  return found;
}

function sortByNeighbours(
  column: readonly number[],
  fixed: readonly number[],
  neighbours: ReadonlyMap<number, readonly number[]>,
): number[] {
  const places = new Map(fixed.map((node, place) => [node, place]));
  const weighed = column.map((node, place) => {
    const found = (neighbours.get(node) ?? []).flatMap((one) => places.get(one) ?? []);
    const sum = found.reduce((total, one) => total + one, 0);
    // What has no neighbour keeps its place, as far as lists of different lengths have one.
    const weight = found.length > 0 ? sum / found.length : (place * fixed.length) / column.length;
    return { node, place, weight };
  });
  return weighed.sort((a, b) => a.weight - b.weight || a.place - b.place).map(({ node }) => node);
}

import { assignLayers } from './assign-layers.ts';
import type { Edge } from './assign-layers.ts';
import { orderLayers } from './order-layers.ts';
import type { Layered } from './order-layers.ts';

export interface Point {
  x: number;
  y: number;
}

/** Where everything of a drawing stands, in pixels. */
export interface GraphLayout {
  width: number;
  height: number;
  /** Upper left corners, in the order of the nodes. */
  nodes: Point[];
  /** Each with the points that it passes through, left to right. */
  edges: (Edge & { points: Point[] })[];
}

export const NODE_WIDTH = 192;
export const NODE_HEIGHT = 44;
const COLUMN_GAP = 68;
const ROW_GAP = 12;
/** Between edges that pass through a column. */
const BEND_GAP = 10;
const MARGIN = 16;
const ROUNDS = 12;

/** A layered drawing, left to right; the same graph gives the same drawing. */
export function layOutGraph(count: number, given: readonly Edge[]): GraphLayout {
  const layers = assignLayers(count, given);
  // What is left backwards belongs to a cycle, which no graph of ours has.
  const edges = given.filter(({ from, to }) => layers[from]! < layers[to]!);
  const layered = orderLayers(layers, edges);
  const middles = placeMiddles(layered, count);
  const xs = columnOf(layered.columns);
  const lowest = Math.max(NODE_HEIGHT, ...middles.map((middle) => middle + NODE_HEIGHT / 2));
  return {
    width: 2 * MARGIN + layered.columns.length * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP,
    height: Math.ceil(lowest + MARGIN),
    nodes: layers.map((layer, node) => ({ x: leftOf(layer), y: round(middles[node]! - NODE_HEIGHT / 2) })),
    edges: edges.map((edge, place) => ({ ...edge, points: traceRoute(layered.routes[place]!, xs, middles) })),
  };
}

function leftOf(layer: number): number {
  return MARGIN + layer * (NODE_WIDTH + COLUMN_GAP);
}

function columnOf(columns: readonly (readonly number[])[]): Map<number, number> {
  return new Map(columns.flatMap((column, layer) => column.map((node) => [node, leftOf(layer)] as const)));
}

/** A bend is a straight piece through its column. */
function traceRoute(
  route: readonly number[],
  xs: ReadonlyMap<number, number>,
  middles: readonly number[],
): Point[] {
  return route.flatMap((node, place) => {
    const [left, y] = [xs.get(node)!, round(middles[node]!)];
    const ends = [
      { x: left, y },
      { x: left + NODE_WIDTH, y },
    ];
    return place === 0 ? ends.slice(1) : place === route.length - 1 ? ends.slice(0, 1) : ends;
  });
}

/** The vertical middle of every node and bend: near its neighbours', in the order of its column. */
function placeMiddles({ columns, edges }: Layered, count: number): number[] {
  const middles: number[] = [];
  const tallest = Math.max(0, ...columns.map((column) => heightOf(column, count)));
  for (const column of columns) {
    const start = (tallest - heightOf(column, count)) / 2;
    spread(column, count, middles, (_, stacked) => start + stacked);
  }
  for (let turn = 0; turn < ROUNDS; turn++) {
    const wanted = averageNeighbours(edges, middles);
    for (const column of columns)
      spread(column, count, middles, (node) => wanted.get(node) ?? middles[node]!);
  }
  const top = Math.min(
    ...columns.flatMap((column) => column.map((node) => middles[node]! - sizeOf(node, count) / 2)),
  );
  return middles.map((middle) => middle - top + MARGIN);
}

function averageNeighbours(edges: readonly Edge[], middles: readonly number[]): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  const add = (node: number, other: number): void => {
    const found = sums.get(node) ?? { sum: 0, count: 0 };
    sums.set(node, { sum: found.sum + middles[other]!, count: found.count + 1 });
  };
  for (const { from, to } of edges) {
    add(from, to);
    add(to, from);
  }
  return new Map([...sums].map(([node, { sum, count }]) => [node, sum / count]));
}

/**
 * Puts a column's nodes where they want to be, as far as they do not overlap: the mean of packing them downwards from
 * the first and upwards from the last.
 */
function spread(
  column: readonly number[],
  count: number,
  middles: number[],
  wanted: (node: number, stacked: number) => number,
): void {
  const targets: number[] = [];
  let stacked = 0;
  for (const node of column) {
    targets.push(wanted(node, stacked + sizeOf(node, count) / 2));
    stacked += sizeOf(node, count) + gapOf(node, count);
  }
  const down = [...targets];
  for (let place = 1; place < column.length; place++) {
    down[place] = Math.max(targets[place]!, down[place - 1]! + distance(column, place, count));
  }
  const up = [...targets];
  for (let place = column.length - 2; place >= 0; place--) {
    up[place] = Math.min(targets[place]!, up[place + 1]! - distance(column, place + 1, count));
  }
  // The mean of two that keep the distances keeps them too.
  for (const [place, node] of column.entries()) middles[node] = (down[place]! + up[place]!) / 2;
}

/** Between the middles of a node and the one above it. */
function distance(column: readonly number[], place: number, count: number): number {
  const [above, below] = [column[place - 1]!, column[place]!];
  return (
    (sizeOf(above, count) + sizeOf(below, count)) / 2 + Math.min(gapOf(above, count), gapOf(below, count))
  );
}

function heightOf(column: readonly number[], count: number): number {
  return column.reduce((sum, node) => sum + sizeOf(node, count) + gapOf(node, count), 0);
}

function sizeOf(node: number, count: number): number {
  return node < count ? NODE_HEIGHT : 0;
}

function gapOf(node: number, count: number): number {
  return node < count ? ROW_GAP : BEND_GAP;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

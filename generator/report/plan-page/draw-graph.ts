import type { PlannedComponent } from '../../plan/plan.ts';
import { SIGNS } from '../action-style.ts';
import { cutToWidth } from '../display-width.ts';
import type { Edge } from './assign-layers.ts';
import { dropDetours } from './drop-detours.ts';
import { escapeHtml } from './escape-html.ts';
import { NODE_HEIGHT, NODE_WIDTH, layOutGraph } from './lay-out-graph.ts';
import type { Point } from './lay-out-graph.ts';

const MARK_WIDTH = 30;
/** Letters of a name that fit beside the mark, in a usual font. */
const NAME_LETTERS = 17;

/** The graph as inline SVG: a link for each component, right of what it needs. */
export function drawGraph(components: readonly PlannedComponent[]): string {
  const places = new Map(components.map(({ id }, place) => [id, place]));
  const edges = components.flatMap(({ dependsOn }, to) =>
    dependsOn.flatMap((parent): Edge[] => {
      const from = places.get(parent);
      return from === undefined ? [] : [{ from, to }];
    }),
  );
  const layout = layOutGraph(components.length, dropDetours(components.length, edges));
  const drawnEdges = layout.edges.map(({ from, to, points }) => drawEdge(components, from, to, points));
  const drawnNodes = components.map((component, place) => drawNode(component, place, layout.nodes[place]!));
  const size = `width="${layout.width}" height="${layout.height}" viewBox="0 0 ${layout.width} ${layout.height}"`;
  return `<svg ${size} role="group" aria-label="Graph of components">
${drawnEdges.join('\n')}
${drawnNodes.join('\n')}
</svg>`;
}

function drawNode({ id, kind, action, reason }: PlannedComponent, place: number, { x, y }: Point): string {
  const name = cutToWidth(id.slice(kind.length + 1), NAME_LETTERS);
  const left = MARK_WIDTH + 10;
  const radius = 8;
  const label = escapeHtml(`${id}, ${action}: ${reason}`);
  // The mark's right corners are square: it is a part of the box.
  const mark = `M${MARK_WIDTH} 0H${radius}a${radius} ${radius} 0 0 0-${radius} ${radius}v${NODE_HEIGHT - 2 * radius}a${radius} ${radius} 0 0 0 ${radius} ${radius}h${MARK_WIDTH - radius}z`;
  return `<a class="node ${action}" href="#c${place}" data-id="c${place}" data-x="${x}" data-y="${y}" aria-label="${label}" transform="translate(${x} ${y})"><title>${label}</title>
<rect class="halo" x="-4" y="-4" width="${NODE_WIDTH + 8}" height="${NODE_HEIGHT + 8}" rx="${radius + 4}"/><path class="mark" d="${mark}"/><rect class="box" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="${radius}"/><path class="mark" d="${mark}"/>
<text class="glyph" x="${MARK_WIDTH / 2}" y="${NODE_HEIGHT / 2 + 6}" aria-hidden="true">${escapeHtml(SIGNS[action])}</text><text class="name" x="${left}" y="19">${escapeHtml(name)}</text><text class="about" x="${left}" y="35">${kind} · ${action}</text></a>`;
}

function drawEdge(
  components: readonly PlannedComponent[],
  from: number,
  to: number,
  points: readonly Point[],
): string {
  const [parent, child] = [components[from]!, components[to]!];
  // Along these a change travels.
  const live = parent.action !== 'keep' && child.action !== 'keep' ? ` live ${parent.action}` : '';
  return `<path class="edge${live}" data-from="c${from}" data-to="c${to}" d="${curve(points)}"/>`;
}

function curve([first, ...rest]: readonly Point[]): string {
  let path = `M${first!.x} ${first!.y}`;
  let { x, y } = first!;
  for (const point of rest) {
    const middle = (x + point.x) / 2;
    path += point.y === y ? `H${point.x}` : `C${middle} ${y} ${middle} ${point.y} ${point.x} ${point.y}`;
    ({ x, y } = point);
  }
  return path;
}

import type { ComponentId } from '../../model/component.ts';
import type { PlannedComponent } from '../../plan/plan.ts';
import { ACTIONS, SIGNS } from '../action-style.ts';
import { escapeHtml } from './escape-html.ts';

const HEADS = ['Step', 'Action', 'Component', 'Reason', 'Hash'];

/** All components as a table: what is done by steps, then what is kept. */
export function renderTable(
  components: readonly PlannedComponent[],
  waves: readonly (readonly ComponentId[])[],
): string {
  const steps = new Map(waves.flatMap((wave, index) => wave.map((id) => [id, index + 1] as const)));
  const rows = components
    .map((component, place) => ({ component, place, step: steps.get(component.id) }))
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity) || a.place - b.place)
    .map(({ component, place, step }) => renderRow(component, place, step));
  const heads = HEADS.map(
    (head) => `<th scope="col" role="columnheader"><button type="button">${head}</button></th>`,
  );
  // The roles stay where a narrow window lays rows out as blocks.
  return `<table role="table"><thead role="rowgroup"><tr role="row">${heads.join('')}</tr></thead>
<tbody role="rowgroup">
${rows.join('\n')}
</tbody></table>
<p class="none" hidden>No component matches.</p>`;
}

function renderRow(
  { id, action, reason, hash }: PlannedComponent,
  place: number,
  step: number | undefined,
): string {
  const cells = [
    `<td role="cell" class="step" data-key="${step ?? 1e9}">${step ?? ''}</td>`,
    `<td role="cell" class="act" data-key="${ACTIONS.indexOf(action)}"><span class="sign" aria-hidden="true">${escapeHtml(SIGNS[action])}</span><span>${action}</span></td>`,
    `<td role="cell" class="id"><a href="#c${place}">${escapeHtml(id)}</a></td>`,
    `<td role="cell" class="why">${escapeHtml(reason)}</td>`,
    `<td role="cell" class="hash"><code>${escapeHtml(hash?.slice(0, 12) ?? '')}</code></td>`,
  ];
  return `<tr role="row" class="${action}" data-id="c${place}" data-action="${action}">${cells.join('')}</tr>`;
}

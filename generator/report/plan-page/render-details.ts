import type { ComponentId } from '../../model/component.ts';
import type { InputChange, PlannedComponent } from '../../plan/plan.ts';
import { SIGNS } from '../action-style.ts';
import { escapeHtml } from './escape-html.ts';

/** More are in `millrace why`; a page of all of them would not load. */
const MAX_CHANGES = 200;

/** Every component with its reason, what it needs, and what differs; `c<place>` is its id in the page. */
export function renderDetails(components: readonly PlannedComponent[]): string {
  const places = new Map(components.map(({ id }, place) => [id, place]));
  const users = new Map<ComponentId, ComponentId[]>();
  for (const { id, dependsOn } of components) {
    for (const parent of dependsOn) {
      const list = users.get(parent);
      if (list) list.push(id);
      else users.set(parent, [id]);
    }
  }
  const link = (id: ComponentId): string => {
    const place = places.get(id);
    return place === undefined ? escapeHtml(id) : `<a href="#c${place}">${escapeHtml(id)}</a>`;
  };
  return components
    .map((component, place) => renderOne(component, place, users.get(component.id) ?? [], link))
    .join('\n');
}

function renderOne(
  { id, kind, hash, action, reason, dependsOn, changes, artifact }: PlannedComponent,
  place: number,
  users: readonly ComponentId[],
  link: (id: ComponentId) => string,
): string {
  const facts: [string, string][] = [
    ['Kind', escapeHtml(kind)],
    [action === 'remove' ? 'Hash of what runs' : 'Source hash', hash === null ? 'none' : code(hash)],
    ...(artifact ? ([['Artifact', code(artifact.reference)]] as [string, string][]) : []),
    ['Needs', dependsOn.map(link).join(', ') || 'nothing'],
    ['Needed by', users.map(link).join(', ') || 'nothing'],
  ];
  const list = facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('');
  return `<article id="c${place}" class="${action}" aria-labelledby="c${place}-name">
<div class="head"><span class="sign" aria-hidden="true">${escapeHtml(SIGNS[action])}</span><h3 id="c${place}-name" tabindex="-1">${escapeHtml(id)}</h3></div>
<p class="why"><b>${action}</b>: ${escapeHtml(reason)}</p>
<dl>${list}</dl>${renderChanges(changes ?? [])}
</article>`;
}

function renderChanges(changes: readonly InputChange[]): string {
  if (changes.length === 0) return '';
  const items = changes
    .slice(0, MAX_CHANGES)
    .map(
      ({ type, name, before, after }) =>
        `<li><span class="type">${escapeHtml(type)}</span> ${code(name)}${value('was', before)}${value('is', after)}</li>`,
    );
  const more = changes.length - MAX_CHANGES;
  const rest = more > 0 ? `<p>… and ${more} more</p>` : '';
  return `\n<h4>What differs (${changes.length})</h4><ul class="changes">${items.join('')}</ul>${rest}`;
}

function value(name: 'was' | 'is', text: string | undefined): string {
  return text === undefined ? '' : `<span class="${name}">${code(text)}</span>`;
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

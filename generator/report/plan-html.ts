import { createHash } from 'node:crypto';
import type { ComponentId } from '../model/component.ts';
import type { Plan } from '../plan/plan.ts';
import { ACTIONS, SIGNS, countActions } from './action-style.ts';
import { drawGraph } from './plan-page/draw-graph.ts';
import { escapeHtml } from './plan-page/escape-html.ts';
import { renderDetails } from './plan-page/render-details.ts';
import { renderTable } from './plan-page/render-rows.ts';
import { SCRIPT } from './plan-page/script.ts';
import { STYLE } from './plan-page/style.ts';

/** A drawing of more is a carpet: then there is the table only. */
const MAX_DRAWN = 100;

/**
 * The plan as one self-contained page. Its policy lets nothing run but its own script, by its hash, and nothing be
 * fetched; every value is text.
 * @param waves ids of what is touched, see `sortIntoWaves`
 */
export function renderPlanPage(plan: Plan, waves: readonly (readonly ComponentId[])[]): string {
  const { components, project, revision, summary } = plan;
  const title = `Plan for ${escapeHtml(project)}`;
  const at = revision === null ? 'With uncommitted changes' : `Commit <code>${escapeHtml(revision)}</code>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="millrace">
<link rel="icon" href="data:,">
<title>${title}: ${countActions(summary)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${at}</p>
<div class="chips" role="group" aria-label="Show or hide by action">
${ACTIONS.filter((action) => summary[action] > 0)
  .map((action) => renderChip(action, summary[action]))
  .join('\n')}
</div>
</header>
<main>
${components.length > 0 && components.length <= MAX_DRAWN ? renderGraph(plan) : ''}
<section aria-labelledby="all">
<div class="top"><h2 id="all">Components</h2>
<label class="filter">Filter <input type="search" placeholder="name, action, reason or hash" autocomplete="off"></label></div>
${renderTable(components, waves)}
</section>
<section class="details" aria-label="Details">
<div class="top"><h2>Details</h2></div>
<button type="button" class="close" aria-label="Close details">×</button>
${renderDetails(components)}
</section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function renderChip(action: (typeof ACTIONS)[number], count: number): string {
  return `<button type="button" class="chip ${action}" data-action="${action}" aria-pressed="true" disabled><span class="sign" aria-hidden="true">${escapeHtml(SIGNS[action])}</span><span><b>${count}</b> ${action}</span></button>`;
}

function renderGraph({ components }: Plan): string {
  return `<section aria-labelledby="graph">
<div class="top"><h2 id="graph">Graph</h2><p class="hint">Each component stands right of what it needs. Arrow keys move, Enter shows details, Escape closes them.</p></div>
<div class="scroll">${drawGraph(components)}</div>
</section>`;
}

function policy(): string {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${digest(STYLE)}'`,
    `script-src 'sha256-${digest(SCRIPT)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

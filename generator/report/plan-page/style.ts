/** Colours are told apart by people who see few of them (after Okabe and Ito), and never stand alone. */
const LIGHT = `
  color-scheme: light;
  --back: #f6f7f8; --card: #fff; --text: #1c2128; --soft: #57606c; --line: #d4d9e0; --edge: #b4bcc8; --ring: #0a58ca;
  --build: #0062ad; --build-tint: #e8f2fb; --deploy: #a84300; --deploy-tint: #fdf0e6;
  --remove: #8b2a73; --remove-tint: #f9ebf5; --keep: #5f6875; --keep-tint: #f4f5f7;`;
const DARK = `
  color-scheme: dark;
  --back: #14171c; --card: #1c2026; --text: #e7eaee; --soft: #a5aebb; --line: #363d48; --edge: #566070; --ring: #8cc4ff;
  --build: #6cb6ff; --build-tint: #132c45; --deploy: #ffa05c; --deploy-tint: #3b2312;
  --remove: #e9a0d4; --remove-tint: #3a2035; --keep: #98a2b0; --keep-tint: #22272e;`;

/** The page's style sheet; without it the page is plain but whole. */
export const STYLE = `
:root {${LIGHT}
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
@media (prefers-color-scheme: dark) { :root {${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); }
header, main { padding: 0 24px; max-width: 1680px; margin: 0 auto; }
header { padding-top: 20px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0; }
p { margin: 4px 0; color: var(--soft); }
code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: inherit; text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; border-radius: 4px; }
.build { --own: var(--build); --tint: var(--build-tint); }
.deploy { --own: var(--deploy); --tint: var(--deploy-tint); }
.remove { --own: var(--remove); --tint: var(--remove-tint); }
.keep { --own: var(--keep); --tint: var(--keep-tint); }

.chips { display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0 0; padding: 0; }
.chip { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 999px;
  padding: 4px 14px 4px 5px; display: inline-flex; align-items: center; gap: 8px; cursor: pointer; }
.chip b { font-variant-numeric: tabular-nums; }
.chip[aria-pressed="false"] { opacity: .55; text-decoration: line-through; }
.sign { display: inline-grid; place-items: center; width: 22px; height: 22px; border-radius: 6px; flex: none;
  background: var(--own); color: var(--card); font: 700 15px/1 ui-monospace, Menlo, Consolas, monospace; }
.chip .sign { border-radius: 50%; }

section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin: 18px 0; }
section > .top { padding: 12px 18px; display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
section > .top p { font-size: 13px; }
.scroll { overflow: auto; max-height: 78vh; border-top: 1px solid var(--line); }
svg { display: block; margin: 0 auto; }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
.edge.live { stroke: var(--own); stroke-width: 2; opacity: .75; }
.node { cursor: pointer; outline: none; text-decoration: none; }
.node .box { fill: var(--card); stroke: var(--own); stroke-width: 1.5; }
.node.keep .box { stroke: var(--line); }
.node.remove .box { stroke-dasharray: 5 3; }
.node .mark { fill: var(--own); }
.node.keep .mark { fill: var(--keep-tint); }
.node .glyph { fill: var(--card); font: 700 17px ui-monospace, Menlo, Consolas, monospace; text-anchor: middle; }
.node.keep .glyph { fill: var(--keep); }
.node .name { fill: var(--text); font-size: 13.5px; font-weight: 600; }
.node.keep .name { font-weight: 500; }
.node .about { fill: var(--soft); font-size: 11.5px; }
.node:hover .box, .node.open .box { fill: var(--tint); }
.node.open .box { stroke: var(--own); stroke-width: 2.5; }
.node:focus-visible .halo { stroke: var(--ring); }
.halo { fill: none; stroke: none; stroke-width: 3; }
.tracing .node, .tracing .edge { opacity: .28; }
.tracing .on { opacity: 1; }
.tracing .edge.on { stroke-width: 2.4; }
.off { opacity: .12 !important; }

.filter { margin-left: auto; display: flex; gap: 8px; align-items: center; font-size: 13px; color: var(--soft); }
input { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--line); border-radius: 8px; padding: 5px 10px; width: 260px; max-width: 100%; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: baseline; padding: 7px 18px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: 12.5px; font-weight: 600; color: var(--soft); white-space: nowrap; }
th button { all: unset; cursor: pointer; padding: 2px 4px; margin: -2px -4px; border-radius: 4px; }
th button:focus-visible { outline: 3px solid var(--ring); }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
tbody tr:hover, tbody tr.open { background: var(--tint); }
td.step { width: 1%; color: var(--soft); font-variant-numeric: tabular-nums; }
td.act { width: 1%; white-space: nowrap; }
td.act span + span { margin-left: 8px; }
td.id { min-width: 170px; font-weight: 600; }
td.id a { text-decoration-color: var(--line); }
td.id a:hover { text-decoration-color: currentColor; }
td.hash { width: 1%; color: var(--soft); white-space: nowrap; }
td.hash code { overflow-wrap: normal; }
tr.keep td.id { font-weight: 500; }
.none { padding: 14px 18px; border-top: 1px solid var(--line); margin: 0; }

.details article { padding: 16px 18px; border-top: 1px solid var(--line); scroll-margin: 12px; }
.details h3 { font-size: 17px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
.details .head { display: flex; gap: 10px; align-items: center; min-height: 36px; padding-right: 44px; }
.details .why { color: var(--text); background: var(--tint); border-left: 4px solid var(--own); border-radius: 4px; padding: 8px 12px; margin: 12px 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 12px 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.details h4 { font-size: 14px; margin: 16px 0 4px; }
.changes { list-style: none; padding: 0; margin: 0; }
.changes li { padding: 7px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.changes .type { color: var(--soft); font-size: 12.5px; }
.changes .was, .changes .is { display: block; color: var(--soft); }
.changes .was::before { content: "\\2212\\00a0"; } .changes .is::before { content: "+\\00a0"; }
.close { display: none; }

.js .details { margin: 0; position: fixed; z-index: 2; inset: 0 0 0 auto; width: min(460px, 100%); overflow: auto;
  border-radius: 0; border-width: 0 0 0 1px; box-shadow: -8px 0 28px #0003; }
.js .details > .top, .js .details article { display: none; }
.js .details article.open { display: block; border: 0; padding: 22px 24px; }
.js .details:not(.shown) { display: none; }
.js .close { display: grid; place-items: center; position: absolute; top: 16px; right: 16px; width: 34px; height: 34px;
  font: 20px/1 system-ui, sans-serif; color: var(--text); background: none; border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
.js .close:hover { background: var(--back); }
@media (min-width: 1180px) { .js body.aside { padding-right: 460px; } }

@media (max-width: 700px) {
  header, main { padding: 0 12px; } header { padding-top: 14px; }
  .scroll { max-height: 70vh; }
  section > .top { padding: 10px 12px; }
  .filter { margin-left: 0; width: 100%; } input { flex: 1; width: auto; min-width: 0; }
  thead tr { display: flex; flex-wrap: wrap; border-top: 1px solid var(--line); } th { border: 0; padding: 6px 12px; } th:first-child, th:last-child { display: none; }
  tbody tr { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 10px; padding: 8px 12px; border-top: 1px solid var(--line); }
  table, thead, tbody { display: block; } td { border: 0; padding: 0; }
  td.step, td.hash { display: none; } td.why { grid-column: 1 / -1; color: var(--soft); } td.id { min-width: 0; }
  .js .details { inset: auto 0 0 0; width: 100%; max-height: 75vh; border-width: 1px 0 0; border-radius: 14px 14px 0 0; }
  .js .details article.open { padding: 18px 16px; }
}
@media print {
  :root {${LIGHT} --back: #fff; font-size: 11px; }
  .filter, .close, .hint { display: none !important; }
  .scroll { overflow: visible; max-height: none; } svg { max-width: 100%; height: auto; }
  section { break-inside: auto; } tr, article { break-inside: avoid; }
  .js body.aside { padding: 0; }
  .js .details, .js .details:not(.shown) { display: block; position: static; width: auto; max-height: none; overflow: visible; box-shadow: none; border-width: 1px; border-radius: 12px; margin: 18px 0; }
  .js .details > .top { display: flex; } .js .details article { display: block; border-top: 1px solid var(--line); }
  .js .details article.keep { display: none; }
  .tracing .node, .tracing .edge { opacity: 1; } * { print-color-adjust: exact; }
}
@media (forced-colors: active) { .sign { border: 1px solid; } .node .box { stroke: CanvasText; } }
`;

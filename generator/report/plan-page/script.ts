/**
 * What the page does when it is used. It makes no element and writes no markup: all text is in the page already,
 * escaped there. Without it every detail is shown one below the other.
 */
export const SCRIPT = `
'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const panel = document.querySelector('.details');
  const graph = document.querySelector('svg');
  const nodes = all('.node');
  const edges = all('.edge');
  const rows = all('tbody tr');
  let opener = null;
  document.documentElement.classList.add('js');

  const open = (id, from) => {
    const article = document.getElementById(id);
    if (!article) return;
    if (from && !panel.contains(from)) opener = from;
    mark(id);
    panel.classList.add('shown');
    document.body.classList.add('aside');
    panel.scrollTop = 0;
    article.querySelector('h3').focus({ preventScroll: true });
    const node = nodes.find((one) => one.dataset.id === id);
    if (node) node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    trace(id);
  };
  const close = () => {
    if (!panel.classList.contains('shown')) return;
    mark('');
    panel.classList.remove('shown');
    document.body.classList.remove('aside');
    trace('');
    if (opener) opener.focus();
    opener = null;
  };
  const mark = (id) => {
    for (const one of [...nodes, ...rows]) one.classList.toggle('open', one.dataset.id === id);
    for (const one of all('.details article')) one.classList.toggle('open', one.id === id);
  };

  // What a component needs, and what needs it, stand out.
  const reach = (id, from, to) => {
    const found = new Set([id]);
    for (const one of found) for (const edge of edges) if (edge.dataset[from] === one) found.add(edge.dataset[to]);
    return found;
  };
  const trace = (id) => {
    if (!graph) return;
    graph.classList.toggle('tracing', id !== '');
    const up = reach(id, 'to', 'from');
    const down = reach(id, 'from', 'to');
    for (const one of nodes) one.classList.toggle('on', up.has(one.dataset.id) || down.has(one.dataset.id));
    for (const { dataset: { from, to }, classList } of edges) {
      classList.toggle('on', (up.has(from) && up.has(to)) || (down.has(from) && down.has(to)));
    }
  };
  const current = () => (panel.querySelector('article.open') || {}).id || '';

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#c"]');
    if (link) {
      event.preventDefault();
      open(link.getAttribute('href').slice(1), link);
    } else if (event.target.closest('.close')) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });

  // One stop of the tab key for the whole graph; arrows go from there.
  const at = (node) => ({ x: Number(node.dataset.x), y: Number(node.dataset.y) });
  const neighbour = (node, key) => {
    const here = at(node);
    const shown = nodes.filter((one) => !one.classList.contains('off') && one !== node);
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const sign = key === 'ArrowDown' ? 1 : -1;
      return nearest(shown.filter((one) => at(one).x === here.x && (at(one).y - here.y) * sign > 0), here);
    }
    const sign = key === 'ArrowRight' ? 1 : -1;
    const beside = shown.filter((one) => (at(one).x - here.x) * sign > 0);
    const linked = edges.filter((edge) => edge.dataset[sign > 0 ? 'from' : 'to'] === node.dataset.id)
      .map((edge) => edge.dataset[sign > 0 ? 'to' : 'from']);
    const near = beside.filter((one) => linked.includes(one.dataset.id));
    return nearest(near.length > 0 ? near : beside, here);
  };
  const nearest = (candidates, here) => {
    const far = (one) => Math.abs(at(one).x - here.x) * 1000 + Math.abs(at(one).y - here.y);
    return candidates.sort((a, b) => far(a) - far(b))[0];
  };
  const makeStop = (node) => {
    for (const one of nodes) one.setAttribute('tabindex', one === node ? '0' : '-1');
  };
  if (nodes.length > 0) makeStop(nodes.find((one) => !one.classList.contains('keep')) || nodes[0]);
  for (const node of nodes) {
    node.addEventListener('focus', () => { makeStop(node); trace(node.dataset.id); });
    node.addEventListener('blur', () => trace(current()));
    node.addEventListener('pointerenter', () => trace(node.dataset.id));
    node.addEventListener('pointerleave', () => trace(current()));
    node.addEventListener('keydown', (event) => {
      if (event.key === ' ') {
        event.preventDefault();
        open(node.dataset.id, node);
      }
      if (!event.key.startsWith('Arrow')) return;
      event.preventDefault();
      const next = neighbour(node, event.key);
      if (next) next.focus();
    });
  }

  const field = document.querySelector('input');
  const chips = all('.chip');
  const none = document.querySelector('.none');
  const filter = () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const hidden = chips.filter((chip) => chip.getAttribute('aria-pressed') === 'false').map((chip) => chip.dataset.action);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = hidden.includes(row.dataset.action) || !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    const visible = new Set(rows.filter((row) => !row.hidden).map((row) => row.dataset.id));
    for (const node of nodes) node.classList.toggle('off', !visible.has(node.dataset.id));
    for (const edge of edges) edge.classList.toggle('off', !visible.has(edge.dataset.from) || !visible.has(edge.dataset.to));
    none.hidden = shown > 0;
  };
  field.addEventListener('input', filter);
  for (const chip of chips) {
    chip.disabled = false;
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') === 'false'));
      filter();
    });
  }

  // A drawing a little too wide is made smaller, one far too wide is scrolled; what is done comes into sight first.
  if (graph) {
    const box = graph.parentElement;
    const { width, height } = graph.viewBox.baseVal;
    const fit = () => {
      const ratio = box.clientWidth / width;
      const scale = ratio < 0.7 ? 1 : Math.min(1, ratio);
      graph.setAttribute('width', String(width * scale));
      graph.setAttribute('height', String(height * scale));
      return scale;
    };
    const scale = fit();
    addEventListener('resize', fit);
    const first = nodes.filter((node) => node.matches('.build, .deploy')).sort((a, b) => at(a).x - at(b).x)[0] || nodes[0];
    box.scrollTop = at(first).y * scale - box.clientHeight / 2;
    box.scrollLeft = at(first).x * scale - 60;
  }

  const compare = (a, b) => (Number(a) - Number(b)) || (a < b ? -1 : a > b ? 1 : 0);
  for (const button of all('th button')) {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const one of all('th')) one.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const key = (row) => row.cells[head.cellIndex].dataset.key || row.cells[head.cellIndex].textContent;
      const sorted = rows.map((row, place) => ({ row, place, key: key(row) }));
      sorted.sort((a, b) => (up ? 1 : -1) * compare(a.key, b.key) || a.place - b.place);
      document.querySelector('tbody').append(...sorted.map(({ row }) => row));
    });
  }
  if (/^#c[0-9]+$/.test(location.hash)) open(location.hash.slice(1), null);
})();
`;

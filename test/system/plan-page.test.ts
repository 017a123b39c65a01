import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Plan } from '../../generator/plan/plan.ts';
import { sortIntoWaves } from '../../generator/plan/sort-into-waves.ts';
import { renderPlanPage } from '../../generator/report/plan-html.ts';
import { SHOP_ROWS, planOf } from '../report/sample-plan.ts';
import type { Row } from '../report/sample-plan.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plan-page-'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page did that it must not do. */
let complaints: string[] = [];
afterEach(() => {
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

interface Look {
  width?: number;
  scheme?: 'light' | 'dark';
  javaScript?: boolean;
}

async function show(
  plan: Plan,
  { width = 1280, scheme = 'light', javaScript = true }: Look = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    javaScriptEnabled: javaScript,
  });
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  const file = join(folder, 'plan.html');
  writeFileSync(file, renderPlanPage(plan, sortIntoWaves(plan.components)));
  await page.goto(pathToFileURL(file).href);
  return page;
}

const CHANGES = [{ type: 'file', name: 'services/api/index.js', before: '100644 a1', after: '100644 b2' }];

function shop(): Plan {
  const plan = planOf(SHOP_ROWS);
  plan.components.find(({ id }) => id === 'image:api')!.changes = CHANGES;
  return plan;
}

// What runs in the page is text: the types of a browser are not those of this program.
const openName = (page: Page): Promise<string | null> =>
  page.evaluate<string | null>(
    "document.querySelector('.details.shown article.open h3')?.textContent ?? null",
  );
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.ariaLabel ?? document.activeElement.textContent');

describe('details', () => {
  test('open by a click on the graph, with reason and differences, and close again', async () => {
    const page = await show(shop());
    expect(await openName(page)).toBeNull();
    await page.click('.node[aria-label^="image:api,"]');
    expect(await openName(page)).toBe('image:api');
    const text = await page.innerText('.details');
    expect(text).toContain('3 files changed: services/api/index.js');
    expect(text).toContain('What differs (1)');
    expect(text).toContain('100644 b2');
    await page.click('.close');
    expect(await openName(page)).toBeNull();
  });

  test('open by a click in the table, and lead on to what is needed', async () => {
    const page = await show(shop());
    await page.click('tbody a:text-is("stack:shop")');
    expect(await openName(page)).toBe('stack:shop');
    await page.click('.details article.open a:text-is("image:web")');
    expect(await openName(page)).toBe('image:web');
  });

  test('open and close by keyboard alone, which leads back to where one was', async () => {
    const page = await show(shop());
    await page.focus('.chip >> nth=-1');
    await page.keyboard.press('Tab');
    const start = await focused(page);
    expect(start).toMatch(/^image:/);
    await page.keyboard.press('Enter');
    expect(await openName(page)).toBe(start.split(',')[0]);
    expect(await focused(page)).toBe(start.split(',')[0]);
    await page.keyboard.press('Escape');
    expect(await openName(page)).toBeNull();
    expect(await focused(page)).toBe(start);
  });

  test('are all there without scripts', async () => {
    const page = await show(shop(), { javaScript: false });
    const text = await page.innerText('.details');
    expect(text).toContain('image:api');
    expect(text).toContain('services/api/index.js');
  });
});

describe('arrow keys', () => {
  test('go along edges and within a column', async () => {
    const page = await show(shop());
    await page.focus('.node[aria-label^="image:base,"]');
    await page.keyboard.press('ArrowRight');
    const child = await focused(page);
    expect(child).toMatch(/^image:(api|recommendations),/);
    await page.keyboard.press(child.startsWith('image:api') ? 'ArrowDown' : 'ArrowUp');
    expect(await focused(page)).toMatch(/^image:/);
    expect(await focused(page)).not.toBe(child);
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^stack:shop,/);
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toMatch(/^image:/);
  });

  test('show where they are', async () => {
    const page = await show(shop());
    await page.focus('.node[aria-label^="image:base,"]');
    await page.keyboard.press('ArrowRight');
    const ring = await page.evaluate<string>(
      "getComputedStyle(document.activeElement.querySelector('.halo')).stroke",
    );
    expect(ring).toBe('rgb(10, 88, 202)');
  });

  test('have one stop of the tab key', async () => {
    const page = await show(shop());
    expect(await page.locator('.node[tabindex="0"]').count()).toBe(1);
    await page.focus('.node[tabindex="0"]');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
  });
});

describe('the table', () => {
  const ids = (page: Page): Promise<string[]> => page.locator('tbody tr:visible .id').allInnerTexts();
  const many = (): Plan =>
    planOf(
      Array.from({ length: 101 }, (_, index): Row => [
        index % 2 === 0 ? 'build' : 'keep',
        `image:n${String(index).padStart(3, '0')}`,
        `reason ${index}`,
      ]),
    );

  test('takes the place of the graph above 100 components', async () => {
    const page = await show(many());
    expect(await page.locator('svg').count()).toBe(0);
    expect(await ids(page)).toHaveLength(101);
    await page.click('tbody a:text-is("image:n100")');
    expect(await openName(page)).toBe('image:n100');
  });

  test('is sorted by a click on its heads', async () => {
    const page = await show(many());
    expect((await ids(page))[1]).toBe('image:n002');
    await page.click('th >> text=Component');
    expect((await ids(page))[1]).toBe('image:n001');
    await page.click('th >> text=Component');
    expect((await ids(page))[0]).toBe('image:n100');
    expect(await page.getAttribute('th:has-text("Component")', 'aria-sort')).toBe('descending');
  });

  test('is filtered by words, and by action', async () => {
    const page = await show(many());
    await page.fill('input', 'n05 build');
    expect(await ids(page)).toEqual(['image:n050', 'image:n052', 'image:n054', 'image:n056', 'image:n058']);
    await page.fill('input', 'nothing like this');
    expect(await page.isVisible('text=No component matches.')).toBe(true);
    await page.fill('input', '');
    await page.click('.chip.build');
    expect(await ids(page)).toHaveLength(50);
  });
});

describe('looks', () => {
  const background = (page: Page): Promise<string> =>
    page.evaluate<string>('getComputedStyle(document.body).backgroundColor');

  test('are dark where the reader’s are', async () => {
    expect(await background(await show(shop()))).toBe('rgb(246, 247, 248)');
    expect(await background(await show(shop(), { scheme: 'dark' }))).toBe('rgb(20, 23, 28)');
  });

  test.each(['light', 'dark'] as const)('have enough contrast in %s', async (scheme) => {
    const page = await show(shop(), { scheme });
    const colorOf = (name: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.documentElement).getPropertyValue('${name}').trim()`);
    const pairs: [string, string][] = [
      ['--text', '--back'],
      ['--text', '--card'],
      ['--soft', '--back'],
      ['--soft', '--card'],
    ];
    for (const action of ['build', 'deploy', 'remove', 'keep']) {
      pairs.push([`--${action}`, '--card'], ['--text', `--${action}-tint`], ['--soft', `--${action}-tint`]);
    }
    const ratios = await Promise.all(
      pairs.map(async ([a, b]) => ({
        pair: `${a} on ${b}`,
        ratio: contrast(await colorOf(a), await colorOf(b)),
      })),
    );
    expect(ratios.filter(({ ratio }) => !(ratio >= 4.5))).toEqual([]);
  });

  test.each([360, 800])('fit a window of %d pixels', async (width) => {
    const page = await show(shop(), { width });
    await page.click('tbody a:text-is("image:api")');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const box = await page.locator('.details').boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(width);
  });

  test('print what is done with its details, and no controls', async () => {
    const page = await show(shop());
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('.filter')).toBe(false);
    expect(await page.isVisible('.details article.build >> nth=0')).toBe(true);
    expect(await page.isVisible('.details article.keep >> nth=0')).toBe(false);
  });
});

/** Of two colours such as `#fff` or `#1c2128`: WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: string): number {
  const digits = color.slice(1);
  const hex = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

describe('hostile names', () => {
  const EVIL = [
    '</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(2)>',
    "' onfocus=alert(3) autofocus x='",
    '</style><script>alert(4)</script>',
    '&lt;b&gt;',
    'javascript:alert(5)',
    '{{constructor.constructor("alert(6)")()}}',
  ];

  test('arrive as text, everywhere', async () => {
    const plan = planOf(
      EVIL.map((text): Row => ['build', `image:${text}`, text]),
      { project: EVIL[0]!, revision: EVIL[1]! },
    );
    for (const [index, component] of plan.components.entries()) {
      const text = component.reason;
      component.changes = [{ type: text, name: text, before: text, after: text }];
      component.artifact = { id: text, reference: text };
      if (index > 0) component.dependsOn = [plan.components[index - 1]!.id];
    }
    const page = await show(plan);
    expect(await page.innerText('h1')).toBe(`Plan for ${EVIL[0]}`);
    expect(await page.title()).toContain(EVIL[0]);
    for (const text of EVIL) {
      await page
        .locator('tbody a', { hasText: `image:${text}` })
        .first()
        .click();
      expect(await openName(page)).toBe(`image:${text}`);
      expect(await page.innerText('.details article.open dd code >> nth=1')).toBe(text);
    }
    expect(await page.locator('img, script:not(:last-of-type), iframe').count()).toBe(0);
  });
});

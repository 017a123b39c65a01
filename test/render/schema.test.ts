import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Project, RESERVED_FIELDS } from '../../generator/model/project/project.ts';
import { renderProjectReference } from '../../generator/render/render-project-reference.ts';
import { renderSchema } from '../../generator/render/render-schema.ts';

interface Node {
  type?: string | string[];
  properties?: Record<string, Node>;
  additionalProperties?: boolean | Node;
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  required?: string[];
  propertyNames?: Node;
}

const document = JSON.parse(renderSchema()) as Node & Record<string, unknown>;
const fromSchema = z.fromJSONSchema(document as Parameters<typeof z.fromJSONSchema>[0]);
const image = { context: '.' };

const accepted = [
  { project: 'shop', images: { api: image } },
  { project: 'shop', registry: { url: 'registry.example.com' }, scm: { kind: 'github', forks: true } },
  {
    project: 'shop',
    jobs: { a: { steps: [{ sh: 'true', environment: { A: 1, B: { credential: 'c' } } }] } },
  },
  { project: 'shop', jobs: { a: { run: 'status', template: 'a-{n}', for: { n: '1..9' }, timeout: '5m' } } },
  {
    project: 'shop',
    stacks: { a: { file: 'a.yml', health: ['https://a.example.com', { url: 'http://b/' }] } },
  },
  { project: 'shop', aws: { region: 'eu-central-1', accounts: ['123456789012'] }, retention: { days: 1 } },
];

/** Wrong in a way that a schema of shapes can see. */
const refused = [
  {},
  { project: 7 },
  { project: 'shop', image: {} },
  { project: 'shop', images: { api: {} } },
  { project: 'shop', images: { api: { ...image, contxt: '.' } } },
  { project: 'shop', scm: { kind: 'svn' } },
  { project: 'shop', retention: { days: 0 } },
  { project: 'shop', retention: { days: '30' } },
  { project: 'shop', registry: 'other' },
  { project: 'shop', jobs: { a: { steps: [] } } },
  { project: 'shop', jobs: { a: { steps: [{ sh: ['true'] }] } } },
  { project: 'shop', notify: { on: ['never'] } },
];

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  const { properties, additionalProperties, items, propertyNames, anyOf, oneOf, allOf } = node;
  const inner = [Object.values(properties ?? {}), anyOf, oneOf, allOf].flatMap((nodes) => nodes ?? []);
  for (const one of [...inner, additionalProperties, items, propertyNames])
    if (typeof one === 'object') walk(one, visit);
}

describe('resources/project.schema.json', () => {
  test('says that it is JSON Schema 2020-12', () => {
    expect(document['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  test.each(accepted.map((project): [object] => [project]))('accepts %j, as validation does', (project) => {
    expect(Project.safeParse(project).success).toBe(true);
    expect(fromSchema.safeParse(project).error?.issues).toBeUndefined();
  });

  test.each(refused.map((project): [object] => [project]))('refuses %j, as validation does', (project) => {
    expect(Project.safeParse(project).success).toBe(false);
    expect(fromSchema.safeParse(project).success).toBe(false);
  });

  test('knows the fields that validation knows, and no others', () => {
    expect(Object.keys(document.properties!)).toEqual(Object.keys(Project.shape));
    expect(document.additionalProperties).toBe(false);
    expect(document.required).toEqual(['project']);
  });

  test('lets no mapping of fixed fields take further ones', () => {
    const open: Node[] = [];
    walk(document, (node) => {
      if (node.properties && node.additionalProperties !== false) open.push(node);
    });
    expect(open).toEqual([]);
  });

  test('uses only types that JSON Schema has', () => {
    const types = new Set<string>();
    walk(document, ({ type }) => [type ?? []].flat().forEach((one) => types.add(one)));
    const known = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
    expect(known).toEqual(expect.arrayContaining([...types]));
  });
});

describe('docs/project-yaml.md', () => {
  const text = renderProjectReference();
  const section = (title: string): string => text.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;

  test('has a row for every field, and says which are needed', () => {
    for (const field of Object.keys(Project.shape))
      expect(section('project.yaml')).toContain(`| \`${field}\``);
    expect(section('project.yaml')).toContain('| `project` (needed) |');
    expect(section('images')).toContain('| `context` (needed) |');
    expect(section('images')).toContain('| `target` |');
  });

  test('has a section for what stands deeper', () => {
    for (const title of ['jobs.steps', 'jobs.parameters', 'stacks.health', 'notify.slack', 'amis.source'])
      expect(text).toContain(`\n## ${title}\n`);
  });

  test('describes a map by what its values are', () => {
    expect(section('project.yaml')).toContain('| `images` | map of mapping | a Docker image |');
  });

  test('names the words that are kept for later', () => {
    for (const word of RESERVED_FIELDS) expect(text).toContain(`\`${word}\``);
  });

  test('has tables of three columns, whatever the descriptions hold', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.filter((row) => row.replace(/\\\|/g, '').split('|').length !== 5)).toEqual([]);
  });
});

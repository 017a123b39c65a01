import type { z } from 'zod';
import { Project, RESERVED_FIELDS } from '../model/project/project.ts';
import { defaultOf, descriptionOf, fieldsBehind, isOptional, typeName } from './describe-schema.ts';

type Schema = z.core.$ZodType;

/** docs/project-yaml.md: every field of the file format, from the schema that validates it. */
export function renderProjectReference(): string {
  const sections: string[] = [];
  addSection('project.yaml', Project.shape, sections);
  return [
    '<!-- Written by `millrace generate` from the schema that validates project.yaml; edits are overwritten. -->',
    '',
    '# project.yaml',
    '',
    'The smallest project is two lines:',
    '',
    '```yaml',
    'project: shop',
    'images: { api: { context: services/api } }',
    '```',
    '',
    'Editors that know YAML check the file with a first line of',
    '`# yaml-language-server: $schema=./resources/project.schema.json`.',
    `Reserved for later, and refused until then: ${RESERVED_FIELDS.map((field) => `\`${field}\``).join(', ')}.`,
    '',
    ...sections,
  ].join('\n');
}

function addSection(title: string, fields: Readonly<Record<string, Schema>>, sections: string[]): void {
  const rows = Object.entries(fields).map(([name, schema]) => {
    const fallback = defaultOf(schema);
    const shown =
      fallback === undefined || isEmpty(fallback) ? '' : `; \`${JSON.stringify(fallback)}\` by default`;
    const need = isOptional(schema) ? '' : ' (needed)';
    return `| \`${name}\`${need} | ${cell(typeName(schema))} | ${cell(descriptionOf(schema))}${shown} |`;
  });
  sections.push(`## ${title}`, '', '| field | value | what it says |', '|---|---|---|', ...rows, '');
  for (const [name, schema] of Object.entries(fields)) {
    const inner = fieldsBehind(schema);
    if (inner) addSection(title === 'project.yaml' ? name : `${title}.${name}`, inner, sections);
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}

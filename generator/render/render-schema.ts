import * as z from 'zod';
import { Project } from '../model/project/project.ts';

/**
 * resources/project.schema.json: JSON Schema 2020-12 for editors. It says the shape; `millrace validate` checks
 * more (names, references, files).
 */
export function renderSchema(): string {
  const schema = z.toJSONSchema(Project, { io: 'input', unrepresentable: 'any' });
  const document = {
    $comment:
      'Written by `millrace generate` from the schema that validates project.yaml; edits are overwritten.',
    title: 'project.yaml of Millrace',
    ...schema,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

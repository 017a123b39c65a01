import type { z } from 'zod';
import { descriptionOf, isOptional, typeName } from './describe-schema.ts';
import type { LibraryStep } from './library/steps.ts';

/** The text that Jenkins shows as a step's help (Pipeline Syntax, Global Variables Reference). */
export function renderStepHelp(step: LibraryStep): string {
  const options = Object.entries<z.core.$ZodType>(step.options.shape).map(([name, schema]) => {
    const optional = isOptional(schema) ? 'optional ' : '';
    return `  ${name} (${optional}${typeName(schema)}): ${descriptionOf(schema)}`;
  });
  return [
    `${step.name}: written by \`millrace generate\`; edits here are overwritten.`,
    '',
    step.about,
    ...(options.length > 0 ? ['', 'Options:', ...options] : []),
    ...(step.methods.length > 0 ? ['', 'Methods:', ...step.methods.map((line) => `  ${line}`)] : []),
    '',
    'Example:',
    `  ${step.example}`,
    '',
  ].join('\n');
}

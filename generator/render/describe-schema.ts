import type { z } from 'zod';
import { expand, shapeOf } from '../model/project/schema-fields.ts';

type Schema = z.core.$ZodType;

interface Definition {
  type: string;
  innerType?: Schema;
  element?: Schema;
  valueType?: Schema;
  values?: readonly unknown[];
  entries?: Readonly<Record<string, string>>;
  defaultValue?: unknown;
}

/** The type of a value in words: `text`, `list of text`, `"own" or mapping`. */
export function typeName(schema: Schema): string {
  const names = expand(schema).map((one) => {
    const def = definition(one);
    switch (def.type) {
      case 'string':
        return 'text';
      case 'number':
      case 'int':
        return 'number';
      case 'boolean':
        return 'true or false';
      case 'array':
        return `list of ${typeName(def.element!)}`;
      case 'record':
        return `map of ${typeName(def.valueType!)}`;
      case 'enum':
        return Object.values(def.entries ?? {})
          .map((value) => `\`${value}\``)
          .join(' or ');
      case 'literal':
        return (def.values ?? []).map((value) => `\`${String(value)}\``).join(' or ');
      case 'object':
        return 'mapping';
      default:
        return 'any value';
    }
  });
  return [...new Set(names)].join(' or ');
}

/** Whether the field may be left out. */
export function isOptional(schema: Schema): boolean {
  return ['optional', 'default', 'prefault'].includes(definition(schema).type);
}

/** What stands where the field is left out; undefined where there is no default. */
export function defaultOf(schema: Schema): unknown {
  const def = definition(schema);
  if (def.type === 'default') return def.defaultValue;
  return def.innerType ? defaultOf(def.innerType) : undefined;
}

/** The text of the nearest `describe`: the schema's own, that of what it wraps, or of a map's values. */
export function descriptionOf(schema: Schema): string {
  const own = (schema as z.ZodType).description;
  const { innerType, valueType } = definition(schema);
  const inner = innerType ?? valueType;
  return own ?? (inner ? descriptionOf(inner) : '');
}

/** The mapping behind a field: its own fields, those of a map's values, or of a list's elements. */
export function fieldsBehind(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  for (const one of expand(schema)) {
    const def = definition(one);
    const found =
      shapeOf(one) ??
      (def.valueType ? fieldsBehind(def.valueType) : def.element ? fieldsBehind(def.element) : undefined);
    if (found) return found;
  }
  return undefined;
}

function definition(schema: Schema): Definition {
  return schema._zod.def;
}

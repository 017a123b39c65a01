import type { z } from 'zod';

type Schema = z.core.$ZodType;

/** Names of the fields that a schema knows at a path; empty where anything may stand. */
export function fieldsAt(schema: Schema, path: readonly (string | number)[]): readonly string[] {
  let current: Schema[] = [schema];
  for (const step of path) current = current.flatMap((one) => stepInto(one, step));
  return [
    ...new Set(current.flatMap((one) => expand(one)).flatMap((one) => Object.keys(shapeOf(one) ?? {}))),
  ];
}

/** The fields of an object schema, its wrappers taken off; undefined for anything else. */
export function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const def = schema._zod.def as { type: string; shape?: Record<string, Schema> };
  return def.type === 'object' ? def.shape : undefined;
}

/** Takes off optional, default and the like, and opens unions: the schemas that a value may follow. */
export function expand(schema: Schema): Schema[] {
  const def = schema._zod.def as { type: string; innerType?: Schema; options?: readonly Schema[] };
  if (def.innerType) return expand(def.innerType);
  if (def.type === 'union' && def.options) return def.options.flatMap(expand);
  return [schema];
}

function stepInto(schema: Schema, step: string | number): Schema[] {
  return expand(schema).flatMap((one) => {
    const def = one._zod.def as {
      type: string;
      shape?: Record<string, Schema>;
      valueType?: Schema;
      element?: Schema;
    };
    if (def.type === 'object' && def.shape) return Object.hasOwn(def.shape, step) ? [def.shape[step]!] : [];
    const inner = def.type === 'record' ? def.valueType : def.type === 'array' ? def.element : undefined;
    return inner ? [inner] : [];
  });
}

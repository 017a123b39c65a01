import { z } from 'zod';
import { UserError } from '../model/user-error.ts';

const Dependency = z.object({ name: z.string(), version: z.string(), optional: z.boolean().default(false) });
const Plugin = z.object({
  name: z.string(),
  version: z.string(),
  requiredCore: z.string().default('0'),
  dependencies: z.array(Dependency).default([]),
});
const Warning = z.object({
  id: z.string(),
  type: z.enum(['core', 'plugin']).catch('plugin'),
  name: z.string(),
  message: z.string(),
  url: z.string(),
  versions: z.array(z.object({ pattern: z.string(), lastVersion: z.string().optional() })).default([]),
});
const Document = z.object({
  plugins: z.record(z.string(), Plugin),
  warnings: z.array(Warning).default([]),
});

/** What an update center offers: of each plugin one version, and the security warnings of all of them. */
export type UpdateCenter = z.infer<typeof Document>;
export type OfferedPlugin = z.infer<typeof Plugin>;
export type SecurityWarning = z.infer<typeof Warning>;

/**
 * @param text `update-center.json`, which is a call of JavaScript's around JSON, or `update-center.actual.json`
 * @param source for messages
 * @throws UserError BAD_UPDATE_CENTER
 */
export function readUpdateCenter(text: string, source: string): UpdateCenter {
  const bad = (found: string): UserError =>
    new UserError(
      'BAD_UPDATE_CENTER',
      `${source}: expected a document of a Jenkins update center (\`plugins\`, \`warnings\`), ${found}`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\s*updateCenter\.post\(\s*/, '').replace(/\s*\)\s*;?\s*$/, ''));
  } catch {
    throw bad('found no JSON');
  }
  const parsed = Document.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw bad(`found another thing at ${issue!.path.join('.') || 'its root'}: ${issue!.message}`);
}

/** Warnings about this very version. @param name of a plugin, or `core` */
export function warningsOf(
  { warnings }: UpdateCenter,
  type: SecurityWarning['type'],
  name: string,
  version: string,
): SecurityWarning[] {
  return warnings.filter(
    (warning) =>
      warning.type === type &&
      warning.name === name &&
      warning.versions.some(({ pattern }) => matches(pattern, version)),
  );
}

/** Patterns are Java's; those in use mean the same here. One that does not is taken for a match: no warning is lost. */
function matches(pattern: string, version: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(version);
  } catch {
    return true;
  }
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { ProjectSource } from '../drivers/driver.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import type { Plan } from '../plan/plan.ts';

/** What of a plan's document is trusted: which commit of which project it is about, and what its components hash to. */
const StashedPlan = z.object({
  version: z.literal(1),
  project: z.string(),
  revision: z.string().nullable(),
  components: z.array(z.object({ id: z.string(), hash: z.string().nullable() })),
});
export type StashedPlan = z.infer<typeof StashedPlan>;

/** @throws UserError INVALID_PLAN */
export function readStashedPlan(path: string): StashedPlan {
  let text: string;
  try {
    text = readFileSync(resolve(path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid(path, `it cannot be read (${code})`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid(path, 'it is no JSON');
  }
  const parsed = StashedPlan.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * A plan is good for the commit that it was made of, and for no other. What exists is looked at anew: what was published
 * meanwhile is adopted.
 * @throws UserError STALE_PLAN
 */
export function checkStashedPlan(
  stashed: StashedPlan,
  now: Pick<Plan, 'components'>,
  { project, files }: Pick<ProjectSource, 'project' | 'files'>,
): void {
  if (stashed.project !== project.project) {
    throw stale(
      `it is of the project ${JSON.stringify(shorten(stashed.project, 60))}, this is ${project.project}`,
    );
  }
  if (stashed.revision !== files.revision) {
    throw stale(`it is of ${describe(stashed.revision)}, this is ${describe(files.revision)}`);
  }
  const hashes = new Map(stashed.components.map(({ id, hash }) => [id, hash]));
  for (const { id, hash } of now.components) {
    if (!hashes.has(id)) throw stale(`it does not hold ${id}`);
    if (hashes.get(id) !== hash) throw stale(`${id} has another source hash (another version of millrace?)`);
  }
}

function describe(revision: string | null): string {
  return revision === null ? 'no commit' : `commit ${shorten(revision, 60)}`;
}

function stale(found: string): UserError {
  return new UserError(
    'STALE_PLAN',
    `the plan cannot be carried out: ${found}; make it anew with \`millrace plan --json\``,
  );
}

function invalid(path: string, found: string): UserError {
  return new UserError(
    'INVALID_PLAN',
    `expected what \`millrace plan --json\` printed in ${shorten(path, 200)}: ${shorten(found, 200)}; make it anew`,
  );
}

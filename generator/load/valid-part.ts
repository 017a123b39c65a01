import type { z } from 'zod';
import { Project } from '../model/project/project.ts';

const COMPONENT_MAPS = new Set(['images', 'amis', 'infrastructure', 'stacks', 'jobs']);

export interface ValidPart {
  project: Project;
  /** What was left out: `images.api`, or a whole section such as `aws`. */
  dropped: ReadonlySet<string>;
}

/**
 * The project without what the schema refused, so that the rules across fields can report their findings in
 * the same run.
 * @returns undefined where what is left is still no project
 */
export function keepValidPart(value: unknown, issues: readonly z.core.$ZodIssue[]): ValidPart | undefined {
  if (!isRecord(value)) return undefined;
  const kept = new Map(Object.entries(value));
  const dropped = new Set<string>();
  const refused = new Map<string, Set<string>>();
  for (const issue of issues) {
    const [first, name] = issue.path as (string | number)[];
    const section = String(first);
    if (first === undefined) {
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) kept.delete(key);
    } else if (section === 'project') {
      kept.set('project', 'project');
      dropped.add('project');
    } else if (typeof name === 'string' && COMPONENT_MAPS.has(section)) {
      const names = refused.get(section);
      if (names) names.add(name);
      else refused.set(section, new Set([name]));
      dropped.add(`${section}.${name}`);
    } else {
      kept.delete(section);
      dropped.add(section);
    }
  }
  for (const [section, names] of refused) {
    const entries = kept.get(section);
    if (!isRecord(entries)) continue;
    kept.set(section, Object.fromEntries(Object.entries(entries).filter(([name]) => !names.has(name))));
  }
  const parsed = Project.safeParse(Object.fromEntries(kept));
  return parsed.success ? { project: parsed.data, dropped } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

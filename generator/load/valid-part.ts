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
  const kept: Record<string, unknown> = { ...value };
  const dropped = new Set<string>();
  for (const issue of issues) {
    const [section, name] = issue.path as (string | number)[];
    if (section === undefined) {
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) delete kept[key];
    } else if (section === 'project') {
      kept['project'] = 'project';
      dropped.add('project');
    } else if (typeof name === 'string' && COMPONENT_MAPS.has(String(section)) && isRecord(kept[section])) {
      kept[section] = Object.fromEntries(Object.entries(kept[section]).filter(([key]) => key !== name));
      dropped.add(`${section}.${name}`);
    } else {
      delete kept[section];
      dropped.add(String(section));
    }
  }
  const parsed = Project.safeParse(kept);
  return parsed.success ? { project: parsed.data, dropped } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

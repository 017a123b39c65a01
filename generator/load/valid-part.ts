import type { z } from 'zod';
import { Project } from '../model/project/project.ts';
import { valueAt } from './describe-value.ts';
import type { PathStep } from './yaml-path.ts';

const COMPONENT_MAPS = new Set(['images', 'amis', 'infrastructure', 'stacks', 'jobs']);

/** Fields of a component or job on which no rule about another field depends: without one the rest is judged. */
const INDEPENDENT = new Set(
  (
    'agent artifacts description disabled environment health inputs junit parameters platforms replace retry ' +
    'schedule test timeout'
  ).split(' '),
);

export interface ValidPart {
  project: Project;
  /** What was left out: `images.api`, or a whole section such as `aws`. */
  dropped: ReadonlySet<string>;
}

/**
 * The project without what the schema refused, so that the rules across fields can report their findings in
 * the same run: without unknown and independent fields, else without the entry or section.
 * @returns undefined where what is left is still no project
 */
export function keepValidPart(value: unknown, issues: readonly z.core.$ZodIssue[]): ValidPart | undefined {
  if (!isRecord(value)) return undefined;
  const kept = structuredClone(value);
  const dropped = new Set<string>();
  for (const issue of issues) {
    const path = issue.path as PathStep[];
    const [section, name, field] = path;
    if (issue.code === 'unrecognized_keys') {
      const holder = valueAt(kept, path);
      if (isRecord(holder)) for (const key of issue.keys) delete holder[key];
    } else if (section === undefined) {
      return undefined;
    } else if (section === 'project') {
      kept['project'] = 'project';
      dropped.add('project');
    } else if (typeof name === 'string' && COMPONENT_MAPS.has(String(section))) {
      const independent = typeof field === 'string' && INDEPENDENT.has(field);
      const holder = valueAt(kept, independent ? [section, name] : [section]);
      if (isRecord(holder)) delete holder[independent ? field : name];
      if (!independent) dropped.add(`${section}.${name}`);
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

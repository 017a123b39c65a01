import type { Project } from '../model/project/project.ts';
import type { Drivers } from './open-world.ts';
import type { Kept } from './plan-removal.ts';

/** What bears the project's tag after all of it was destroyed. */
export interface Remains {
  /** What was asked to be kept. */
  kept: string[];
  /** What should not be there. */
  left: string[];
  /** What could not be looked for, and why; absent where everything could. */
  unseen?: string[];
}

/** @param drivers that have seen nothing of how it was before */
export async function findRemains(
  project: Project,
  drivers: Drivers,
  keep: ReadonlySet<Kept>,
): Promise<Remains> {
  const found = new Map<string, string>();
  const unseen = new Set<string>();
  for (const driver of drivers.values()) {
    // Two drivers may see one thing, and name it differently beside its id.
    for (const line of (await driver.listLeft?.({ project }, (what) => unseen.add(what))) ?? [])
      found.set(line.replace(/ \(.*\)$/, ''), line);
  }
  const lines = [...found.values()].sort();
  const isKept = (line: string): boolean =>
    (keep.has('data') && /^(?:volume|data snapshot) /.test(line)) ||
    (keep.has('amis') && /^(?:image|snapshot) /.test(line));
  return {
    kept: lines.filter(isKept),
    left: lines.filter((line) => !isKept(line)),
    ...(unseen.size > 0 ? { unseen: [...unseen].sort() } : {}),
  };
}

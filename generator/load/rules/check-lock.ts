import type { ComponentGraph } from '../../model/component.ts';
import type { Lock } from '../../model/lock.ts';
import { LOCK_FILE } from '../../model/lock-file.ts';
import { UserError } from '../../model/user-error.ts';
import { readLock } from '../read-lock.ts';
import type { RuleContext } from './rule-context.ts';

/** Externals without a pin: they may mean something else tomorrow. A warning here; `plan` refuses. */
export function checkLock(context: RuleContext, graph: ComponentGraph): void {
  const { project } = context;
  const lock = reportLock(context);
  if (!lock) return;
  const references = new Set([...graph.values()].flatMap((component) => component.externals));
  const images = [...references].filter((text) => !text.includes('@') && !lock.images[text]).sort();
  const region = project.aws?.region ?? '';
  const amis = Object.keys(project.amis).filter((name) => !lock.amis[name]?.[region]);
  const unpinned = [...images, ...amis.map((name) => `the source of ami:${name} in ${region}`)];
  if (unpinned.length === 0) return;
  const shown =
    unpinned.slice(0, 5).join(', ') + (unpinned.length > 5 ? `, and ${unpinned.length - 5} more` : '');
  context.warnIn(LOCK_FILE, {
    line: 1,
    column: 1,
    message: `${unpinned.length === 1 ? '1 external has' : `${unpinned.length} externals have`} no pin: ${shown}`,
    hint: '`millrace lock` pins them',
  });
}

/** @returns undefined where the lock is there and wrong, which is reported */
function reportLock({ files, reportIn }: RuleContext): Lock | undefined {
  try {
    return readLock(files);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const { file, ...found } of error.problems) reportIn(file, found);
    return undefined;
  }
}

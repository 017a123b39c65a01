import type { ComponentGraph } from '../../model/component.ts';
import { Lock } from '../../model/lock.ts';
import { LOCK_FILE } from '../../model/lock-file.ts';
import { describeIssue } from '../describe-issue.ts';
import { formatPath, parseYamlDocument } from '../yaml-document.ts';
import type { RuleContext } from './rule-context.ts';

/** Externals without a pin: they may mean something else tomorrow. A warning here; `plan` refuses. */
export function checkLock(context: RuleContext, graph: ComponentGraph): void {
  const { project } = context;
  const lock = readLock(context);
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
function readLock({ files, reportIn }: RuleContext): Lock | undefined {
  const bytes = files.read(LOCK_FILE);
  if (!bytes) return Lock.parse({ version: 1 });
  const document = parseYamlDocument(bytes);
  for (const found of document.problems) reportIn(LOCK_FILE, { ...found, path: formatPath(found.path) });
  if (document.problems.length > 0) return undefined;
  const parsed = Lock.safeParse(document.value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    for (const { path, part, message, hint } of describeIssue(issue, document.value, () =>
      Object.keys(Lock.shape),
    )) {
      reportIn(LOCK_FILE, { ...document.locate(path, part), path: formatPath(path), message, hint });
    }
  }
  return undefined;
}

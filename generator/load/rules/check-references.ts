import { hintNearest } from '../../model/nearest-name.ts';
import { quote } from '../../model/project/text.ts';
import type { PathStep } from '../yaml-path.ts';
import type { RuleContext } from './rule-context.ts';

/** Each hint looks through all names. */
const MAX_HINTS = 100;

/** Names that point at other entries of project.yaml, and sections that need each other. */
export function checkReferences(context: RuleContext): void {
  const { project, report, warn, wasDropped } = context;
  const requireAmi = entriesOf(context, 'amis', 'AMI');
  const requireInfrastructure = entriesOf(context, 'infrastructure', 'infrastructure');
  for (const [name, infrastructure] of Object.entries(project.infrastructure)) {
    (infrastructure.amis ?? []).forEach((ami, index) => {
      requireAmi(ami, ['infrastructure', name, 'amis', index]);
    });
    if (infrastructure.amis && infrastructure.hosts !== undefined) {
      report(
        ['infrastructure', name, 'hosts'],
        'cannot stand beside amis',
        'existing hosts need no machine image: keep one of them',
        'key',
      );
    }
    if (infrastructure.hosts === undefined)
      requireAws(context, ['infrastructure', name], 'an infrastructure without hosts');
  }
  for (const name of Object.keys(project.amis)) requireAws(context, ['amis', name], 'an AMI');
  for (const [name, stack] of Object.entries(project.stacks)) {
    if (stack.on !== undefined) requireInfrastructure(stack.on, ['stacks', name, 'on']);
  }
  if (project.scm.forks && project.scm.kind !== 'github') {
    report(
      ['scm', 'forks'],
      'needs `kind: github`; plain git knows no pull requests',
      'set scm.kind, or remove forks',
    );
  }
  if (
    project.scm.kind === 'github' &&
    !wasDropped('repository') &&
    !/^(https:\/\/|ssh:\/\/(git@)?|git@)[^/:]+[/:][^/]+\/[^/]+?(\.git)?\/?$/.test(project.repository ?? '')
  ) {
    const found = project.repository === undefined ? 'found none' : `found ${quote(project.repository)}`;
    report(
      ['repository'],
      `\`scm.kind: github\` needs https://HOST/OWNER/NAME, ${found}`,
      'add or correct repository:',
    );
  }
  if (project.notify && !project.notify.slack && !project.notify.mail) {
    report(['notify'], 'names nobody to notify', 'add slack: or mail:', 'key');
  }
  if (project.repository === undefined && !wasDropped('repository')) {
    warn(
      ['project'],
      'there is no `repository:`, so that the generated jobs have no address to clone from',
      'add repository: https://…',
      'key',
    );
  }
}

/** Looks up names of one section; a list of them all, once, for a project may name thousands. */
function entriesOf(
  { project, report, wasDropped }: RuleContext,
  section: 'amis' | 'infrastructure',
  word: string,
): (name: string, path: PathStep[]) => void {
  const entries = Object.keys(project[section]);
  const known = new Set(entries);
  let wrong = 0;
  return (name, path) => {
    if (known.has(name) || wasDropped(`${section}.${name}`) || wasDropped(section)) return;
    const hint = wrong++ < MAX_HINTS ? hintNearest(name, entries) : '';
    report(path, `there is no ${word} "${name}"`, hint);
  };
}

function requireAws({ project, report, wasDropped }: RuleContext, path: string[], what: string): void {
  if (!project.aws && !wasDropped('aws')) {
    report(path, `${what} needs \`aws\``, 'add aws: { region: REGION, accounts: ["123456789012"] }', 'key');
  }
}

import { hintNearest } from '../../model/nearest-name.ts';
import type { RuleContext } from './rule-context.ts';

/** Names that point at other entries of project.yaml, and sections that need each other. */
export function checkReferences(context: RuleContext): void {
  const { project, report, warn } = context;
  for (const [name, infrastructure] of Object.entries(project.infrastructure)) {
    (infrastructure.amis ?? []).forEach((ami, index) => {
      requireEntry(context, 'amis', ami, ['infrastructure', name, 'amis', index], 'AMI');
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
    if (stack.on !== undefined)
      requireEntry(context, 'infrastructure', stack.on, ['stacks', name, 'on'], 'infrastructure');
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
    !/^(https:\/\/|ssh:\/\/(git@)?|git@)[^/:]+[/:][^/]+\/[^/]+?(\.git)?\/?$/.test(project.repository ?? '')
  ) {
    const found = project.repository === undefined ? 'found none' : `found "${project.repository}"`;
    report(
      ['repository'],
      `\`scm.kind: github\` needs https://HOST/OWNER/NAME, ${found}`,
      'add or correct repository:',
    );
  }
  if (project.notify && !project.notify.slack && !project.notify.mail) {
    report(['notify'], 'names nobody to notify', 'add slack: or mail:', 'key');
  }
  if (project.repository === undefined && !context.wasDropped('repository')) {
    warn(
      ['project'],
      'there is no `repository:`, so that the generated jobs have no address to clone from',
      'add repository: https://…',
      'key',
    );
  }
}

function requireEntry(
  context: RuleContext,
  section: 'amis' | 'infrastructure',
  name: string,
  path: (string | number)[],
  word: string,
): void {
  const entries = Object.keys(context.project[section]);
  if (entries.includes(name) || context.wasDropped(`${section}.${name}`) || context.wasDropped(section))
    return;
  context.report(path, `there is no ${word} "${name}"`, hintNearest(name, entries));
}

function requireAws({ project, report, wasDropped }: RuleContext, path: string[], what: string): void {
  if (!project.aws && !wasDropped('aws')) {
    report(path, `${what} needs \`aws\``, 'add aws: { region: REGION, accounts: ["123456789012"] }', 'key');
  }
}

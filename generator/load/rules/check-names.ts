import { checkItemName } from '../../model/jenkins/item-name.ts';
import { JENKINS_FOLDERS } from '../../model/jenkins-items.ts';
import type { RuleContext } from './rule-context.ts';

/** EC2 key pairs and AMI names carry project, name and a 64-digit hash: 128 characters in all. */
const MAX_PROJECT_AND_AMI = 62;

/** Names that are well-formed by themselves, but not together or not in Jenkins. */
export function checkNames({ project, report, wasDropped }: RuleContext): void {
  const verdict = checkItemName(project.project);
  if (!verdict.ok) report(['project'], `is not a name that Jenkins accepts: ${verdict.message}`);
  if (!wasDropped('project') && (JENKINS_FOLDERS as readonly string[]).includes(project.project)) {
    report(
      ['project'],
      `"${project.project}" is the name of a folder inside every project's folder`,
      'choose another name',
    );
  }
  for (const name of Object.keys(project.stacks)) {
    if (!name.includes('.')) continue;
    const message = 'is not a name that Docker accepts for a stack: its services cannot hold a dot';
    report(['stacks', name], message, `for example "${name.replaceAll('.', '-')}"`, 'key');
  }
  for (const name of Object.keys(project.amis)) {
    const length = project.project.length + name.length;
    if (length > MAX_PROJECT_AND_AMI && !wasDropped('project')) {
      report(
        ['amis', name],
        `the names of project and AMI are ${length} characters together; EC2 leaves room for ${MAX_PROJECT_AND_AMI}`,
        'shorten one of them',
        'key',
      );
    }
  }
}

import { isSsh, jenkinsCredentials, sshUserOf } from '../model/jenkins/credentials.ts';
import type { JenkinsCredential } from '../model/jenkins/credentials.ts';
import { SEED_USER, credentialMount } from '../model/jenkins/hosting-stack.ts';
import { SEED } from '../model/jenkins-items.ts';
import type { Project } from '../model/project/project.ts';
import { foldersData } from './render-jobs.ts';
import type { Fill } from './templates.ts';

/**
 * The Job DSL that the controller runs itself: Jenkins' configuration cannot hold credentials of folders, and the seed
 * job has to come from somewhere. Values of credentials are read where it runs; the script holds paths.
 */
export function cascJobs(project: Project, fill: Fill): string {
  const credentials = jenkinsCredentials(project);
  const folders = foldersData(project);
  const seenBy = (who: JenkinsCredential['seenBy']): object[] =>
    credentials.filter((one) => one.seenBy === who).map((one) => credentialData(project, one));
  return fill('cascJobs.partial', {
    ...folders,
    reads: credentials.length > 0,
    logins: credentials.some(({ kind }) => kind === 'login'),
    credentials: seenBy('project'),
    inside: [{ ...folders, credentials: seenBy('deliver') }],
    seed: `${folders.deliver}/${SEED}`,
    seedDescription: 'Makes the jobs what jenkins/jobs.groovy says, as its own user, in the sandbox.',
    seedUser: SEED_USER,
    branchSpec: `refs/heads/${project.branch}`,
    daysToKeep: project.retention.days,
    numToKeep: project.retention.commits,
  });
}

function credentialData(project: Project, { id, kind }: JenkinsCredential): object {
  const mount = credentialMount(id);
  return {
    id,
    login: kind === 'login',
    key: kind === 'key',
    user: isSsh(project.repository) ? sshUserOf(project.repository) : '',
    description: `The Swarm secret ${mount.source}.`,
    secret: mount.path,
  };
}

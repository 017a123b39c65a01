import { credentialUses } from '../../model/jenkins/credentials.ts';
import type { CredentialKind, CredentialUse } from '../../model/jenkins/credentials.ts';
import { JENKINS_STACK, SEED_USER, SERVICE_USER } from '../../model/jenkins/hosting-stack.ts';
import { quote } from '../../model/project/text.ts';
import { formatPath } from '../yaml-document.ts';
import type { RuleContext } from './rule-context.ts';

/** What Jenkins' configuration takes from project.yaml, as far as Jenkins would take anything and say nothing. */
export function checkJenkins(context: RuleContext): void {
  checkSmtp(context);
  checkAws(context);
  warnOfReuse(context);
  if (!context.project.stacks[JENKINS_STACK]) return;
  checkAdmins(context);
  checkCredentials(context);
  warnOfMail(context);
  warnOfRepository(context);
  warnOfAws(context);
  warnOfBackup(context);
}

/** Users that Jenkins or this program has of its own, and groups that an entry of the matrix would be taken for. */
const TAKEN = [SERVICE_USER, SEED_USER, 'anonymous', 'authenticated', 'system', 'unknown'];

function checkAdmins({ project, report }: RuleContext): void {
  const seen = new Map<string, string>();
  project.jenkins.admins.forEach((name, index) => {
    const path = ['jenkins', 'admins', index];
    // Jenkins' own users are told apart without regard to case.
    const plain = name.toLowerCase();
    if (TAKEN.includes(plain))
      report(path, `${quote(name)} is no name for a person here`, 'choose another one');
    else if (seen.has(plain))
      report(path, `${quote(name)} is the same user as ${quote(seen.get(plain)!)}`, 'remove one of them');
    seen.set(plain, name);
  });
}

const KINDS: Readonly<Record<CredentialKind, string>> = {
  login: 'user and password',
  text: 'a secret text',
  key: 'an SSH key',
};

/** An id has one value, of one kind. */
function checkCredentials({ project, report, warn }: RuleContext): void {
  const first = new Map<string, CredentialUse>();
  for (const use of credentialUses(project)) {
    const { id, kind, path } = use;
    if (kind === undefined) continue;
    const other = first.get(id);
    if (!other) first.set(id, use);
    else if (other.kind !== kind) {
      const message = `${quote(id)} is ${KINDS[kind]} here, and ${KINDS[other.kind!]} as ${formatPath(other.path)}`;
      report(path, message, 'use two ids');
    }
  }
  const { credential, push } = project.scm;
  if (push !== undefined && push === credential) {
    const hint = 'name one that only reads as scm.credential';
    warn(
      ['scm', 'push'],
      'is seen by branches too, as scm.credential: whoever may push a branch may use it',
      hint,
    );
  }
}

/** With this key everything can be taken away, the accounts' other things too. */
function checkAws({ project, report }: RuleContext): void {
  const id = project.aws?.credential;
  const open = credentialUses(project).find((use) => use.id === id && use.seenBy === 'project');
  if (id === undefined || !open) return;
  report(
    ['aws', 'credential'],
    `is seen by branches too, as ${formatPath(open.path)}: whoever may push a branch could use the key`,
    'use two ids',
  );
}

function checkSmtp({ project, report }: RuleContext): void {
  const { smtp } = project.jenkins;
  if (!smtp || (smtp.user === undefined) === (smtp.credential === undefined)) return;
  const [there, missing] = smtp.user === undefined ? ['credential', 'user'] : ['user', 'credential'];
  report(
    ['jenkins', 'smtp', there],
    `needs ${missing} beside it`,
    'a login is a user and the credential that is its password',
  );
}

function warnOfMail({ project, warn, wasDropped }: RuleContext): void {
  const { notify, jenkins } = project;
  if (notify?.mail && !jenkins.smtp && !wasDropped('jenkins')) {
    const hint = 'add jenkins.smtp: { host: smtp.example.com }';
    warn(['notify', 'mail'], 'Jenkins knows no server to send mail by', hint, 'key');
  }
  if (notify && jenkins.url === undefined && !wasDropped('jenkins')) {
    const hint = 'add jenkins.url: https://…, the address that people use';
    warn(['notify'], 'the links in messages lead nowhere', hint, 'key');
  }
}

function warnOfRepository({ project, warn }: RuleContext): void {
  const { scm, repository } = project;
  const isKey = credentialUses(project).some(({ path, kind }) => path[0] === 'scm' && kind === 'key');
  if (scm.kind === 'github' && isKey) {
    const message = 'GitHub’s interface takes a user and token, and this address an SSH key';
    warn(['repository'], message, 'write https://HOST/OWNER/NAME.git');
  }
  if (isKey && !scm.host_keys && repository !== undefined) {
    const hint = 'list them in scm.host_keys: ["HOST ssh-ed25519 AAAA…"]';
    warn(['repository'], 'its host keys are not named: Jenkins believes the first that it sees', hint);
  }
}

/** The nodes' own role is out of the reach of what runs in a container (hop limit 1). */
function warnOfAws({ project, warn }: RuleContext): void {
  const { aws, amis, infrastructure } = project;
  if (!aws || aws.credential !== undefined) return;
  if (Object.keys(amis).length + Object.keys(infrastructure).length === 0) return;
  const hint = 'add credential: ID, an access key that `millrace secret set ID` takes as ID:SECRET';
  warn(['aws'], 'names no credential, so pipelines can plan, bake and deploy nothing on AWS', hint, 'key');
}

/** Refused there: the agent's container ends with the job, and its files with it. */
function warnOfBackup({ project, warn }: RuleContext): void {
  if (!project.backup?.to.startsWith('file:')) return;
  const hint = 'use s3://bucket/prefix, or remove it and run `millrace backup --to file:/folder` yourself';
  warn(['backup', 'to'], 'is a folder of a workstation: the nightly job of Jenkins fails with it', hint);
}

function warnOfReuse({ project, warn }: RuleContext): void {
  if (project.reuse !== 'branches' || project.registry !== 'own') return;
  const message = 'is of no use with the project’s own registry, which only the trusted branch can write to';
  warn(['reuse'], message, 'name another one as registry: { url: …, credential: ID }, or remove it', 'key');
}

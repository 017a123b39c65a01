import {
  ADMIN_PASSWORD,
  AGENT_KEY,
  CASC_FILE,
  EXECUTORS,
  HOST_PUBLIC_KEY,
  JENKINS_STACK,
  SEED_USER,
  SERVICE_PASSWORD,
  SERVICE_USER,
  agentServices,
  credentialMount,
} from '../model/jenkins/hosting-stack.ts';
import type { Project } from '../model/project/project.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import { cascJobs } from './casc-jobs.ts';
import { DELIVER } from '../model/jenkins-items.ts';
import type { Fill } from './templates.ts';

/**
 * The controller's configuration as code, where the project has the stack that holds its Jenkins. It agrees with what
 * a Jenkins accepted (test/fixtures/real-jenkins/casc.json); what JCasC lets pass in silence is checked before, by
 * load/rules.
 */
export function renderCasc(project: Project, fill: Fill): RenderedFiles {
  if (!project.stacks[JENKINS_STACK]) return new Map();
  const location = locationOf(project);
  const mailer = mailerOf(project);
  return new Map([
    [
      CASC_FILE,
      fill('casc.yaml', {
        systemMessage: `${project.project}: configured by ${CASC_FILE} of its repository.`,
        users: usersOf(project),
        seedUser: SEED_USER,
        grants: grantsOf(project),
        agents: agentsOf(project),
        agentKeyFile: AGENT_KEY.path,
        hostKeys: (project.scm.host_keys ?? []).join('\n'),
        unclassified: location !== false || mailer !== false,
        location,
        mailer,
        jobs: cascJobs(project, fill),
      }),
    ],
  ]);
}

function usersOf({ jenkins }: Project): object[] {
  return [
    ...jenkins.admins.map((id) => ({ id, passwordFile: ADMIN_PASSWORD.path })),
    { id: SERVICE_USER, passwordFile: SERVICE_PASSWORD.path },
  ];
}

/**
 * The CLI's user sees jobs, starts the seed job, and lets Jenkins come to rest before its controller is replaced. For
 * that Jenkins asks for Overall/Manage, which the image switches on (jenkins.security.ManagePermission); the
 * alternative, Overall/Administer, could read every credential.
 */
const SERVICE_PERMISSIONS = ['Overall/Read', 'Overall/Manage', 'Job/Read', 'Job/Build'];
/** Credentials of its folder are had by Job/Configure, which holds Credentials/UseItem. */
const SEED_PERMISSIONS = [
  'Overall/Read',
  'Agent/Build',
  ...['Create', 'Configure', 'Delete', 'Read'].map((name) => `Job/${name}`),
  ...['Create', 'Configure', 'Delete', 'Read'].map((name) => `View/${name}`),
];

function grantsOf({ jenkins }: Project): object[] {
  return [
    ...jenkins.admins.map((name) => ({ name, permissions: ['Overall/Administer'] })),
    { name: SERVICE_USER, permissions: SERVICE_PERMISSIONS },
    { name: SEED_USER, permissions: SEED_PERMISSIONS },
  ];
}

const DESCRIPTIONS = {
  build: 'Builds and tests what branches hold; may deploy nothing.',
  deploy: 'Publishes and deploys, for the trusted branch only.',
} as const;

function agentsOf({ project, jenkins }: Project): object[] {
  return agentServices(jenkins.agents).map(({ name, label }) => ({
    name,
    label,
    description: DESCRIPTIONS[label],
    executors: EXECUTORS[label],
    hostKeyFile: HOST_PUBLIC_KEY.path,
    deploys: label === 'deploy',
    // A project's name has no other character that means something to a regular expression.
    folderPattern: `^${project.replaceAll('.', '\\.')}/${DELIVER}/.*`,
    servicePasswordFile: SERVICE_PASSWORD.path,
  }));
}

/** Jenkins takes an address without the slash, and makes broken links of it. */
function locationOf({ jenkins, notify }: Project): { url: string; adminAddress: string } | false {
  const url = (jenkins.url ?? '').replace(/([^/])$/, '$1/');
  const adminAddress = jenkins.smtp?.from ?? notify?.mail?.[0] ?? '';
  return url !== '' || adminAddress !== '' ? { url, adminAddress } : false;
}

function mailerOf({ jenkins: { smtp } }: Project): object | false {
  if (!smtp) return false;
  return {
    host: smtp.host,
    port: String(smtp.port),
    ssl: smtp.tls === 'tls',
    starttls: smtp.tls === 'starttls',
    user: smtp.user ?? '',
    passwordFile: smtp.credential === undefined ? '' : credentialMount(smtp.credential).path,
  };
}

import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { CASC_FILE } from '../../generator/model/jenkins/hosting-stack.ts';
import { renderCasc } from '../../generator/render/render-casc.ts';
import { createTemplates } from '../../generator/render/templates.ts';
import { findUnknown } from './casc-shapes.ts';
import { projectOf } from './concrete-job-of.ts';

const fill = createTemplates(readPackageSources().templates);
const stacks = { jenkins: { file: 'jenkins.yml' } };

interface Casc {
  jenkins: {
    securityRealm: { local: { users: { id: string; password: string }[] } };
    authorizationStrategy: {
      globalMatrix: { entries: Record<string, { name: string; permissions: string[] }>[] };
    };
    nodes: { permanent: Record<string, unknown> & { name: string } }[];
  };
  security: { gitHostKeyVerificationConfiguration: unknown };
  unclassified?: Record<string, Record<string, unknown>>;
  jobs: { script: string }[];
}

const textOf = (fields: object = {}): string =>
  renderCasc(projectOf({ stacks, ...fields }), fill).get(CASC_FILE)!;
const cascOf = (fields: object = {}): Casc => load(textOf(fields)) as Casc;
const scriptOf = (fields: object): string => cascOf(fields).jobs[0]!.script;

/** Every field that the document can have. */
const FULL = {
  project: 'shop.eu',
  repository: 'ssh://deploy@git.example.com/shop.git',
  scm: { credential: 'git', push: 'push', host_keys: ['git.example.com ssh-ed25519 AAAA'] },
  registry: { url: 'registry.example.com', credential: 'registry' },
  aws: { region: 'eu-central-1', accounts: ['123456789012'], credential: 'aws' },
  jenkins: {
    url: 'https://ci.example.com/jenkins',
    admins: ['alice', 'bob'],
    agents: { build: 3, deploy: 2 },
    smtp: {
      host: 'smtp.example.com',
      port: 465,
      tls: 'tls',
      user: 'ci',
      credential: 'smtp',
      from: 'ci@example.com',
    },
  },
  notify: { slack: { credential: 'slack' }, mail: ['ops@example.com'] },
  jobs: {
    a: {
      environment: { A: { credential: 'token' }, B: 'plain' },
      steps: [{ sh: 'x', environment: { C: { credential: 'registry' }, D: { credential: 'git' } } }],
    },
  },
};

describe('the controller’s configuration', () => {
  test('is written where the project has the stack that holds its Jenkins, and only there', () => {
    expect([...renderCasc(projectOf({ stacks: { shop: { file: 'shop.yml' } } }), fill)]).toEqual([]);
    expect(textOf().split('\n')[0]).toContain('`millrace generate`');
  });

  test.each([
    ['of a project of two lines', {}],
    ['with all that it can have', FULL],
    ['with mail by other ways', { jenkins: { smtp: { host: 'h', tls: 'none' } } }],
  ])('has no key, shape or implementation that a real Jenkins was not seen to accept: %s', (_, fields) => {
    expect(findUnknown(cascOf(fields))).toEqual([]);
  });

  test.each([
    ['numExecutors: 0', 'numExecutorz: 0'],
    ['labelString:', 'labels:'],
    ['markupFormatter: plainText', 'markupFormatter: markdown'],
    ['regexNameRestriction:', 'regexRestriction:'],
    ['smtpHost:', 'smtpServer:'],
    ['"Job/Read"', '"Job/Reed"'],
    ['scope: SYSTEM', 'scope: FOLDER'],
    ['slaveAgentPort: -1', 'slaveAgentPort: "none"'],
  ])('would be found out with %s written %s', (right, wrong) => {
    const text = textOf(FULL);
    expect(text).toContain(right);
    expect(findUnknown(load(text.replaceAll(right, wrong)))).not.toEqual([]);
  });

  test('holds no secret: every value that is one comes from a file that the stack mounts', () => {
    const text = textOf(FULL);
    const values = [...text.matchAll(/^\s*(?:password|privateKey|passphrase|secret|key): (.*)$/gm)].map(
      (one) => one[1]!,
    );
    const secrets = values.filter((value) => !/^"(MILLRACE_\w+)?"$/.test(value));
    expect(secrets.length).toBeGreaterThan(6);
    const files = /^"\$\{(trim:\$\{)?readFile:\/run\/(secrets|configs)\/[a-z_.-]+\}\}?"$/;
    // No password has this hash: bcrypt would never give it.
    const nobody = /^"#jbcrypt:\$2a\$10\$\.{53}"$/;
    expect(secrets.filter((value) => !files.test(value) && !nobody.test(value))).toEqual([]);
  });

  test('asks for no variable but those files', () => {
    const variables = textOf({ ...FULL, repository: 'https://git.example.com/a$b.git' }).match(
      /\$\{(?!trim:\$\{readFile:|readFile:)/g,
    );
    expect(variables).toBeNull();
  });

  test('lets nobody without a login see anything, and gives each user what it needs', () => {
    const { entries } = cascOf(FULL).jenkins.authorizationStrategy.globalMatrix;
    const granted = entries
      .flatMap((entry) => Object.values(entry))
      .map(({ name, permissions }) => [name, permissions]);
    expect(granted).toEqual([
      ['alice', ['Overall/Administer']],
      ['bob', ['Overall/Administer']],
      ['millrace', ['Overall/Read', 'Overall/Manage', 'Job/Read', 'Job/Build']],
      [
        'seed',
        expect.arrayContaining(['Agent/Build', 'Job/Create', 'Job/Configure', 'Job/Delete', 'View/Create']),
      ],
      ['authenticated', ['Overall/Read', 'Job/Read', 'View/Read']],
    ]);
    expect(granted.flat(2)).not.toContain('anonymous');
  });

  test('has an agent for each service of the stack; those that deploy are for the trusted folder only', () => {
    const nodes = cascOf(FULL).jenkins.nodes.map(({ permanent }) => permanent);
    expect(nodes.map(({ name, numExecutors, labelString }) => [name, numExecutors, labelString])).toEqual([
      ['build-1', 1, 'build'],
      ['build-2', 1, 'build'],
      ['build-3', 1, 'build'],
      ['deploy-1', 2, 'deploy'],
      ['deploy-2', 2, 'deploy'],
    ]);
    const restriction = nodes[3]!['nodeProperties'] as { jobRestrictionProperty?: unknown }[];
    expect(restriction[0]).toEqual({
      jobRestrictionProperty: {
        jobRestriction: {
          regexNameRestriction: { regexExpression: '^shop\\.eu/deliver/.*', checkShortName: false },
        },
      },
    });
  });

  test('tells every agent that it is on a node, and only those that deploy where Jenkins is', () => {
    const variables = cascOf(FULL).jenkins.nodes.map(({ permanent }) => {
      const properties = permanent['nodeProperties'] as { envVars?: { env: { key: string }[] } }[];
      return properties.flatMap(({ envVars }) => (envVars?.env ?? []).map(({ key }) => key));
    });
    const deploys = ['MILLRACE_ON_NODE', 'MILLRACE_JENKINS', 'MILLRACE_JENKINS_PASSWORD_FILE'];
    const builds = ['MILLRACE_ON_NODE'];
    expect(variables).toEqual([builds, builds, builds, deploys, deploys]);
    expect(cascOf(FULL).jenkins.nodes[0]!.permanent['nodeProperties']).toHaveLength(1);
  });

  test('writes the address with the slash that Jenkins does not ask for', () => {
    expect(cascOf(FULL).unclassified!['location']!['url']).toBe('https://ci.example.com/jenkins/');
    expect(cascOf({ jenkins: { url: 'https://ci.example.com/' } }).unclassified!['location']!['url']).toBe(
      'https://ci.example.com/',
    );
    expect(cascOf().unclassified).toBeUndefined();
  });

  test('sends mail as project.yaml says', () => {
    expect(cascOf(FULL).unclassified).toEqual({
      location: { url: 'https://ci.example.com/jenkins/', adminAddress: 'ci@example.com' },
      mailer: {
        smtpHost: 'smtp.example.com',
        smtpPort: '465',
        useSsl: true,
        useTls: false,
        charset: 'UTF-8',
        authentication: {
          username: 'ci',
          password: '${trim:${readFile:/run/secrets/jenkins_credential_smtp}}',
        },
      },
    });
  });

  test('believes only the host keys that the project names', () => {
    expect(cascOf(FULL).security.gitHostKeyVerificationConfiguration).toEqual({
      sshHostKeyVerificationStrategy: {
        manuallyProvidedKeyVerificationStrategy: { approvedHostKeys: 'git.example.com ssh-ed25519 AAAA' },
      },
    });
  });
});

describe('the script that the controller runs at its start', () => {
  /** The credentials of each folder, in order: kind and id. */
  const credentialsOf = (fields: object): Record<string, string[][]> => {
    const found: Record<string, string[][]> = {};
    for (const part of scriptOf(fields).split(/^(?=folder\(|pipelineJob\()/m)) {
      const folder = /^folder\('(.*)'\)/.exec(part)?.[1];
      if (folder === undefined) continue;
      const written = part.matchAll(
        /(usernamePassword|basicSSHUserPrivateKey|stringCredentialsImpl) \{\s+scope\('GLOBAL'\)\s+id\('(.*)'\)/g,
      );
      found[folder] = [...written].map(([, kind, id]) => [kind!, id!]);
    }
    return found;
  };

  test('gives each folder the credentials that its jobs name, of the kind that they are used as', () => {
    expect(credentialsOf(FULL)).toEqual({
      'shop.eu': [['basicSSHUserPrivateKey', 'git']],
      'shop.eu/deliver': [
        ['usernamePassword', 'aws'],
        ['basicSSHUserPrivateKey', 'push'],
        ['usernamePassword', 'registry'],
        ['stringCredentialsImpl', 'slack'],
        ['stringCredentialsImpl', 'token'],
      ],
    });
    expect(scriptOf(FULL)).toContain("username('deploy')");
  });

  test('takes a login for a repository by HTTPS, and keeps an id that all may see in one folder', () => {
    const fields = { repository: 'https://git.example.com/a.git', scm: { credential: 'git', push: 'git' } };
    expect(credentialsOf(fields)).toEqual({ shop: [['usernamePassword', 'git']], 'shop/deliver': [] });
  });

  test('reads no file where there is no credential', () => {
    expect(scriptOf({})).not.toMatch(/new File|read\(|login\(/);
  });

  test('runs the seed job as its own user, from the trusted branch', () => {
    const seed = scriptOf({ ...FULL, branch: 'trunk' }).split("pipelineJob('shop.eu/deliver/seed')")[1]!;
    expect(seed).toMatch(/specificUsersAuthorizationStrategy \{\s+userid\('seed'\)/);
    expect(seed).toContain("branch('refs/heads/trunk')");
    expect(seed).toContain("scriptPath('jenkins/seed.Jenkinsfile')");
  });
});

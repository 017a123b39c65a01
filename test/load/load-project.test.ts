import { describe, expect, test } from '@jest/globals';
import { loadProject } from '../../generator/load/load-project.ts';
import { repositoryOf, problemsOf, warningsOf } from './repository.ts';
import { SAMPLE_FILES, SAMPLE_PROJECT } from './sample-project.ts';

function load(projectYaml: string, more: Readonly<Record<string, string>> = {}) {
  const result = loadProject(
    repositoryOf({ Dockerfile: 'FROM scratch\n', ...more, 'project.yaml': projectYaml }),
  );
  expect(result.problems).toEqual([]);
  return result.loaded!;
}

describe('a whole project', () => {
  test('the sample of the design is accepted word for word', () => {
    const { project, jobs } = load(SAMPLE_PROJECT, SAMPLE_FILES);
    expect(project.aws).toEqual({ region: 'us-west-1', accounts: ['123456789012'] });
    expect(project.infrastructure['cluster']!.variables).toEqual({
      instance_type: 't3.medium',
      nodes: 3,
      ssh_from: ['203.0.113.0/24'],
    });
    expect(jobs.map(({ name }) => name)).toEqual(['prune', 'nightly']);
    expect(project.notify).toEqual({
      slack: { credential: 'slack-webhook' },
      mail: ['ops@example.com'],
      on: ['failure', 'fixed'],
    });
  });

  test('its graph comes from the files: FROM, image:, amis: and on:', () => {
    const { graph } = load(SAMPLE_PROJECT, SAMPLE_FILES);
    expect(
      [...graph.values()].map(({ id, content, order, externals }) => [id, content, order, externals]),
    ).toEqual([
      ['ami:cluster-node', [], [], []],
      ['image:api', [], [], ['debian:bookworm-slim']],
      ['image:jenkins', [], [], ['jenkins/jenkins:2.541.3-lts']],
      ['infrastructure:cluster', ['ami:cluster-node'], [], []],
      ['jobs:shop', [], [], []],
      ['stack:shop', ['image:api', 'image:jenkins'], ['infrastructure:cluster'], ['redis:7']],
    ]);
  });

  test('two lines are a valid project, and the rest has defaults', () => {
    const { project } = load('project: shop\nimages: { web: { context: . } }\n');
    expect(project).toMatchObject({
      branch: 'main',
      registry: 'own',
      reuse: 'none',
      scm: { kind: 'git', forks: false },
      jenkins: { admins: ['admin'], agents: { build: 1, deploy: 1 }, memory: '2g' },
      retention: { commits: 50, days: 30 },
      jobs: {},
    });
  });

  test('every further field of the design is accepted', () => {
    const { project, jobs } = load(FURTHER_FIELDS, {
      ...SAMPLE_FILES,
      'services/api/Dockerfile': 'FROM debian:12 AS run\n',
      'stacks/shop.yml': 'services: { api: { image: shop/api } }\n',
      'hosts.ini': '',
      'shared/x': '',
    });
    expect(project.images['api']).toEqual({
      context: 'services/api/',
      dockerfile: 'Dockerfile',
      target: 'run',
      args: { VERSION: '1.10', LEVEL: 3, DEBUG: true },
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      test: ['npm', 'test'],
      inputs: ['shared'],
    });
    expect(
      jobs.filter(({ entry }) => entry === 'check').map(({ name, environment }) => [name, environment]),
    ).toEqual([
      ['check-a-1', { ZONE: 'a', N: '1', DEEP: 'a' }],
      ['check-a-2', { ZONE: 'a', N: '2', DEEP: 'a' }],
      ['check-b-1', { ZONE: 'b', N: '1', DEEP: 'b' }],
      ['check-b-2', { ZONE: 'b', N: '2', DEEP: 'b' }],
    ]);
  });

  test.each([
    ['a URL', 'https://a.example.com/health'],
    ['a mapping', '{ url: "https://a.example.com", status: 204, within: 30s }'],
    ['a list of both', '[https://a.example.com, { url: "http://b.example.com:8080/x" }]'],
  ])('health may be %s', (_, health) => {
    const stacks = `stacks: { shop: { file: shop.yml, health: ${health} } }\n`;
    load(`project: shop\n${stacks}`, { 'shop.yml': 'services: { a: { image: redis:7 } }\n' });
  });
});

const FURTHER_FIELDS = `
project: shop
repository: git@github.com:acme/shop.git
scm: { kind: github, credential: git, forks: true }
registry: { url: "https://registry.example.com:5000/team", credential: registry }
reuse: branches
aws: { region: us-gov-west-1, accounts: ["012345678901"] }
mirrors: { docker.io: mirror.example.com }
images:
  api:
    context: services/api/
    dockerfile: Dockerfile
    target: run
    args: { VERSION: "1.10", LEVEL: 3, DEBUG: true }
    platforms: [linux/amd64, linux/arm64/v8]
    test: [npm, test]
    inputs: [shared]
amis:
  node: { template: packer/cluster-node.pkr.hcl, source: { owner: self, name: "x-*", architecture: arm64 },
          variables: { price: 1.50, list: [1, {a: null}] }, inputs: [ansible] }
infrastructure:
  old: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, hosts: hosts.ini, replace: recreate }
stacks:
  shop: { file: stacks/shop.yml, on: old, variables: { TAG: x }, health: https://shop.example.com }
jobs:
  plain:
    description: "a\\nb"
    schedule: "TZ=Europe/Berlin\\nH H(0-3) * * 1-5"
    steps:
      - sh: ./a.sh
      - { name: Second, sh: "./b.sh\\n./c.sh", environment: { TOKEN: { credential: token }, LEVEL: 3 } }
    environment: { USER_NAME: x, KEY: { credential: key } }
    parameters:
      WHO: { default: nobody, description: who }
      SURE: { type: boolean, default: true }
      SIZE: { type: choice, choices: [small, 2, true] }
      NOTE: { type: text }
    agent: linux && !windows
    timeout: 90s
    retry: 3
    artifacts: [out/**, "*.log"]
    junit: "**/TEST-*.xml"
    disabled: true
  dry: { run: prune --dry-run }
  drift: { run: drift, schedule: "@daily" }
  refresh: { run: refresh }
  check:
    template: check-{zone}-{n}
    for: { zone: [a, b], n: 1..2 }
    environment: { DEEP: "{zone}" }
    steps: [ { sh: ./check.sh } ]
`;

describe('words that are kept for later', () => {
  test.each(['terraform', 'fargate', 'parts', 'releases'])('%s is refused as not yet supported', (word) => {
    expect(problemsOf(`project: shop\n${word}: {}\nimages:\n  web: { context: ., ${word}: x }\n`)).toEqual([
      `project.yaml:2:1  ${word}: is reserved: not yet supported; remove it`,
      `project.yaml:4:22  images.web.${word}: is reserved: not yet supported; remove it`,
    ]);
  });
});

test('a number that would reach Docker in another spelling is refused', () => {
  expect(
    problemsOf('project: shop\nimages: { web: { context: ., args: { VERSION: 1.10, LEVEL: 1.5 } } }\n'),
  ).toEqual([
    'project.yaml:2:47  images.web.args.VERSION: 1.10 is read as the number 1.1; quote it if it is text: "1.10"',
  ]);
});

describe('a backup goes', () => {
  test.each(['s3://b', 's3://shop-backups/jenkins/', 'file:/srv/backups', 'file:///srv'])('to %s', (to) => {
    expect(load(`project: shop\nbackup: { to: "${to}" }\n`).project.backup).toEqual({ to });
  });

  test.each([
    's3:///x',
    's3://b?region=x',
    'file:x',
    'file://host/x',
    'ssh://a.example.com/x',
    'a.example.com:/x',
  ])('nowhere else, such as %s', (to) => {
    expect(problemsOf(`project: shop\nbackup: { to: "${to}" }\n`)).toEqual([
      `project.yaml:2:15  backup.to: expected s3://bucket/prefix or file:/folder, found "${to}"`,
    ]);
  });
});

describe('fields with nothing behind them', () => {
  test('are empty where a mapping or list stands', () => {
    const { project } = load(
      'project: shop\nimages:\namis:\ninfrastructure:\nstacks:\njobs:\nscm:\njenkins:\nretention:\nssh_keys:\nmirrors:\n',
    );
    expect(project).toMatchObject({ images: {}, amis: {}, jobs: {}, ssh_keys: [], mirrors: {} });
    expect(project.jenkins.memory).toBe('2g');
  });

  test('below are empty too, and what is needed there is missing', () => {
    expect(
      problemsOf('project: shop\naws:\nimages:\n  web:\n  api: { context: ., args: , target: }\nbranch:\n'),
    ).toMatchInlineSnapshot(`
     [
       "project.yaml:2:1  aws.accounts: is missing; expected a list",
       "project.yaml:2:1  aws.region: is missing; expected text",
       "project.yaml:4:3  images.web.context: is missing; expected text",
       "project.yaml:5:30  images.api.target: expected text, found nothing",
       "project.yaml:6:1  branch: expected text, found nothing",
     ]
    `);
  });
});

test('everything that is wrong is reported in one run, in the order of a reader', () => {
  expect(
    problemsOf(MANY_MISTAKES, {
      'a/Dockerfile': 'FROM shop/b\n',
      'b/Dockerfile': 'FROM debian:12\nCOPY --from=shop/a /x /x\n',
      'c/Dockerfile': 'FROM shop/bse\n',
      'ci/Dockerfile': 'FROM jenkins/jenkins:2.541.3\n',
      'ci/plugins.txt': '# ours\ngit:5.7.0\n  matrix-auth\n',
    }),
  ).toMatchInlineSnapshot(`
   [
     "c/Dockerfile:1:6  there is no image "bse" in project.yaml; one of: a, b, c, ci, d",
     "ci/plugins.txt:3:3  plugin "matrix-auth" is not pinned: expected id:version, found "matrix-auth"; name its exact version",
     "project.yaml:3:13  repository: holds a password or token; remove it and name a credential instead",
     "project.yaml:4:38  aws.accounts[0]: expected text, found 012345678901; quote it: "012345678901"",
     "project.yaml:6:3  images.a: needs itself: image:a -> image:b -> image:a; take one of these references out",
     "project.yaml:8:20  images.c.contxt: is not a field; did you mean "context"?",
     "project.yaml:10:17  images.d.context: expected a directory, found none at "d"; paths are relative to project.yaml and stay inside the repository",
     "project.yaml:11:3  images.Api: expected a name of lower-case letters and digits, with single dots, underscores or dashes between (at most 62), found "Api"; for example "api"",
     "project.yaml:12:18  images.up.context: expected a path inside the repository, found "../up"; paths cannot go upwards (..)",
     "project.yaml:13:3  images.up: "up" is given twice; it is also on line 12; keep one",
     "project.yaml:14:19  images.abs.context: expected a path relative to project.yaml, found "/abs"; remove what comes before the repository",
     "project.yaml:16:16  stacks.web.file: expected a file, found none at "stacks/web.yml"; paths are relative to project.yaml and stay inside the repository",
     "project.yaml:16:36  stacks.web.on: there is no infrastructure "clutser"; did you mean "cluster"?",
     "project.yaml:20:24  jobs.nightly.schedule: is not a schedule that Jenkins accepts: line 1:4: 25 is an invalid value. Must be within 0 and 23; for example "H 3 * * *"",
     "project.yaml:21:19  jobs.agent.agent: is not a label expression that Jenkins accepts: line 1:4: found the end, expected '!', '(', a label or a quoted label; for example "build" or "linux && docker"",
     "project.yaml:22:3  jobs."a/b": is not a job name that Jenkins accepts: ‘/’ is an unsafe character",
     "project.yaml:23:3  jobs.Nightly: has the same name in Jenkins as the entry "nightly"; case does not tell names apart: choose another one",
     "project.yaml:24:30  jobs.many.for: makes 20000 jobs; expected at most 10000; look at the ranges",
     "project.yaml:25:21  jobs.zone.template: there is no variable "zoen" in for; did you mean "zone"?",
     "project.yaml:26:49  jobs.bound.environment.class: "class" is a word of Groovy, so that a pipeline cannot bind a credential to it; for example CLASS",
     "project.yaml:27:41  jobs.retry.retry: expected a number, found "many"",
     "project.yaml:28:1  terraform: is reserved: not yet supported; remove it",
   ]
  `);
});

const MANY_MISTAKES = `millrace: 0.1.0
project: shop
repository: https://me:secret@git.example.com/shop.git
aws: { region: us-west-1, accounts: [012345678901] }
images:
  a: { context: a }
  b: { context: b }
  c: { context: c, contxt: c }
  ci: { context: ci }
  d: { context: d }
  Api: { context: . }
  up: { context: ../up }
  up: { context: ../up }
  abs: { context: /abs }
stacks:
  web: { file: stacks/web.yml, on: clutser }
infrastructure:
  cluster: { deploy: play.yml, destroy: play.yml }
jobs:
  nightly: { schedule: "H 25 * * *", steps: [ { sh: ./n.sh } ] }
  agent: { agent: "a &&", steps: [ { sh: x } ] }
  a/b: { steps: [ { sh: x } ] }
  Nightly: { steps: [ { sh: x } ] }
  many: { template: "m-{x}", for: { x: 1..20000 }, steps: [ { sh: x } ] }
  zone: { template: "z-{zoen}", for: { zone: [a] }, steps: [ { sh: x } ] }
  bound: { steps: [ { sh: x } ], environment: { class: { credential: x } } }
  retry: { steps: [ { sh: x } ], retry: many }
terraform: {}
`;

test('a project without a repository is told that its jobs have nothing to clone', () => {
  expect(warningsOf('project: shop\nimages: { web: { context: . } }\n')[0]).toBe(
    'project.yaml:1:1  project: there is no `repository:`, so that the generated jobs have no address to clone from; add repository: https://…',
  );
});

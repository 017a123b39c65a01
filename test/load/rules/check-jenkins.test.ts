import { describe, expect, test } from '@jest/globals';
import { hostingStack } from '../hosting-stack.ts';
import { problemsOf, warningsOf } from '../repository.ts';

function say(of: typeof warningsOf, lines: readonly string[], credentials: readonly string[]): string[] {
  const project = ['project: shop', 'stacks: { jenkins: { file: jenkins.yml } }', ...lines].join('\n');
  const said = of(`${project}\n`, { 'jenkins.yml': hostingStack({ credentials }) });
  return said
    .map((line) => line.replace(/^project\.yaml:\d+:\d+ +/, ''))
    .filter((line) => !/no `repository:`|have no pin|has no pin/.test(line));
}
const problems = (lines: readonly string[], ...credentials: string[]): string[] =>
  say(problemsOf, lines, credentials);
const warnings = (lines: readonly string[], ...credentials: string[]): string[] =>
  say(warningsOf, lines, credentials);

const HTTPS = 'repository: https://git.example.com/a.git';
const SSH = 'repository: git@git.example.com:a.git';

describe('users of Jenkins', () => {
  test.each(['millrace', 'Seed', 'anonymous', 'authenticated', 'SYSTEM'])('%s is no person', (name) => {
    expect(problems([`jenkins: { admins: [alice, ${name}] }`])).toEqual([
      `jenkins.admins[1]: "${name}" is no name for a person here; choose another one`,
    ]);
  });
  test('are not told apart by case, as Jenkins does not', () => {
    expect(problems(['jenkins: { admins: [alice, bob, Alice] }'])).toEqual([
      'jenkins.admins[2]: "Alice" is the same user as "alice"; remove one of them',
    ]);
  });
});

describe('credentials', () => {
  test('are of one kind each', () => {
    const lines = [
      HTTPS,
      'scm: { credential: a }',
      'notify: { slack: { credential: a } }',
      'jenkins: { url: https://a.example.com }',
    ];
    expect(problems(lines, 'a')).toEqual([
      'notify.slack.credential: "a" is a secret text here, and user and password as scm.credential; use two ids',
    ]);
  });
  test('may be used twice as the same kind, and by jobs as any', () => {
    const job = 'jobs: { j: { environment: { A: { credential: a } }, steps: [ { sh: x } ] } }';
    const registry = 'registry: { url: registry.example.com, credential: a }';
    expect(problems([HTTPS, 'scm: { push: a }', registry, job], 'a')).toEqual([]);
    expect(problems([SSH, 'scm: { push: a }', registry], 'a')).toEqual([
      'registry.credential: "a" is user and password here, and an SSH key as scm.push; use two ids',
    ]);
  });
  test('that may push are better not seen by branches', () => {
    expect(warnings([HTTPS, 'scm: { credential: a, push: a }'], 'a')).toEqual([
      'scm.push: is seen by branches too, as scm.credential: whoever may push a branch may use it; name one that only reads as scm.credential',
    ]);
  });
});

describe('the access key for AWS', () => {
  const aws = (id: string): string =>
    `aws: { region: eu-central-1, accounts: ["123456789012"], credential: ${id} }`;

  test('is a login, which the stack mounts as any credential', () => {
    expect(problems([aws('a')], 'a')).toEqual([]);
    expect(problems([aws('a')]).join()).toContain('jenkins_credential_a');
    expect(problems([aws('a'), 'notify: { slack: { credential: a } }'], 'a').join()).toMatch(
      /"a" is a secret text here, and user and password as aws\.credential|user and password here, and a secret text/,
    );
  });
  test('is missed where pipelines have to do with AWS', () => {
    const none = 'aws: { region: eu-central-1, accounts: ["123456789012"] }';
    const cluster = 'infrastructure: { cluster: { deploy: a.yml, destroy: b.yml } }';
    const missed = expect.stringMatching(/^aws: names no credential, so pipelines can plan, bake and deploy/);
    expect(warnings([none, cluster])).toContainEqual(missed);
    expect(warnings([none])).not.toContainEqual(missed);
    expect(warnings([aws('a'), cluster], 'a')).not.toContainEqual(missed);
  });
  test('is nothing that branches see', () => {
    expect(problems([HTTPS, aws('a'), 'scm: { credential: a }'], 'a')).toEqual([
      'aws.credential: is seen by branches too, as scm.credential: whoever may push a branch could use the key; use two ids',
    ]);
  });
});

describe('images that branches publish', () => {
  const registry = 'registry: { url: registry.example.com, credential: a }';

  test('need a registry that branches can write to', () => {
    const none = expect.stringMatching(/^reuse: is of no use with the project’s own registry/);
    expect(warnings(['reuse: branches'])).toContainEqual(none);
    expect(warnings(['reuse: branches', registry], 'a')).not.toContainEqual(none);
    expect(warnings(['reuse: none'])).not.toContainEqual(none);
  });
  test('make of its credential one that branches see', () => {
    const aws = 'aws: { region: eu-central-1, accounts: ["123456789012"], credential: a }';
    expect(problems([registry, aws], 'a')).toEqual([]);
    expect(problems([registry, aws, 'reuse: branches'], 'a').join()).toContain(
      'is seen by branches too, as registry.credential',
    );
  });
});

describe('mail', () => {
  test('needs both halves of a login', () => {
    expect(problems(['jenkins: { smtp: { host: h, user: a } }'])).toEqual([
      'jenkins.smtp.user: needs credential beside it; a login is a user and the credential that is its password',
    ]);
    expect(problems(['jenkins: { smtp: { host: h, credential: a } }'], 'a')).toEqual([
      'jenkins.smtp.credential: needs user beside it; a login is a user and the credential that is its password',
    ]);
  });
  test('needs a server, and an address for its links', () => {
    expect(warnings([HTTPS, 'notify: { mail: [a@example.com] }'])).toEqual([
      'notify: the links in messages lead nowhere; add jenkins.url: https://…, the address that people use',
      'notify.mail: Jenkins knows no server to send mail by; add jenkins.smtp: { host: smtp.example.com }',
    ]);
    const both = 'jenkins: { url: https://a.example.com, smtp: { host: h } }';
    expect(warnings([HTTPS, both, 'notify: { mail: [a@example.com] }'])).toEqual([]);
  });
});

describe('a repository by SSH', () => {
  const keys = '["git.example.com ssh-ed25519 AAAAC3Nz"]';
  test('is better known by its host keys', () => {
    expect(warnings([SSH, 'scm: { credential: a }'], 'a')).toEqual([
      'repository: its host keys are not named: Jenkins believes the first that it sees; list them in scm.host_keys: ["HOST ssh-ed25519 AAAA…"]',
    ]);
    expect(warnings([SSH, `scm: { credential: a, host_keys: ${keys} }`], 'a')).toEqual([]);
  });
  test('serves no GitHub interface', () => {
    const github = `scm: { kind: github, credential: a, host_keys: ${keys} }`;
    expect(warnings(['repository: git@github.com:a/b.git', github], 'a')).toEqual([
      'repository: GitHub’s interface takes a user and token, and this address an SSH key; write https://HOST/OWNER/NAME.git',
    ]);
  });
});

test('a backup to a folder is none that Jenkins can make', () => {
  expect(warnings(['backup: { to: "file:/srv/backups" }'])).toEqual([
    'backup.to: is a folder of a workstation: the nightly job of Jenkins fails with it; use s3://bucket/prefix, or remove it and run `millrace backup --to file:/folder` yourself',
  ]);
  expect(warnings(['backup: { to: "s3://bucket/shop" }'])).toEqual([]);
});

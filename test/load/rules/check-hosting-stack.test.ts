import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { hostingStack } from '../hosting-stack.ts';
import type { HostingStackText } from '../hosting-stack.ts';
import { problemsOf, warningsOf } from '../repository.ts';

const PROJECT = [
  'project: shop',
  'repository: https://git.example.com/shop.git',
  'scm: { credential: git }',
  'registry: { url: registry.example.com, credential: push }',
  'jenkins: { agents: { build: 2, deploy: 1 }, memory: 2g }',
  'stacks: { jenkins: { file: stacks/jenkins.yml } }',
].join('\n');
const GOOD: Partial<HostingStackText> = { build: 2, credentials: ['git', 'push'] };
const good = hostingStack(GOOD).replace('./jenkins/casc.yaml', '../jenkins/casc.yaml');

/** What `validate` says of the stack file, without its name. */
function problems(stack: string, project = PROJECT): string[] {
  return problemsOf(`${project}\n`, { 'stacks/jenkins.yml': stack }).map((line) =>
    line.replace(/^stacks\/jenkins\.yml:\d+:\d+ +/, ''),
  );
}
const warnings = (stack: string): string[] =>
  warningsOf(`${PROJECT}\n`, { 'stacks/jenkins.yml': stack })
    .map((line) => line.replace(/^stacks\/jenkins\.yml:\d+:\d+ +/, ''))
    .filter((line) => !line.includes('no pin'));
/** The file without the lines that hold a text. */
const without = (text: string): string =>
  good
    .split('\n')
    .filter((line) => !line.includes(text))
    .join('\n');

describe('the stack of Jenkins', () => {
  test('is good where it agrees with project.yaml, whatever else it has', () => {
    expect(problems(good)).toEqual([]);
    expect(problems(good.replace('services:', 'services:\n  cache: { image: redis:7 }'))).toEqual([]);
  });

  test('is good as it is shipped', () => {
    const shipped = readFileSync(new URL('../../../stacks/jenkins.yml', import.meta.url), 'utf8');
    const project = PROJECT.replace('credential: git }', 'credential: git, push: git-push }').replace(
      /registry.*\n/,
      '',
    );
    const files = { 'stacks/jenkins.yml': shipped.replaceAll('millrace/', 'example.com/') };
    const aws = 'aws: { region: eu-central-1, accounts: ["123456789012"], credential: aws }';
    expect(problemsOf(`${project}\n${aws}\n`, files)).toEqual([]);
  });

  test('is looked at only under its name', () => {
    expect(
      problemsOf('project: shop\nstacks: { ci: { file: stacks/jenkins.yml } }\n', {
        'stacks/jenkins.yml': 'services: { controller: { image: redis } }\n',
      }),
    ).toEqual([]);
  });

  test('has a controller, or is none of Millrace: that is warned of', () => {
    const own = 'services: { jenkins: { image: "redis:7" } }';
    expect(problems(own)).toEqual([]);
    expect(warnings(own)).toEqual([
      "there is no service controller, which is Jenkins itself; name Jenkins' own service controller, or give the stack another name than jenkins",
    ]);
  });

  test('has the agents that jenkins.agents says, each a task of its own', () => {
    const agents = (build: number, deploy: number): string =>
      PROJECT.replace('build: 2, deploy: 1', `build: ${build}, deploy: ${deploy}`);
    expect(problems(good, agents(3, 2))).toEqual([
      'there is no service build-3; jenkins.agents.build is 3; write it as build-1 stands, or set jenkins.agents.build',
      'there is no service deploy-2; jenkins.agents.deploy is 2; write it as deploy-1 stands, or set jenkins.agents.deploy',
    ]);
    expect(problems(good, agents(1, 1))).toEqual([
      'Jenkins does not know the agent build-2; jenkins.agents.build is 1; raise jenkins.agents.build, or take the service out',
    ]);
    expect(problems(good.replaceAll('deploy: {', 'deploy: { replicas: 2,'))).toEqual([
      'the service controller: expected one task, found replicas: 2; write replicas: 1',
      ...['build-1', 'build-2', 'deploy-1'].map(
        (name) =>
          `the service ${name}: expected one task, found replicas: 2; write replicas: 1; another agent is another service`,
      ),
    ]);
  });

  test.each([
    [
      'source: jenkins_admin_password',
      'secrets',
      '{ source: jenkins_admin_password, uid: "1000", gid: "1000", mode: 0400 }',
    ],
    [
      'source: jenkins_credential_push',
      'secrets',
      '{ source: jenkins_credential_push, uid: "1000", gid: "1000", mode: 0400 }',
    ],
    [
      'source: jenkins_agent_key',
      'secrets',
      '{ source: jenkins_agent_key, uid: "1000", gid: "1000", mode: 0400 }',
    ],
  ])('gives the controller %s', (line, section, mount) => {
    const name = line.replace('source: ', '');
    expect(problems(without(line))).toEqual([
      `the service controller: nothing mounts ${name} at /run/secrets/${name}; write under its ${section}: - ${mount}`,
    ]);
  });

  test('gives it the public host key, and each agent its own files', () => {
    expect(problems(without('target: /run/configs/jenkins_agent'))).toEqual([
      'the service controller: nothing mounts jenkins_agent_host_public_key at /run/configs/jenkins_agent_host_public_key; ' +
        'write under its configs: - { source: jenkins_agent_host_public_key, target: /run/configs/jenkins_agent_host_public_key }',
    ]);
    expect(problems(good.replaceAll('target: agent_host_key', 'target: host_key'))).toHaveLength(3);
    expect(problems(good.replaceAll('target: agent_host_key', 'target: host_key'))[0]).toBe(
      'the service build-1: nothing mounts jenkins_agent_host_key at /run/secrets/agent_host_key; ' +
        'write under its secrets: - { source: jenkins_agent_host_key, target: agent_host_key, mode: 0400 }',
    );
  });

  test('lets those read its files who have to, and of the host key nobody else', () => {
    const forRoot = good.replace('jenkins_agent_key, uid: "1000"', 'jenkins_agent_key, uid: "0"');
    expect(problems(forRoot)).toEqual([
      'the service controller: jenkins_agent_key: the user jenkins may not read it; write { source: jenkins_agent_key, uid: "1000", gid: "1000", mode: 0400 }',
    ]);
    expect(
      problems(
        good.replace(
          '{ source: jenkins_agent_key, uid: "1000", gid: "1000", mode: 0400 }',
          'jenkins_agent_key',
        ),
      ),
    ).toEqual([]);
    expect(problems(good.replaceAll('agent_host_key, mode: 0400', 'agent_host_key'))[0]).toContain(
      'sshd refuses a host key that others may read',
    );
  });

  test('takes secrets out of the Swarm, and no file of the repository', () => {
    expect(problems(without('  jenkins_agent_key: {'))).toEqual([
      'jenkins_agent_key is defined nowhere in the file; write under secrets: at the top of the file jenkins_agent_key: { external: true }',
    ]);
    const file = good.replace(
      'jenkins_credential_git: { external: true }',
      'jenkins_credential_git: { file: ./git }',
    );
    expect(problems(file)).toEqual([
      'jenkins_credential_git: a value out of the repository is none that Millrace made; write jenkins_credential_git: { external: true }; Millrace makes it in the Swarm',
    ]);
  });

  test('has no secret for a credential that project.yaml does not name', () => {
    expect(problems(good, PROJECT.replace(', credential: push', ''))).toEqual([
      'jenkins_credential_push: project.yaml names no credential "push"; name the credential there, or take the secret out',
    ]);
  });

  test('gives the controller what `generate` wrote', () => {
    const told = [
      'the service controller: no config gives it jenkins/casc.yaml, which says how it is configured; ' +
        'write configs: - { source: jenkins_casc, target: /run/casc/jenkins.yaml }, and at the top of the file configs: { jenkins_casc: { file: ../jenkins/casc.yaml } }',
    ];
    expect(problems(good.replace('../jenkins/casc.yaml', './casc.yaml'))).toEqual(told);
    expect(problems(good.replace('/run/casc/', '/etc/casc/'))).toEqual(told);
    expect(problems(good.replace('{ file: ../jenkins/casc.yaml }', '{ external: true }'))).toEqual(told);
  });

  test('may configure its Jenkins in a way of its own, and is then asked nothing else', () => {
    const own = without('jenkins_casc').replace('jenkins_agent_key, uid', 'mine, uid');
    expect(problems(own)).toEqual([]);
    expect(warnings(own)[0]).toMatch(/^the service controller: no config gives it jenkins\/casc\.yaml/);
  });

  test.each(['2G', '2g', '2048m', '2 GiB', '2147483648', '${MEMORY:-2gb}'])('takes %s for 2g', (written) => {
    expect(problems(good.replace('{ memory: 2G }', `{ memory: "${written}" }`))).toEqual([]);
  });

  test('gives the controller the memory of jenkins.memory, and each executor 1 GB at least', () => {
    expect(problems(good.replace('{ memory: 2G }', '{ memory: 3G }'))).toEqual([
      'the service controller: expected the memory limit 2g of jenkins.memory, found 3G; write deploy: { resources: { limits: { memory: 2G } } }',
    ]);
    expect(
      problems(good.replaceAll('{ memory: 2G }', '{ memory: 1G }'), PROJECT.replace('2g', '1g')),
    ).toEqual([
      'the service deploy-1 runs 2 builds at a time: expected a memory limit of at least 2G, found 1G; write deploy: { resources: { limits: { memory: 3G } } }',
    ]);
    expect(problems(good.replace(/ {4}deploy: .*\nconfigs/, 'configs'))[0]).toContain('there is none');
  });

  test('never has two controllers at one home', () => {
    const both = good.replace('    deploy: {', '    deploy: { update_config: { order: start-first },');
    expect(problems(both)).toEqual([
      'two controllers would share a home: expected stop-first; write update_config: { order: stop-first, failure_action: rollback }',
    ]);
  });

  test('is told where: in the file, at the line', () => {
    const [line] = problemsOf(`${PROJECT}\n`, {
      'stacks/jenkins.yml': without('source: jenkins_admin_password'),
    });
    expect(line).toMatch(/^stacks\/jenkins\.yml:2:3 /);
  });

  test.each([
    '',
    'services: 7',
    'services: { controller: 7 }',
    '- a',
    'services: { controller: { secrets: 7, configs: [7, [], {}], deploy: [] } }',
  ])('is told in words, and by no exception, of %j', (text) => {
    expect([...problems(text), ...warnings(text)].length).toBeGreaterThan(0);
  });
});

import { describe, expect, test } from '@jest/globals';
import { problemsOf } from '../repository.ts';

const AWS = 'aws: { region: us-west-1, accounts: ["123456789012"] }';
const AMI = 'template: play.yml, source: { owner: self, name: x }';
const PLAYBOOKS = 'deploy: play.yml, destroy: play.yml';

function problems(...lines: string[]): string[] {
  return problemsOf(`project: shop\n${lines.join('\n')}\n`).map((line) =>
    line.replace(/^project\.yaml:/, ''),
  );
}

describe('names of other entries', () => {
  test('an AMI that is not there is shown with the nearest one', () => {
    expect(
      problems(
        AWS,
        `amis: { node: { ${AMI} } }`,
        `infrastructure: { c: { ${PLAYBOOKS}, amis: [node, noed] } }`,
      ),
    ).toEqual(['4:74  infrastructure.c.amis[1]: there is no AMI "noed"; did you mean "node"?']);
  });
  test('an infrastructure that is not there too, also where its name is one of JavaScript', () => {
    const stack = 'stacks: { a: { on: constructor, file: stack.yml } }';
    expect(
      problemsOf(`project: shop\n${stack}\n`, { 'stack.yml': 'services: { a: { image: redis } }\n' }),
    ).toEqual(['project.yaml:2:20  stacks.a.on: there is no infrastructure "constructor"; there are none']);
  });
  test('an entry that is wrong itself is not called absent', () => {
    expect(
      problems(
        AWS,
        'amis: { node: { template: play.yml } }',
        `infrastructure: { c: { ${PLAYBOOKS}, amis: [node] } }`,
      ),
    ).toEqual(['3:9  amis.node.source: is missing; expected a mapping']);
  });
  test('a thousand that are not there are told in time', () => {
    const amis = Array.from({ length: 1000 }, (_, n) => `a${n}: { ${AMI} }`).join(', ');
    const names = Array.from({ length: 20_000 }, (_, n) => `b${n}`).join(', ');
    const before = process.cpuUsage();
    expect(
      problems(AWS, `amis: { ${amis} }`, `infrastructure: { c: { ${PLAYBOOKS}, amis: [${names}] } }`),
    ).toHaveLength(1000);
    expect(process.cpuUsage(before).user).toBeLessThan(40_000_000);
  });
});

describe('sections that need each other', () => {
  test.each([
    [
      `amis: { node: { ${AMI} } }`,
      '2:9  amis.node: an AMI needs `aws`; add aws: { region: REGION, accounts: ["123456789012"] }',
    ],
    [
      `infrastructure: { c: { ${PLAYBOOKS} } }`,
      '2:19  infrastructure.c: an infrastructure without hosts needs `aws`; add aws: { region: REGION, accounts: ["123456789012"] }',
    ],
    ['notify: { on: [failure] }', '2:1  notify: names nobody to notify; add slack: or mail:'],
    [
      'scm: { forks: true }',
      '2:15  scm.forks: needs `kind: github`; plain git knows no pull requests; set scm.kind, or remove forks',
    ],
    [
      'scm: { kind: github }',
      '1:1  repository: `scm.kind: github` needs https://HOST/OWNER/NAME, found none; add or correct repository:',
    ],
  ])('%s', (line, problem) => {
    expect(problems(line)).toEqual([problem]);
  });
  test('hosts and amis exclude each other', () => {
    const infrastructure = `infrastructure: { c: { ${PLAYBOOKS}, amis: [node], hosts: play.yml } }`;
    expect(problems(AWS, `amis: { node: { ${AMI} } }`, infrastructure)).toEqual([
      '4:75  infrastructure.c.hosts: cannot stand beside amis; existing hosts need no machine image: keep one of them',
    ]);
  });
  test('a repository that is refused is not called absent', () => {
    expect(problems('scm: { kind: github }', 'repository: https://me:x@github.com/a/b')).toEqual([
      '3:13  repository: holds a password or token; remove it and name a credential instead',
    ]);
  });
});

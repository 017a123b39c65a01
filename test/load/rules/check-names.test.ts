import { describe, expect, test } from '@jest/globals';
import { problemsOf } from '../repository.ts';

const AWS = 'aws: { region: us-west-1, accounts: ["123456789012"] }\n';
const AMI = '{ template: play.yml, source: { owner: self, name: x } }';

describe('names that are refused for where they end up', () => {
  test.each(['verify', 'deliver'])('a project called %s would hide a folder of its own', (name) => {
    expect(problemsOf(`project: ${name}\n`)).toEqual([
      `project.yaml:1:10  project: "${name}" is the name of a folder inside every project's folder; choose another name`,
    ]);
  });
  test('project and AMI have 62 characters together in EC2', () => {
    const yaml = (length: number): string => `project: shop\n${AWS}amis:\n  ${'a'.repeat(length)}: ${AMI}\n`;
    expect(problemsOf(yaml(58))).toEqual([]);
    expect(problemsOf(yaml(59))).toEqual([
      `project.yaml:4:3  amis.${'a'.repeat(59)}: the names of project and AMI are 63 characters together; EC2 leaves room for 62; shorten one of them`,
    ]);
  });
  test('a stack is part of the names of its services, which hold no dot', () => {
    const more = { 'stack.yml': 'services: { a: { image: redis } }\n' };
    expect(problemsOf('project: shop\nstacks:\n  my.shop: { file: stack.yml }\n', more)).toContain(
      'project.yaml:3:3  stacks."my.shop": is not a name that Docker accepts for a stack: its services cannot hold a dot; for example "my-shop"',
    );
  });
});

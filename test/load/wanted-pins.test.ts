import { expect, test } from '@jest/globals';
import { loadProject } from '../../generator/load/load-project.ts';
import { collectWantedPins } from '../../generator/load/wanted-pins.ts';
import type { MentionedPins } from '../../generator/load/wanted-pins.ts';
import { repositoryOf } from './repository.ts';

function collect(files: Record<string, string>): MentionedPins {
  const repository = repositoryOf(files);
  const { loaded, problems } = loadProject(repository);
  expect(problems).toEqual([]);
  return collectWantedPins(loaded!.project, loaded!.graph, repository);
}

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('every external of Dockerfiles and stack files, with the platforms that its images are built for', () => {
  const { images, mentions } = collect({
    'project.yaml': [
      'project: shop',
      'images:',
      '  api: { context: api, platforms: [linux/arm64, linux/amd64] }',
      '  web: { context: web, args: { TAG: "1.27" } }',
      'stacks: { shop: { file: stack.yml, variables: { REDIS: "7" } } }',
    ].join('\n'),
    'api/Dockerfile': `# syntax=docker/dockerfile:1\nFROM debian:12 AS base\nFROM base\nCOPY --from=tools:1 /a /a\n`,
    'web/Dockerfile':
      'ARG TAG=1\nFROM nginx:${TAG}\nCOPY --from=debian:12 /b /b\nCOPY --from=shop/api /c /c\n',
    'stack.yml': 'services:\n  cache: { image: "redis:${REDIS}" }\n  api: { image: shop/api }\n',
  });
  expect(Object.fromEntries(images)).toEqual({
    'docker/dockerfile:1': [],
    'debian:12': ['linux/amd64', 'linux/arm64'],
    'tools:1': ['linux/amd64', 'linux/arm64'],
    'nginx:1.27': ['linux/amd64'],
    'redis:7': [],
  });
  expect(mentions.get('nginx:1.27')).toMatchObject({ file: 'web/Dockerfile', line: 2 });
  expect(mentions.get('debian:12')).toMatchObject({ file: 'api/Dockerfile', line: 2 });
  expect(mentions.get('redis:7')).toMatchObject({ file: 'stack.yml', line: 2 });
});

test('a reference with a digest needs no pin, and a stage nobody needs neither', () => {
  const { images } = collect({
    'project.yaml': 'project: shop\nimages: { api: { context: api, target: small } }\n',
    'api/Dockerfile': `FROM debian:12@${DIGEST} AS small\nFROM unused:1 AS other\n`,
  });
  expect([...images]).toEqual([]);
});

test('a stage that says its own platform asks for none of the image’s', () => {
  const { images } = collect({
    'project.yaml': 'project: shop\nimages: { api: { context: api, platforms: [linux/arm64] } }\n',
    'api/Dockerfile': `FROM --platform=linux/amd64 golang:1 AS build\nFROM debian:12\nCOPY --from=build /a /a\n`,
  });
  expect(Object.fromEntries(images)).toEqual({ 'golang:1': [], 'debian:12': ['linux/arm64'] });
});

test('the source of every AMI, with the region', () => {
  const { amis, region } = collect({
    'project.yaml':
      'project: shop\naws: { region: eu-central-1, accounts: ["123456789012"] }\namis: { node: { template: t.pkr.hcl, source: { owner: "136693071363", name: "debian-12-*" } } }\n',
    't.pkr.hcl': '',
  });
  expect(region).toBe('eu-central-1');
  expect(amis.get('node')).toEqual({
    owner: '136693071363',
    name: 'debian-12-*',
    architecture: 'x86_64',
    virtualization: 'hvm',
    rootDevice: 'ebs',
  });
});

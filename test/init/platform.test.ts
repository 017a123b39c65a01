import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPlatformFiles } from '../../generator/adapters/platform-files.ts';
import { compareFiles, writeNewFiles } from '../../generator/adapters/write-new-files.ts';
import { draftProject } from '../../generator/init/draft-project.ts';
import { addToLook } from '../../generator/init/platform-file.ts';
import type { PlatformFile } from '../../generator/init/platform-file.ts';
import type { RepositoryLook } from '../../generator/init/repository-look.ts';
import { hostingStack } from '../load/hosting-stack.ts';
import { lookOf } from './look-of.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'));
  const play = '- hosts: localhost\n';
  const files = {
    'ansible/deploy.yml': play,
    'ansible/destroy.yml': play,
    'ansible/swarm_node.yml': play,
    'ansible/__pycache__/x.pyc': '',
    'packer/cluster-node.pkr.hcl': 'source "amazon-ebs" "node" {}\n',
    'jenkins-image/Dockerfile':
      'FROM debian:bookworm-slim AS controller\nFROM debian:bookworm-slim AS agent\n',
    'jenkins-image/entry.sh': '#!/bin/sh\n',
    'stacks/registry.yml': 'services:\n  registry:\n    image: registry:2.8.3\n',
    'stacks/jenkins.yml': hostingStack({
      image: 'redis:7',
      build: 2,
      credentials: ['aws', 'git', 'git-push'],
    })
      .replace('"redis:7"', 'millrace/jenkins-controller\n    command: ["millrace/stays"]')
      .replace('./jenkins/casc.yaml', '../jenkins/casc.yaml'),
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  chmodSync(join(folder, 'package/jenkins-image/entry.sh'), 0o755);
  mkdirSync(join(folder, 'mine'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  const full = join(folder, 'package', path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}
const platformFiles = () => readPlatformFiles('shop', join(folder, 'package'));
const draftWith = (look: RepositoryLook, files: readonly PlatformFile[]): string =>
  draftProject(addToLook(look, files), { version: '0.1.0', platform: files.map((file) => file.path) }).text;
const mine = (path: string): string => join(folder, 'mine', path);

describe('init --platform', () => {
  test('writes the platform into project.yaml, as far as its files are there', async () => {
    const look = lookOf({
      'api/Dockerfile': 'FROM debian:bookworm-slim\n',
      'stacks/shop.yml': 'services:\n  api:\n    image: shop/api\n',
    });
    const text = draftWith(look, await platformFiles());
    expect(text.split('\n').slice(3).join('\n')).toMatchInlineSnapshot(`
     "project: shop
     # repository: https://…  # the address that Jenkins clones from
     # The id of your account (aws sts get-caller-identity); in any other, everything is refused.
     aws: { region: us-east-1, accounts: ["000000000000"], credential: aws }
     scm: { credential: git, push: git-push }  # what reads, what pushes; made by millrace secret set
     # ssh_keys: [ops/keys/NAME.pub]  # who may log in on the nodes

     images:
       jenkins-controller: { context: jenkins-image, target: controller }
       jenkins-agent:      { context: jenkins-image, target: agent }
       api:                { context: api }

     amis:
       cluster-node:
         template: packer/cluster-node.pkr.hcl
         playbook: ansible/swarm_node.yml
         source: { owner: "136693071363", name: "debian-12-amd64-*" }

     infrastructure:
       cluster:
         deploy: ansible/deploy.yml
         destroy: ansible/destroy.yml
         amis: [cluster-node]
         variables: { ssh_from: ["203.0.113.0/24"] }

     stacks:
       registry: { file: stacks/registry.yml, on: cluster }
       jenkins:  { file: stacks/jenkins.yml, on: cluster }
       shop:     { file: stacks/shop.yml, on: cluster }

     # \`url\`, \`admins\` and the numbers of agents are yours to set.
     jenkins: { url: https://ci.shop.example.com, admins: [admin], agents: { build: 2, deploy: 1 }, memory: 2g }
     "
    `);
  });

  test('names images after the project, and only images', async () => {
    const stack = (await platformFiles()).find(({ path }) => path === 'stacks/jenkins.yml')!;
    const text = new TextDecoder().decode(stack.content);
    expect(text).toContain('image: shop/jenkins-controller');
    expect(text).toContain('"millrace/stays"');
  });

  test('copies no leftovers of tools, and keeps what is executable so', async () => {
    const files = await platformFiles();
    expect(files.map(({ path }) => path)).not.toContain('ansible/__pycache__/x.pyc');
    await writeNewFiles(mine(''), files);
    expect(statSync(mine('jenkins-image/entry.sh')).mode & 0o111).not.toBe(0);
  });

  test('overwrites nothing, and tells what differs from what is the same', async () => {
    mkdirSync(mine('ansible'));
    writeFileSync(mine('ansible/deploy.yml'), '- hosts: mine\n');
    writeFileSync(mine('ansible/destroy.yml'), '- hosts: localhost\n');
    const compared = await compareFiles(mine(''), await platformFiles());
    expect(compared).toMatchObject({ different: ['ansible/deploy.yml'], same: ['ansible/destroy.yml'] });
    await writeNewFiles(mine(''), compared.absent);
    expect(readFileSync(mine('ansible/deploy.yml'), 'utf8')).toBe('- hosts: mine\n');
  });

  test('leaves a playbook that the user has changed to what it says itself', async () => {
    const play = '- hosts: mine\n';
    const look = lookOf({ 'ansible/deploy.yml': play, 'ansible/destroy.yml': play });
    const files = (await platformFiles()).filter(({ path }) => !look.paths.includes(path));
    const text = draftWith(look, files);
    expect(text).toContain('cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml }');
    expect(text).toContain('registry: { file: stacks/registry.yml, on: cluster }');
  });

  test('writes through no link that leads out of the repository', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), mine('packer'));
    await expect(writeNewFiles(mine(''), await platformFiles())).rejects.toThrow(
      'packer/cluster-node.pkr.hcl: its folder is a link that leads out of the repository',
    );
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  test('says in one line that a folder cannot be made where a file is', async () => {
    writeFileSync(mine('ansible'), '');
    await expect(writeNewFiles(mine(''), await platformFiles())).rejects.toThrow(
      /^ansible\/\S+ cannot be written \((?:EEXIST|ENOTDIR)\); look at the folder/,
    );
  });
});

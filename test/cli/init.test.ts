import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../generator/cli/init.ts';
import { openProject } from '../../generator/cli/open-project.ts';
import { createOutput } from '../../generator/report/output.ts';

const SHOP = fileURLToPath(new URL('../samples/shop', import.meta.url));
let root = '';
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'init-')), 'shop');
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

async function init(options: Readonly<Record<string, unknown>> = {}) {
  let stdout = '';
  let stderr = '';
  const streams = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const output = createOutput(streams, { json: options['json'] === true, quiet: false, env: {} });
  const code = await command.run({ args: [], options, root, env: {}, output });
  return { code, stdout, stderr, output };
}

test('the sample shop becomes a valid project of every kind of component', async () => {
  cpSync(SHOP, root, { recursive: true });
  const { code, stdout, stderr, output } = await init();
  expect(code).toBe(0);
  expect(stdout).toBe(
    'project.yaml: 14 images, 1 AMI, 1 infrastructure, 1 stack\n' +
      'left out: 1, with the reasons at the end of project.yaml\n',
  );
  expect(stderr).toMatchInlineSnapshot(`
   "
   Next:
     write repository: into project.yaml, the address that Jenkins clones from
     write the id of your AWS account into aws.accounts
     read project.yaml through; millrace validate checks it
     millrace generate
   "
  `);
  expect(readFileSync(join(root, 'project.yaml'), 'utf8')).toMatchInlineSnapshot(`
   "# yaml-language-server: $schema=./resources/project.schema.json
   # What this repository builds, runs and delivers. After a change: millrace validate, millrace generate.
   millrace: 0.1.0
   project: shop
   # repository: https://…  # the address that Jenkins clones from
   # The id of your account (aws sts get-caller-identity); in any other, everything is refused.
   aws: { region: eu-central-1, accounts: ["000000000000"] }

   images:
     base:            { context: images/base }
     node:            { context: images/node }
     api:             { context: services/api, target: runtime }
     cart:            { context: services/cart }
     catalogue:       { context: services/catalogue }
     mail:            { context: services/mail }
     orders:          { context: services/orders }
     orders-worker:   { context: services/orders, dockerfile: Dockerfile.worker }
     payment:         { context: services/payment }
     recommendations: { context: services/recommendations }
     search:          { context: services/search }
     shipping:        { context: services/shipping }
     users:           { context: services/users }
     web:             { context: services/web }

   amis:
     node:
       template: packer/node.pkr.hcl
       playbook: ansible/node.yml
       source: { owner: "136693071363", name: "debian-12-amd64-*" }

   infrastructure:
     cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, amis: [node] }

   stacks:
     shop: { file: stacks/shop.yml, on: cluster }

   # Seen and left out. What you want of it, write above; delete the rest.
   #   compose.yml: not taken for a stack, since it builds its images itself; a stack names them, as in image: PROJECT/NAME
   "
  `);
  const { graph } = openProject({ root, output });
  expect(graph.get('image:web')!.content).toEqual(['image:api', 'image:node']);
  expect(graph.get('stack:shop')!.externals).toEqual(['postgres:16.4', 'redis:7.4.1']);
});

test('a project.yaml that is there stays, unless --force says otherwise', async () => {
  mkdirSync(root);
  writeFileSync(join(root, 'project.yaml'), 'mine\n');
  await expect(init()).rejects.toThrow(
    'project.yaml is there already; change it by hand, or write it anew with --force',
  );
  expect(readFileSync(join(root, 'project.yaml'), 'utf8')).toBe('mine\n');
  expect((await init({ force: true })).code).toBe(0);
  expect(readFileSync(join(root, 'project.yaml'), 'utf8')).toContain('project: shop\n');
});

test('an empty repository gets a valid file with an example', async () => {
  mkdirSync(root);
  const { stdout, output } = await init();
  expect(stdout).toBe('project.yaml: nothing to build was found; it holds an example\n');
  expect(openProject({ root, output }).project.images).toEqual({});
});

test('--json is one document that lists what was left out, and why', async () => {
  mkdirSync(root);
  mkdirSync(join(root, 'api'));
  writeFileSync(join(root, 'api/Dockerfile'), 'FROM shop/nothing\n');
  expect(JSON.parse((await init({ json: true })).stdout)).toMatchObject({
    version: 1,
    components: { image: 0 },
    leftOut: [
      {
        section: 'images',
        name: 'api',
        source: 'api/Dockerfile',
        reason: 'api/Dockerfile:1: there is no image "nothing" in project.yaml',
      },
    ],
  });
});

test('--platform copies a platform that validate accepts, beside what is there', async () => {
  cpSync(SHOP, root, { recursive: true });
  const { stdout, output } = await init({ platform: true });
  expect(stdout).toContain('left alone: ansible/deploy.yml is there already and differs');
  const { graph } = openProject({ root, output });
  expect([...graph.keys()]).toEqual(
    expect.arrayContaining([
      'ami:cluster-node',
      'image:jenkins-controller',
      'stack:edge',
      'stack:jenkins',
      'stack:registry',
    ]),
  );
  expect(graph.get('stack:jenkins')!.content).toEqual(['image:jenkins-agent', 'image:jenkins-controller']);
});

test('5,000 files are looked at and drafted as a whole', async () => {
  mkdirSync(root);
  for (let service = 0; service < 100; service++) {
    mkdirSync(join(root, `services/s${service}/src`), { recursive: true });
    writeFileSync(
      join(root, `services/s${service}/Dockerfile`),
      'FROM debian:bookworm-slim\nCOPY src /src\n',
    );
    for (let file = 0; file < 49; file++)
      writeFileSync(join(root, `services/s${service}/src/f${file}.js`), '');
  }
  expect((await init()).stdout).toBe('project.yaml: 100 images\n');
  // Most of it is making the files.
});

test('the platform comes to a project that is there: its files are copied, and what to write is printed', async () => {
  mkdirSync(root, { recursive: true });
  const kept = 'project: shop\nimages: { api: { context: . } }\n';
  writeFileSync(join(root, 'project.yaml'), kept);
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
  const { code, stdout, output } = await init({ platform: true });
  expect(code).toBe(0);
  expect(readFileSync(join(root, 'project.yaml'), 'utf8')).toBe(kept);
  // What is printed, added to what was there, is a project.
  const images = stdout.replace('images:', 'images:\n  api: { context: . }');
  writeFileSync(join(root, 'project.yaml'), `project: shop\n${images}`);
  const { project } = openProject({ root, output });
  expect(Object.keys(project.images)).toEqual(['api', 'jenkins-controller', 'jenkins-agent']);
  expect(Object.keys(project.stacks)).toEqual(['registry', 'jenkins', 'edge']);
});

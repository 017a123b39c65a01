import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { draftProject } from '../../generator/init/draft-project.ts';
import { loadProject } from '../../generator/load/load-project.ts';
import type { RepositoryLook } from '../../generator/init/repository-look.ts';
import { lookOf } from './look-of.ts';

const FROM = 'FROM debian:bookworm-slim\n';
const draft = (look: RepositoryLook): string => draftProject(look, { version: '0.1.0' }).text;
/** Without the head, which is the same everywhere. */
const body = (look: RepositoryLook): string => draft(look).split('\n').slice(3).join('\n');

describe('a draft of project.yaml', () => {
  test('holds an example where there is nothing to build', () => {
    expect(draft(lookOf({ 'README.md': '' }))).toMatchInlineSnapshot(`
     "# yaml-language-server: $schema=./resources/project.schema.json
     # What this repository builds, runs and delivers. After a change: millrace validate, millrace generate.
     millrace: 0.1.0
     project: shop
     # repository: https://…  # the address that Jenkins clones from

     # Nothing that Millrace builds was found here yet. A folder with a Dockerfile is an image:
     #
     # images:
     #   api: { context: services/api, test: [npm, test] }
     #
     # and a stack of services that runs it, as \`docker stack deploy\` takes it:
     #
     # stacks:
     #   NAME: { file: stacks/NAME.yml }
     "
    `);
  });

  test('names repository and branch, and groups images by where they lie', () => {
    const look = lookOf(
      {
        'services/web/Dockerfile': FROM,
        'services/api/Dockerfile': FROM,
        'services/api/Dockerfile.worker': FROM,
        'images/base/Containerfile': FROM,
        'docker/mail.Dockerfile': FROM,
        Dockerfile: FROM,
      },
      { remote: 'https://git.example.com/acme/shop.git', branch: 'master' },
    );
    expect(body(look)).toMatchInlineSnapshot(`
     "project: shop
     repository: https://git.example.com/acme/shop.git
     branch: master

     images:
       shop:       { context: . }
       mail:       { context: docker, dockerfile: mail.Dockerfile }
       base:       { context: images/base, dockerfile: Containerfile }
       api:        { context: services/api }
       api-worker: { context: services/api, dockerfile: Dockerfile.worker }
       web:        { context: services/web }
     "
    `);
  });

  test('leaves the default branch out', () => {
    expect(draft(lookOf({}, { branch: 'main' }))).not.toMatch(/^branch:/m);
  });

  test('takes context, target and arguments from a compose file, variables filled in', () => {
    const look = lookOf({
      '.env': 'API=services/api/Dockerfile\nTOKEN_OF_CI=hunter2\n',
      'services/api/Dockerfile': `${FROM}FROM debian:bookworm-slim AS slim\n`,
      'services/web/Dockerfile': FROM,
      'compose.yaml': `
services:
  api:
    build: { context: ., dockerfile: "\${API}", target: slim, args: { VERSION: 1.20.3, "LEVEL": 3, NPM_TOKEN: abc } }
  web:
    build: { context: services/web, target: dev, args: { NODE_ENV: development } }
  gone:
    build: nowhere
  remote:
    build: https://git.example.com/other.git
`,
    });
    expect(body(look)).toMatchInlineSnapshot(`
     "project: shop
     # repository: https://…  # the address that Jenkins clones from

     images:
       api:
         context: .
         dockerfile: services/api/Dockerfile
         target: slim
         args: { VERSION: 1.20.3, LEVEL: "3" }
       web: { context: services/web }

     # Seen and left out. What you want of it, write above; delete the rest.
     #   compose.yaml: not taken for a stack, since it builds its images itself; a stack names them, as in image: PROJECT/NAME
     #   compose.yaml: no Dockerfile is there for gone (nowhere/Dockerfile)
     #   api of compose.yaml: the argument NPM_TOKEN looks like a secret; give it to the build another way
     #   remote of compose.yaml: it is built from another repository
     "
    `);
  });

  test('reads a compose file whose closing brackets stand as only Docker takes them', () => {
    const compose =
      'services:\n  api:\n    build: services/api\n    command: [\n      "a"\n    ]\n    ports: !reset []\n';
    expect(
      draft(
        lookOf({
          'services/api/Containerfile': FROM,
          'services/api/Dockerfile': FROM,
          'compose.yml': compose,
        }),
      ),
    ).toContain('{ context: services/api }');
  });

  test('guesses the context from what a Dockerfile copies', () => {
    const look = lookOf({
      'go.mod': '',
      'cmd/api/Dockerfile': `${FROM}COPY go.mod ./\nCOPY cmd/api /src\n`,
      'cmd/web/Dockerfile': `${FROM}COPY index.html /srv/\n`,
      'cmd/web/index.html': '',
    });
    expect(draft(look)).toContain('api: { context: ., dockerfile: cmd/api/Dockerfile }');
    expect(draft(look)).toContain('web: { context: cmd/web }');
  });

  test('turns what validate would refuse into a comment with the reason', () => {
    const look = lookOf(
      {
        'api/Dockerfile': `${FROM}ADD https://example.com/tool.tgz /tool.tgz\n`,
        'web/Dockerfile': 'FROM shop/nothing\n',
        'mail/Dockerfile': FROM,
        'stacks/shop.yml': 'services:\n  web:\n    image: shop/web\n',
      },
      { remote: 'https://git.example.com/acme/shop.git' },
    );
    expect(body(look)).toMatchInlineSnapshot(`
     "project: shop
     repository: https://git.example.com/acme/shop.git

     images:
       mail: { context: mail }

     # Seen and left out. What you want of it, write above; delete the rest.
     #   api/Dockerfile:2: ADD https://example.com/tool.tgz without a checksum is refused:
     #     images: { api: { context: api } }
     #   stacks/shop.yml:3: there is no image "web" in project.yaml:
     #     stacks: { shop: { file: stacks/shop.yml } }
     #   web/Dockerfile:1: there is no image "nothing" in project.yaml:
     #     images: { web: { context: web } }
     "
    `);
  });

  test('takes the project name that the Dockerfiles use already', () => {
    const look = lookOf(
      {
        'base/Dockerfile': FROM,
        'api/Dockerfile': 'FROM market/base\n',
        'web/Dockerfile': 'FROM market/base\nCOPY --from=market/api /a /a\n',
        'kafka/Dockerfile': 'FROM apache/kafka\n',
      },
      { remote: 'https://git.example.com/acme/monorepo.git' },
    );
    expect(draft(look)).toContain('\nproject: market\n');
  });

  test('finds AMI, infrastructure and stack, with the account left for a person to fill in', () => {
    const play = '---\n- name: It\n  hosts: localhost\n';
    const look = lookOf({
      'packer/node.pkr.hcl': `
variable "region" {
  default = "eu-central-1"
}
source "amazon-ebs" "node" {
  region = var.region
  source_ami_filter {
    filters = { name = "debian-12-arm64-*", architecture = "arm64" }
    owners  = ["136693071363"]
  }
}
build {
  provisioner "ansible-local" {
    playbook_file = "../ansible/node.yml"
  }
}
`,
      'packer/old.json': '{"builders": [{"type": "amazon-ebs"}]}',
      'ansible/node.yml': play,
      'ansible/deploy.yml': play,
      'ansible/destroy.yml': play,
      'k8s/deploy.yml': 'kind: Deployment\n',
      'k8s/destroy.yml': 'kind: Deployment\n',
      'stacks/shop.yml': 'services:\n  db:\n    image: postgres:16.4\n',
    });
    expect(body(look)).toMatchInlineSnapshot(`
     "project: shop
     # repository: https://…  # the address that Jenkins clones from
     # The id of your account (aws sts get-caller-identity); in any other, everything is refused.
     aws: { region: eu-central-1, accounts: ["000000000000"] }

     amis:
       node:
         template: packer/node.pkr.hcl
         playbook: ansible/node.yml
         source: { owner: "136693071363", name: "debian-12-arm64-*", architecture: arm64 }

     infrastructure:
       cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, amis: [node] }

     stacks:
       shop: { file: stacks/shop.yml, on: cluster }

     # Seen and left out. What you want of it, write above; delete the rest.
     #   packer/old.json: a JSON template; \`packer hcl2_upgrade\` turns it into one that Millrace takes
     "
    `);
  });

  test('leaves Dockerfiles for tests and development, and those of others, out of the way', () => {
    const look = lookOf({
      'api/Dockerfile': FROM,
      'api/Dockerfile.dev': FROM,
      'api/Dockerfile.j2': FROM,
      'api/Dockerfile.dockerignore': '',
      'vendor/x/Dockerfile': FROM,
      'node_modules/y/Dockerfile': FROM,
      '.devcontainer/Dockerfile': FROM,
    });
    expect(body(look)).toMatchInlineSnapshot(`
     "project: shop
     # repository: https://…  # the address that Jenkins clones from

     images:
       api: { context: api }

     # Seen and left out. What you want of it, write above; delete the rest.
     #   looks like one for tests or development:
     #     images: { api-dev: { context: api, dockerfile: Dockerfile.dev } }
     "
    `);
  });

  test('tells images of one name apart by their folders, then by number', () => {
    const look = lookOf({
      'one/api/Dockerfile': FROM,
      'two/api/Dockerfile': FROM,
      'three/Web Shop/Dockerfile': FROM,
      'four/web_shop/Dockerfile': FROM,
      'x/Größe/Dockerfile': FROM,
      'x/日本/Dockerfile': FROM,
      'x/中国/Dockerfile': FROM,
    });
    const { images } = loaded(look).project;
    expect(Object.keys(images).sort()).toMatchInlineSnapshot(`
     [
       "four-web-shop",
       "grosse",
       "one-api",
       "three-web-shop",
       "two-api",
       "x",
       "x-2",
     ]
    `);
  });

  test('is the same whatever the order in which files were read', () => {
    const files = {
      'b/Dockerfile': FROM,
      'a/Dockerfile': FROM,
      'c/a/Dockerfile': FROM,
      'compose.yml': 'services:\n  b: { build: b }\n',
    };
    const look = lookOf(files);
    const backwards = { ...look, texts: new Map([...look.texts].reverse()) };
    expect(draft(backwards)).toBe(draft(look));
  });

  test('is valid for any names and texts whatsoever', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        'a b',
        '"',
        "'",
        'x\ny',
        '${x}',
        'null',
        'on',
        '1e3',
        '__proto__',
        'constructor',
        '\u2028',
        '*/',
        '# c',
        ': ',
        '<<',
        '😀',
        'deliver',
      ),
    );
    const segment = name.map((text) => text.replace(/\//g, '_'));
    const base = fc.constantFrom(
      'Dockerfile',
      'Dockerfile.x y',
      'a"b.Dockerfile',
      'compose.yml',
      'x-stack.yml',
      'n.pkr.hcl',
      'deploy.yml',
      'destroy.yml',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        FROM,
        'FROM shop/x\n',
        'services:\n  "a b": { build: ".", image: "x:1" }\n  __proto__: { build: . }\n',
        '- hosts: all\n',
        'source "amazon-ebs" "x" {\n source_ami_filter {\n filters = {\n name = "*"\n }\n owners = ["self"]\n }\n}\n',
      ),
    );
    const path = fc
      .tuple(fc.array(segment, { maxLength: 3 }), base)
      .map(([folders, file]) => [...folders, file].join('/'));
    fc.assert(
      fc.property(fc.dictionary(path, text, { maxKeys: 8 }), name, (files, folder) => {
        loaded(lookOf(files, { folder, remote: `https://git.example.com/${folder}`, branch: folder }));
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});

/** Reads the draft as `validate` does, independently of the draft's own check. */
function loaded(look: RepositoryLook) {
  const text = draft(look);
  const folders = new Set(
    look.paths.flatMap((path) => path.split('/').map((_, index, steps) => steps.slice(0, index).join('/'))),
  );
  const plain = (path: string): string => path.replace(/^\.(?:\/|$)/, '');
  const result = loadProject({
    read: (path) => {
      const found = path === 'project.yaml' ? text : look.texts.get(plain(path));
      return found === undefined ? undefined : new TextEncoder().encode(found);
    },
    kind: (path) =>
      path === 'project.yaml' || look.paths.includes(plain(path))
        ? 'file'
        : folders.has(plain(path))
          ? 'directory'
          : 'none',
  });
  expect(result.problems).toEqual([]);
  return result.loaded!;
}

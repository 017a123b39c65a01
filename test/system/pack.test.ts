import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { openProject } from '../../generator/cli/open-project.ts';
import { renderProject } from '../../generator/render/render-project.ts';
import { createOutput } from '../../generator/report/output.ts';
import { startAwsStandIn } from './services/aws-stand-in.ts';
import { startCli } from './services/cli-run.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SHOP = join(REPOSITORY, 'test/samples/shop');

let work = '';
let packed: string[] = [];

/** A copy of the checkout is packed: a dist/ left behind in the checkout itself would be run instead of its sources. */
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'millrace-pack-'));
  const source = join(work, 'source');
  copyCheckout(source);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(source, 'node_modules'));
  const told = run('npm', ['pack', '--json', '--pack-destination', work], source);
  const json = told.stdout.slice(told.stdout.indexOf('[\n'));
  const [{ filename, files }] = JSON.parse(json) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  mkdirSync(join(work, 'installed'));
  writeFileSync(join(work, 'installed/package.json'), '{ "private": true }');
  // Offline: the package brings all that it needs.
  run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', join(work, filename)],
    join(work, 'installed'),
  );
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function copyCheckout(target: string): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = execFileSync('git', list, { cwd: REPOSITORY, encoding: 'utf8' }).split('\0');
  for (const path of paths.filter(
    (one) => one !== '' && !one.startsWith('test/') && existsSync(join(REPOSITORY, one)),
  )) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(target, path));
  }
}

function run(file: string, args: readonly string[], cwd: string): { stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(file, [...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return { stdout, stderr };
}

/** A repository of its own, in which the installed package is called as a user calls it. */
function repository(name: string, from: string): { root: string; millrace: (...args: string[]) => string } {
  const root = join(work, 'installed', name);
  cpSync(from, root, { recursive: true });
  run('git', ['init', '--quiet'], root);
  return { root, millrace: (...args) => run('npx', ['--no-install', 'millrace', ...args], root).stdout };
}

/** What the sources would write for the project in the folder. */
function renderFromSources(root: string): Map<string, string> {
  const stream = { write: () => true };
  const output = createOutput({ stdout: stream, stderr: stream }, { json: false, quiet: true, env: {} });
  const { project, jobs } = openProject({ root, output });
  return renderProject(project, jobs, readPackageSources());
}

function readAll(root: string, paths: Iterable<string>): Map<string, string> {
  return new Map([...paths].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('the packed tarball', () => {
  test('holds what runs, the platform, the schema and the licences, and nothing else', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/millrace',
        'bin/package.json',
        'dist/THIRD_PARTY.txt',
        'dist/cli/main.js',
        'dist/package.json',
        'package.json',
        'resources/project.schema.json',
        'jenkins-image/Dockerfile',
        'jenkins-image/.dockerignore',
      ]),
    );
    const known =
      /^(LICENSE|README\.md|package\.json|bin\/(millrace|package\.json)|dist\/(THIRD_PARTY\.txt|package\.json|(cli|chunks)\/[\w-]+\.js)|resources\/project\.schema\.json|(ansible|jenkins-image|packer|stacks)\/.+)$/;
    expect(packed.filter((path) => !known.test(path))).toEqual([]);
    expect(packed.filter((path) => /node_modules|__pycache__|\.retry$|\.map$|\.tsx?$/.test(path))).toEqual(
      [],
    );
  });

  test('names the licence of each package that is inside', () => {
    const licences = readFileSync(join(work, 'installed/node_modules/millrace/dist/THIRD_PARTY.txt'), 'utf8');
    expect(licences).toMatch(/^zod \d[\d.]* \(MIT\)$/m);
    expect(licences).toMatch(/^js-yaml \d[\d.]* \(MIT\)$/m);
    expect(licences).not.toMatch(/^typescript /m);
  });

  test('installs as one package', () => {
    const installed = readdirSync(join(work, 'installed/node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(installed).toEqual(['millrace']);
  });
});

describe('the installed package', () => {
  test('drafts, generates and validates the project of a repository', () => {
    const { root, millrace } = repository('shop', SHOP);
    expect(millrace('init')).toMatch(/^project\.yaml: \d+ images/);
    expect(millrace('generate')).toMatch(/^\d+ files: \d+ new, 0 changed, 0 deleted\.$/m);
    expect(millrace('validate')).toMatch(/^project\.yaml is valid/);
    expect(millrace('generate', '--check')).toBe('All generated files are up to date.\n');
    expect(millrace('generate', '--diff')).toContain('Nothing changes.');
    expect(millrace('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    const schema = JSON.parse(readFileSync(join(root, 'resources/project.schema.json'), 'utf8')) as object;
    expect(schema).toHaveProperty('properties.project');
  });

  test('brings the platform along', () => {
    const { root, millrace } = repository('platform', join(SHOP, 'services/api'));
    millrace('init', '--platform');
    expect(millrace('validate')).toMatch(/^project\.yaml is valid: .*1 infrastructure/);
    expect(existsSync(join(root, 'ansible/deploy.yml'))).toBe(true);
    millrace('generate');
  });

  // Each of them is a package inside, loaded when it is first needed.
  test('speaks to EC2 and to STS', async () => {
    const aws = await startAwsStandIn();
    try {
      const { root } = repository('machines', join(REPOSITORY, 'test/samples/services'));
      const path = join(root, 'project.yaml');
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^images:\n(?: .*\n)+/m, '') + MACHINE);
      run('git', ['add', '--all'], root);
      const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
      run('git', [...identity, 'commit', '--quiet', '--message', 'begin'], root);
      // Its address is asked for the source; then, where it lists another account, nothing is begun.
      const answer = await startCli(
        join(work, 'installed/node_modules/millrace/bin/millrace'),
        ['lock', '--json'],
        { ...process.env, ...aws.environment },
        root,
      ).ended;
      expect([answer.code, answer.stderr, answer.stdout]).toEqual([
        0,
        expect.anything(),
        expect.stringMatching(/"ami-/),
      ]);
      run('git', ['add', '--all'], root);
      run('git', [...identity, 'commit', '--quiet', '--message', 'pins'], root);
      const applied = await startCli(
        join(work, 'installed/node_modules/millrace/bin/millrace'),
        ['apply', '--json'],
        { ...process.env, ...aws.environment },
        root,
      ).ended;
      expect(applied.json.error).toMatchObject({ code: 'WRONG_ACCOUNT' });
    } finally {
      await aws.stop();
    }
  });

  test('writes the same bytes as the sources do', () => {
    const rich = join(work, 'rich');
    mkdirSync(rich);
    writeFileSync(join(rich, 'project.yaml'), RICH_PROJECT);
    const { root, millrace } = repository('rich', rich);
    const expected = renderFromSources(root);
    millrace('generate');
    expect(expected.size).toBeGreaterThan(30);
    expect(readAll(root, expected.keys())).toEqual(expected);
  });

  test('ends in one clear line where there is nothing to read', () => {
    const { root } = repository('nothing', join(SHOP, 'services/api'));
    const { status, stderr } = spawnSync('npx', ['--no-install', 'millrace', 'generate'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/project\.yaml/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

const MACHINE = `
aws: { region: us-east-1, accounts: ["999988887777"] }
amis:
  node: { template: packer/node.pkr.hcl, playbook: ansible/node.yml, source: { owner: "099720109477", name: "ubuntu/*" } }
`;

/** Takes every branch of the templates that a project can take. */
const RICH_PROJECT = String.raw`
millrace: 0.1.0
project: rich
repository: git@github.com:acme/rich.git
scm: { kind: github, credential: git, forks: true }
registry: { url: registry.example.com, credential: registry }
retention: { commits: 5, days: 7 }
backup: { to: s3://rich-backups }
notify: { slack: { credential: slack }, mail: [ops@example.com], on: [failure, fixed] }
jobs:
  prune: { schedule: "H 3 * * *", run: prune, disabled: true }
  report:
    description: "It's \"quoted\", $dollar, \\ and ''' – all of it"
    agent: "build && !slow"
    retry: 3
    timeout: 90s
    environment: { TOKEN: { credential: token }, PLAIN: "$HOME" }
    parameters:
      LEVEL: { type: choice, choices: [a, "b'c"] }
      DRY: { type: boolean, default: true }
      TEXT: { type: text, default: "two\nlines" }
      NAME: { default: x, description: Which }
    steps:
      - { name: First, sh: "echo '''\nsecond \\ line" }
      - { name: First, sh: "echo $X", environment: { X: "1", KEY: { credential: key } } }
    artifacts: ["out/**"]
    junit: "reports/*.xml"
  many:
    template: "many-{zone}-{number}"
    for: { zone: [a, b], number: 1..120 }
    steps: [ { sh: "true" } ]
`;

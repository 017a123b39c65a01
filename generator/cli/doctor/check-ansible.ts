import { parseYamlDocument } from '../../load/yaml-document.ts';
import type { Finding } from '../../report/finding-table.ts';
import { has, missing, ok, versionIn, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

const REQUIREMENTS = 'ansible/requirements.yml';
const PACKAGES = 'ansible/requirements.txt';

/** Ansible with the collections that the playbooks use, and boto3 in its own Python where AWS is asked. */
export const checkAnsible: Check = async (context) => {
  const { project, run, files } = context;
  if (!has(project.infrastructure)) return [];
  const result = await run({ file: 'ansible-playbook', args: ['--version'] }).catch(() => undefined);
  if (result?.code !== 0) {
    const way =
      files.kind(PACKAGES) === 'file'
        ? `python3 -m venv VENV && VENV/bin/pip install -r ${PACKAGES}, and put VENV/bin on the PATH`
        : 'install it: https://docs.ansible.com/ansible/latest/installation_guide/';
    return [missing('ansible', 'there is no ansible-playbook on the PATH', way)];
  }
  const found = ok('ansible', `ansible-playbook ${versionIn(result.stdout)}`);
  const python = /^\s*python version = .*\((\/[^()\s]+)\)\s*$/m.exec(result.stdout)?.[1];
  const more = await Promise.all([checkBoto(context, python), checkCollections(context)]);
  return [found, ...more.flat()];
};

/** In the Python that Ansible runs with: another one's counts for nothing. */
async function checkBoto({ project, run }: DoctorContext, python: string | undefined): Promise<Finding[]> {
  const asksAws = Object.values(project.infrastructure).some(({ hosts }) => hosts === undefined);
  if (!asksAws || python === undefined) return [];
  const script = 'import boto3, botocore; print(boto3.__version__)';
  const result = await run({ file: python, args: ['-c', script] }).catch(() => undefined);
  if (result?.code === 0) return [ok('boto3', `boto3 ${result.stdout.trim()}`)];
  return [
    missing('boto3', `${python}, which Ansible runs with, has no boto3`, `${python} -m pip install boto3`),
  ];
}

interface Collection {
  name: string;
  version?: string;
}

async function checkCollections({ run, files }: DoctorContext): Promise<Finding[]> {
  const wanted = readWanted(files.read(REQUIREMENTS));
  if (wanted.length === 0) return [];
  const args = ['collection', 'list', '--format', 'json'];
  const result = await run({ file: 'ansible-galaxy', args }).catch(() => undefined);
  const there = readFound(result?.stdout ?? '');
  if (!there) return [warning('collections', 'ansible-galaxy does not tell which collections are there')];
  const lacking = wanted.filter(({ name }) => !there.has(name));
  const other = wanted.flatMap(({ name, version }) => {
    const versions = there.get(name);
    if (version === undefined || !versions || versions.includes(version)) return [];
    return [`${name} ${versions.join(' and ')} in the place of ${version}`];
  });
  const way = `ansible-galaxy collection install -r ${REQUIREMENTS}`;
  if (lacking.length > 0) {
    const names = lacking.map(({ name }) => name).join(', ');
    return [missing('collections', `Ansible lacks ${names}`, way)];
  }
  if (other.length > 0) return [warning('collections', `Ansible has ${other.join(', ')}`, way)];
  return [ok('collections', wanted.map(({ name }) => name).join(', '))];
}

function readWanted(content: Uint8Array | undefined): Collection[] {
  if (!content) return [];
  const value = parseYamlDocument(content).value as { collections?: unknown } | undefined;
  const list = Array.isArray(value?.collections) ? (value.collections as unknown[]) : [];
  return list.flatMap((item): Collection[] => {
    if (typeof item === 'string') return [{ name: item }];
    const { name, version } = (item ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string') return [];
    // A range is Ansible's to judge.
    const isExact = typeof version === 'string' && /^[0-9][\w.-]*$/.test(version);
    return [isExact ? { name, version } : { name }];
  });
}

/** By names, with the versions on every path. */
function readFound(json: string): Map<string, string[]> | undefined {
  try {
    const paths = JSON.parse(json) as Record<string, Record<string, { version: string }>>;
    const found = new Map<string, string[]>();
    for (const collections of Object.values(paths))
      for (const [name, { version }] of Object.entries(collections))
        found.set(name, [...(found.get(name) ?? []), version]);
    return found;
  } catch {
    return undefined;
  }
}

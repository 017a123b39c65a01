import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packLayer } from './base-image.ts';
import type { Layer } from './base-image.ts';
import { makeLayerOnce } from './layer-once.ts';

const PACKAGES = join(import.meta.dirname, '../../../target/python/lib/python3.11/site-packages');
const HOME = '/opt/python-tools';
/** Where its programs are, as in the shipped image. */
export const ANSIBLE_PROGRAMS = `${HOME}/bin`;

/** What the playbooks that deploy a cluster need of this machine's virtual environment, and what that needs. */
const MODULES = [
  ...['ansible', 'boto3', 'botocore', 's3transfer', 'jmespath', 'dateutil', 'urllib3', 'six.py', 'jinja2'],
  ...[
    'markupsafe',
    'yaml',
    '_yaml',
    'packaging',
    'resolvelib',
    'cryptography',
    'cffi',
    '_cffi_backend.cpython-311-x86_64-linux-gnu.so',
  ],
  ...['ansible_collections/amazon/aws', 'ansible_collections/ansible/posix'],
];
const LOCALE = 'usr/lib/locale/C.utf8';
const PROGRAMS = { 'ansible-playbook': 'playbook', 'ansible-inventory': 'inventory' };

/** A layer above the tools' one, made once for all tests of a checkout. */
export const ansibleLayer = (): Promise<Layer> => makeLayerOnce('ansible-layer', () => packLayer(fill));

function fill(root: string): void {
  const [packages, programs] = [`${HOME}/lib/python3.11/site-packages`, ANSIBLE_PROGRAMS];
  for (const path of [packages, programs]) mkdirSync(join(root, path), { recursive: true });
  // Their versions are looked up there.
  const records = readdirSync(PACKAGES).filter((name) => name.endsWith('.dist-info'));
  for (const path of [...MODULES, ...records])
    cpSync(join(PACKAGES, path), join(root, packages, path), {
      recursive: true,
      filter: (file) => basename(file) !== '__pycache__',
    });
  // Ansible takes no other encoding.
  cpSync(`/${LOCALE}`, join(root, LOCALE), { recursive: true });
  // A virtual environment of the tools layer's Python.
  symlinkSync('/usr/bin/python3', join(root, programs, 'python3'));
  writeFileSync(join(root, HOME, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = false\n');
  for (const [name, module] of Object.entries(PROGRAMS))
    writeFileSync(
      join(root, programs, name),
      `#!${programs}/python3\nimport sys\nfrom ansible.cli.${module} import main\nsys.exit(main())\n`,
      { mode: 0o755 },
    );
}

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonTool } from './aws-stand-in.ts';

/** Has one task fail in each run of a playbook, another one each time. */
export interface FailingPlaybook {
  /** For `ansible-playbook` itself. */
  variables: Record<string, string>;
  /** For a program that gives a playbook few variables of its own environment: it finds an `ansible-playbook` with them. */
  environment: Record<string, string>;
  /** Places of the tasks that have failed, such as `tasks/join_swarm.yml:12`, in their order. */
  failed: () => string[];
  remove: () => void;
}

/** @param where which places are meant, as a regular expression */
export function makeFailingPlaybook(where: RegExp): FailingPlaybook {
  const folder = mkdtempSync(join(tmpdir(), 'failing-playbook-'));
  const list = join(folder, 'failed');
  writeFileSync(list, '');
  const variables = {
    ANSIBLE_CALLBACK_PLUGINS: join(import.meta.dirname, '../../ansible/callback_plugins'),
    ANSIBLE_CALLBACKS_ENABLED: 'fail_each',
    FAIL_LIST: list,
    FAIL_WHERE: where.source,
  };
  const program = join(folder, 'ansible-playbook');
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(program, `#!/bin/sh\n${exports.join('')}exec '${pythonTool('ansible-playbook')}' "$@"\n`);
  chmodSync(program, 0o755);
  return {
    variables,
    environment: { PATH: `${folder}:${process.env['PATH']}` },
    failed: () => readFileSync(list, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

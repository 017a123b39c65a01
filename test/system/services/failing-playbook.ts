import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonTool } from './aws-stand-in.ts';

/** An `ansible-playbook` that has one task fail in each run, another one each time. */
export interface FailingPlaybook {
  /** Of a run that is to find it. */
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
  const program = join(folder, 'ansible-playbook');
  // The CLI gives a playbook few variables of its own environment; these come in by the program.
  const lines = [
    '#!/bin/sh',
    `export ANSIBLE_CALLBACK_PLUGINS='${join(import.meta.dirname, '../../ansible/callback_plugins')}'`,
    'export ANSIBLE_CALLBACKS_ENABLED=fail_each',
    `export FAIL_LIST='${list}' FAIL_WHERE='${where.source}'`,
    `exec '${pythonTool('ansible-playbook')}' "$@"`,
  ];
  writeFileSync(program, `${lines.join('\n')}\n`);
  chmodSync(program, 0o755);
  return {
    environment: { PATH: `${folder}:${process.env['PATH']}` },
    failed: () => readFileSync(list, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

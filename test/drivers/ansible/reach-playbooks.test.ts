import { describe, expect, test } from '@jest/globals';
import { reachPlaybooks } from '../../../generator/drivers/ansible/reach-playbooks.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import type { FakeFile } from '../../fakes/commit-files.ts';

const ROLES = {
  'ansible/roles/web/tasks/main.yml': '- debug:\n',
  'ansible/roles/web/templates/a.j2': '',
  'ansible/roles/db/tasks/main.yml': '- debug:\n',
  'ansible/roles/unused/tasks/main.yml': '- debug:\n',
};

function reach(playbook: string, more: Readonly<Record<string, FakeFile>> = {}): string[] {
  const files = commitFilesOf({ ...ROLES, 'ansible/site.yml': playbook, ...more });
  return [...reachPlaybooks(files, { playbooks: ['ansible/site.yml'] })].sort();
}
const play = (body: string): string => `- hosts: all\n${body.replace(/^/gm, '  ')}\n`;

describe('roles', () => {
  test.each([
    ['roles: by name', play('roles: [web]')],
    ['roles: with role', play('roles:\n- { role: web, when: true }')],
    ['roles: with name', play('roles:\n- name: web')],
    ['include_role', play('tasks:\n- include_role: { name: web }')],
    ['import_role', play('post_tasks:\n- ansible.builtin.import_role:\n    name: web')],
    ['include_role in one line', play('tasks:\n- include_role: name=web')],
    [
      'deep in blocks',
      play('tasks:\n- block:\n  - block: []\n    rescue:\n    - import_role: { name: web }'),
    ],
    ['in a handler', play('handlers:\n- include_role: { name: web }')],
    ['by a path', play('roles: [./roles/web]')],
  ])('by %s: the whole folder, and no other role', (_, playbook) => {
    expect(reach(playbook)).toEqual(['ansible/roles/web', 'ansible/site.yml']);
  });

  test.each([
    ['a dependency', 'ansible/roles/web/meta/main.yml', 'dependencies: [{ role: db }]\n'],
    ['a task', 'ansible/roles/web/tasks/more.yml', '- include_role: { name: db }\n'],
    ['a handler', 'ansible/roles/web/handlers/main.yaml', '- import_role: { name: db }\n'],
  ])('bring others along by %s', (_, path, text) => {
    expect(reach(play('roles: [web]'), { [path]: text })).toContain('ansible/roles/db');
  });

  test('that need one another end', () => {
    const circle = {
      'ansible/roles/web/meta/main.yml': 'dependencies: [db]\n',
      'ansible/roles/db/meta/main.yml': 'dependencies: [web]\n',
    };
    expect(reach(play('roles: [web]'), circle)).toEqual([
      'ansible/roles/db',
      'ansible/roles/web',
      'ansible/site.yml',
    ]);
  });

  test('are looked for where ansible.cfg says, too', () => {
    const more = {
      'ansible/ansible.cfg': '[defaults]\nroles_path = roles:../shared\n',
      'shared/nginx/tasks/main.yml': '',
    };
    expect(reach(play('roles: [nginx]'), more)).toEqual([
      'ansible/ansible.cfg',
      'ansible/site.yml',
      'shared/nginx',
    ]);
  });

  test('that are not in the repository add nothing', () => {
    expect(reach(play('roles: [somebody.else]'))).toEqual(['ansible/site.yml']);
  });

  test.each([
    ['role', play('roles: ["{{ which }}"]')],
    ['included role', play('tasks:\n- include_role: { name: "x-{{ which }}" }')],
    ['file of tasks', play('tasks:\n- include_tasks: "{{ os }}.yml"')],
    ['file of variables', play('vars_files: ["{{ env }}.yml"]')],
    ['source', play('tasks:\n- copy: { src: "{{ which }}", dest: /x }')],
  ])('a %s that is known only when it runs: the whole folder of the playbook', (_, playbook) => {
    expect(reach(playbook)).toContain('ansible');
  });

  test('a role that chooses among its own files takes no more than itself', () => {
    const tasks =
      '- include_tasks: "{{ ansible_os_family }}.yml"\n- template: { src: "{{ item }}.j2", dest: /x }\n';
    expect(reach(play('roles: [web]'), { 'ansible/roles/web/tasks/main.yml': tasks })).toEqual([
      'ansible/roles/web',
      'ansible/site.yml',
    ]);
  });
});

describe('files', () => {
  const more = {
    'ansible/tasks/net.yml': '- include_tasks: deeper.yml\n',
    'ansible/tasks/deeper.yml': '- debug:\n',
    'ansible/tasks/unused.yml': '- debug:\n',
    'ansible/vars/eu.yml': 'a: 1\n',
    'ansible/other.yml': play('roles: [db]'),
    'ops/key.pub': 'ssh-ed25519 AAAA',
    'ops/scripts/one.sh': '',
    'ops/scripts/two.sh': '',
  };
  test.each([
    [
      'import_tasks, and what that includes',
      play('tasks:\n- import_tasks: tasks/net.yml'),
      ['ansible/tasks/deeper.yml', 'ansible/tasks/net.yml'],
    ],
    [
      'include_tasks with file:',
      play('tasks:\n- ansible.builtin.include_tasks: { file: tasks/deeper.yml }'),
      ['ansible/tasks/deeper.yml'],
    ],
    ['include_vars', play('tasks:\n- include_vars: eu.yml'), ['ansible/vars/eu.yml']],
    [
      'vars_files, alternatives included',
      play('vars_files:\n- [vars/none.yml, vars/eu.yml]'),
      ['ansible/vars/eu.yml'],
    ],
    [
      'a source outside of the folder',
      play('tasks:\n- copy: { src: ../ops/key.pub, dest: /x }'),
      ['ops/key.pub'],
    ],
    [
      'playbook_dir',
      play('tasks:\n- script: "{{ playbook_dir }}/../ops/scripts/one.sh"'),
      ['ops/scripts/one.sh'],
    ],
    ['a folder as source', play('tasks:\n- copy: { src: ../ops/scripts/, dest: /x }'), ['ops/scripts']],
    ['lookup', play("vars:\n  key: \"{{ lookup('file', '../ops/key.pub') }}\""), ['ops/key.pub']],
    [
      'with_fileglob',
      play(
        'tasks:\n- copy: { src: "{{ item }}", dest: /x, remote_src: true }\n  with_fileglob: ../ops/scripts/*.sh',
      ),
      ['ops/scripts'],
    ],
  ])('by %s', (_, playbook, found) => {
    expect(reach(playbook, more)).toEqual(['ansible/site.yml', ...found].sort());
  });

  test('an imported playbook, with its roles', () => {
    expect(reach('- import_playbook: other.yml\n', more)).toEqual([
      'ansible/other.yml',
      'ansible/roles/db',
      'ansible/site.yml',
    ]);
  });

  test('what Ansible finds beside a playbook by itself', () => {
    const beside = {
      'ansible/group_vars/all.yml': '',
      'ansible/host_vars/a.yml': '',
      'ansible/library/m.py': '',
      'ansible/filter_plugins/f.py': '',
      'ansible/requirements.yml': '',
      'ansible/requirements.txt': '',
      'ansible/README.md': '',
      'ansible/deploy.yml': '',
    };
    expect(reach(play('tasks: []'), beside)).toEqual([
      'ansible/filter_plugins',
      'ansible/group_vars',
      'ansible/host_vars',
      'ansible/library',
      'ansible/requirements.txt',
      'ansible/requirements.yml',
      'ansible/site.yml',
    ]);
  });

  test('never what lies outside of the repository, nor text that only looks like a path', () => {
    const text = play(
      'tasks:\n- copy: { src: ../../etc/passwd, dest: /x }\n- debug: { msg: see vars/eu.yml }\n- shell: tasks',
    );
    expect(reach(text, more)).toEqual(['ansible/site.yml']);
  });

  test('secrets in it are no trouble, and what cannot be read may name anything', () => {
    expect(reach(play('vars:\n  password: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\nroles: [web]'))).toEqual([
      'ansible/roles/web',
      'ansible/site.yml',
    ]);
    expect(reach('- hosts: [\n')).toContain('ansible');
  });
});

import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { templatePaths } from '../../../generator/drivers/ami/template-paths.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';

const FILES = {
  'ansible/node.yml': '',
  'ansible/roles/node/tasks/main.yml': '',
  'ansible/requirements.txt': '',
  'packer/setup.sh': '',
  'packer/files/a': '',
  'file/x': '',
  shell: '',
  'scripts/b.sh': '',
};
const named = (template: string, variables = {}): string[] =>
  templatePaths(commitFilesOf({ ...FILES, 'packer/t.pkr.hcl': template }), 'packer/t.pkr.hcl', variables);

test.each([
  ['beside the template', 'script = "setup.sh"', ['packer/setup.sh']],
  ['from the root', 'scripts = ["scripts/b.sh"]', ['scripts/b.sh']],
  ['by path.root', 'playbook_file = "${path.root}/../ansible/node.yml"', ['ansible/node.yml']],
  [
    'by a local made of another',
    'locals {\n top = "${path.root}/.."\n dir = "${local.top}/ansible"\n}\n x = "${local.dir}/node.yml"',
    ['ansible/node.yml'],
  ],
  [
    'by a default',
    'variable "play" {\n type = string\n default = "../ansible/node.yml"\n}',
    ['ansible/node.yml'],
  ],
  ['a folder', 'role_paths = ["../ansible/roles/node"]', ['ansible/roles/node']],
  ['a folder of which the rest is open', 'source = "${path.root}/files/${var.which}"', ['packer/files']],
])('%s', (_, template, paths) => {
  expect(named(template)).toEqual(expect.arrayContaining(paths));
});

test("the component's variables come before the template's defaults", () => {
  const template = 'variable "play" { default = "../ansible/none.yml" }\n x = "${path.root}/${var.play}"';
  expect(named(template, { play: '../ansible/node.yml' })).toEqual(['ansible/node.yml']);
});

test('a folder that a local holds counts where the local stands by itself', () => {
  const locals = 'locals {\n  dir = "${path.root}/../ansible"\n}\n';
  expect(named(`${locals} x = "\${local.dir}/node.yml"`)).toEqual(['ansible/node.yml']);
  expect(named(`${locals} playbook_dir = local.dir`)).toEqual(['ansible']);
});

test('neither comments, nor labels, nor paths on the machine', () => {
  const template = `
    # script = "setup.sh"
    // "scripts/b.sh"
    /* "../ansible/node.yml" */
    provisioner "file" { destination = "/packer/files/a" }
    provisioner "shell" { inline = ["echo \\"setup.sh\\" # x", "cp /tmp/a ."] }`;
  expect(named(template)).toEqual([]);
});

test("the platform's own template names its playbook, its role and its list of packages", () => {
  const template = readFileSync('packer/cluster-node.pkr.hcl', 'utf8');
  const files = commitFilesOf({
    'packer/cluster-node.pkr.hcl': template,
    'ansible/swarm_node.yml': '',
    'ansible/requirements.txt': '',
    'ansible/roles/swarm_node/tasks/main.yml': '',
    'ansible/deploy.yml': '',
  });
  expect(templatePaths(files, 'packer/cluster-node.pkr.hcl')).toEqual([
    'ansible/requirements.txt',
    'ansible/roles/swarm_node',
    'ansible/swarm_node.yml',
  ]);
});

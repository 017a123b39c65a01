import { expect, test } from '@jest/globals';
import { prepareInputs } from '../../generator/drivers/prepare-inputs.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';

/** @returns what is asked for before anything of it is needed */
function prepared(record: Record<string, string>, project: object): { lists: string[]; files: string[] } {
  const asked = { lists: [] as string[], files: [] as string[] };
  const files = {
    ...commitFilesOf(record),
    prepareLists: (folders: readonly string[]) => void asked.lists.push(...folders),
    prepare: (paths: readonly string[]) => void asked.files.push(...paths),
  };
  prepareInputs(files, { images: {}, amis: {}, infrastructure: {}, ...project });
  return asked;
}

const PLAYBOOKS = {
  'ansible/deploy.yml': '',
  'ansible/roles/web/tasks/main.yaml': '',
  'ansible/roles/web/files/large.bin': '',
  'deploy.yml': '',
  'other/tasks.yml': '',
};

test('the documents beside playbooks are read at once, and nothing else that lies there', () => {
  const infrastructure = { cluster: { deploy: 'ansible/deploy.yml', destroy: './ansible/destroy.yml' } };
  expect(prepared(PLAYBOOKS, { infrastructure })).toEqual({
    lists: ['ansible'],
    files: ['ansible/deploy.yml', 'ansible/roles/web/tasks/main.yaml'],
  });
  const amis = { node: { playbook: 'other/tasks.yml' }, plain: {} };
  expect(prepared(PLAYBOOKS, { amis })).toEqual({ lists: ['other'], files: ['other/tasks.yml'] });
});

test('a playbook in the root has the whole repository read for it no more than one among thousands of documents', () => {
  const infrastructure = { cluster: { deploy: 'deploy.yml', destroy: 'deploy.yml' } };
  expect(prepared(PLAYBOOKS, { infrastructure })).toEqual({ lists: [], files: [] });
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`all/${index}.yml`, '']));
  const among = { cluster: { deploy: 'all/1.yml', destroy: 'all/2.yml' } };
  expect(prepared(many, { infrastructure: among }).files).toEqual([]);
});

test('contexts with an ignore file are listed at once', () => {
  const files = { 'api/Dockerfile': '', 'api/.dockerignore': '*', 'web/Dockerfile': '' };
  const images = { api: { context: 'api' }, web: { context: 'web' } };
  expect(prepared(files, { images })).toEqual({ lists: ['api'], files: [] });
});

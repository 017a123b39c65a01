import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectYaml, startAmiWorld } from './services/ami-world.ts';
import type { AmiWorld } from './services/ami-world.ts';
import { readEc2 } from './services/ec2-holdings.ts';

let world: AmiWorld;
beforeAll(async () => {
  world = await startAmiWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.aws.reset();
  world.proxy.clear();
});

const OURS = 'Action=DescribeImages&.*services-%2A';

function awsError(status: number, code: string): { kind: 'status'; status: number; body: string } {
  const body = `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>said so</Message></Error></Errors></Response>`;
  return { kind: 'status', status, body };
}

async function expectNothing(): Promise<void> {
  const held = await readEc2(world.aws);
  expect(held).toEqual({ images: [], instances: [], volumes: [], keys: [], groups: [], snapshots: [] });
}

test('throttling, errors of the service, broken connections and late news are overcome', async () => {
  const hide = (before: Buffer): string =>
    before.toString().replace(/<imagesSet>[\s\S]*<\/imagesSet>/, '<imagesSet/>');
  const hideMark = (before: Buffer): string => before.toString().replaceAll('millrace:complete', 'not:yet');
  world.proxy.inject(
    { body: /Action=GetCallerIdentity/, fault: awsError(500, 'InternalError') },
    { body: /Action=DescribeTags/, times: 2, fault: awsError(503, 'RequestLimitExceeded') },
    { body: new RegExp(OURS), fault: { kind: 'reset' } },
    // The call is done, its answer is lost: repeated, it finds what it made.
    { body: /Action=CreateKeyPair/, fault: { kind: 'reset', after: 'work' } },
    { body: /Action=CreateSecurityGroup/, fault: { kind: 'reset', after: 'work' } },
    { body: /Action=AuthorizeSecurityGroupIngress/, fault: { kind: 'reset', after: 'work' } },
    { body: /Action=CreateTags&.*millrace%3Acomplete/, fault: { kind: 'reset', after: 'work' } },
    // After the image is there: it does not show, then it shows without its mark.
    { body: new RegExp(OURS), skip: 3, times: 2, fault: { kind: 'edit', body: hide } },
    { body: new RegExp(OURS), skip: 1, times: 1, fault: { kind: 'edit', body: hideMark } },
  );
  const answer = await world.bake();
  expect(answer).toMatchObject({ code: 0, outcome: 'built' });
  const faults = world.proxy.requests.filter(({ fault }) => fault !== undefined);
  expect(faults).toHaveLength(11);
  const held = await readEc2(world.aws);
  expect(held.images).toMatchObject([{ id: answer.image, tags: { 'millrace:complete': 'true' } }]);
  expect(held).toMatchObject({ instances: [], volumes: [], keys: [], groups: [] });
});

test('an EC2 that does not answer is an error, and never a reason to build or to keep', async () => {
  world.proxy.inject({ body: new RegExp(OURS), times: 99, fault: awsError(500, 'InternalError') });
  expect(await world.bake()).toMatchObject({
    code: 1,
    error: { code: 'AWS_FAILED', message: expect.stringContaining('ec2:DescribeImages') },
  });
  expect(world.mutations()).toEqual([]);
});

describe('ends with one line, and nothing half-made', () => {
  test('a template that Packer refuses', async () => {
    const template = 'packer/node.pkr.hcl';
    const text = readFileSync(join(world.repository, template), 'utf8');
    world.commit({ [template]: text.replace('instance_type   ', 'instanz_type   ') });
    const answer = await world.bake();
    world.commit({ [template]: text });
    expect(answer).toMatchObject({ code: 1, error: { code: 'AMI_FAILED' } });
    expect(answer.error!.message).toMatch(/^ami:node: Packer: Error: .*instanz_type.*Did you/);
    expect(answer.error!.message).toContain(template);
    expect(answer.error!.message).not.toContain('\n');
    await expectNothing();
  });

  test('a playbook that fails: the task and its words', async () => {
    const path = 'ansible/roles/motd/tasks/main.yml';
    const task = 'Fail it\n  ansible.builtin.fail:\n    msg: "not, today"';
    world.commit({ [path]: `---\n- name: ${task}\n` });
    const answer = await world.bake();
    expect(answer.error).toEqual({
      code: 'AMI_FAILED',
      message:
        'ami:node: Packer: Error executing Ansible: Non-zero exit status: 2 (task motd : Fail it: not, today)',
    });
    await expectNothing();
  });

  test('a role that the playbook needs and the template does not name', async () => {
    world.commit({
      'ansible/node.yml': '---\n- name: Node\n  hosts: all\n  gather_facts: false\n  roles:\n    - metrics\n',
    });
    const answer = await world.bake();
    expect(answer.error?.message).toMatch(/metrics/);
    await expectNothing();
  });

  test('an account that project.yaml does not list, before anything is changed', async () => {
    world.commit({ 'project.yaml': projectYaml({ ...world.aws, account: '999999999999' }) });
    const answer = await world.bake();
    world.commit({ 'project.yaml': projectYaml(world.aws) });
    expect(answer).toMatchObject({ code: 1, error: { code: 'WRONG_ACCOUNT' } });
    expect(answer.error!.message).toMatch(/123456789012.*999999999999/);
    expect(world.mutations()).toEqual([]);
  });

  test('a variable that the template does not declare', async () => {
    world.commit({ 'project.yaml': projectYaml(world.aws).replace('greeting:', 'greetings:') });
    const answer = await world.bake();
    world.commit({ 'project.yaml': projectYaml(world.aws) });
    expect(answer.error?.code).toBe('AMI_VARIABLE');
    expect(answer.error?.message).toContain('did you mean "greeting"?');
    expect(world.mutations()).toEqual([]);
  });

  test('no credentials, refused ones, an endpoint that is not there', async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, HOME: '/nonexistent' };
    expect((await world.bake(none)).error?.code).toBe('NO_CREDENTIALS');
    world.proxy.inject({ body: new RegExp(OURS), fault: awsError(401, 'AuthFailure') });
    expect((await world.bake()).error?.code).toBe('CREDENTIALS_REFUSED');
    world.proxy.inject({ body: new RegExp(OURS), fault: awsError(400, 'RequestExpired') });
    expect((await world.bake()).error?.message).toContain('log in again');
    const gone = await world.bake({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(gone.error?.code).toBe('AWS_UNREACHABLE');
    expect(world.mutations()).toEqual([]);
  });

  test('no Packer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'path-'));
    symlinkSync('/usr/bin/git', join(folder, 'git'));
    const answer = await world.bake({ PATH: folder });
    rmSync(folder, { recursive: true });
    expect(answer).toMatchObject({ code: 1, error: { code: 'NO_PROGRAM' } });
    expect(answer.error!.message).toContain('packer');
    expect(world.mutations()).toEqual([]);
  });
});

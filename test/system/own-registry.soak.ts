import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewSecret } from '../../generator/adapters/secrets/make-secret.ts';
import { markStack } from '../../generator/drivers/stack/mark-stack.ts';
import { MANAGED_SECRETS } from '../../generator/model/managed-secrets.ts';
import { startOwnRegistryWorld } from './services/own-registry-world.ts';
import type { Applied, OwnRegistryWorld } from './services/own-registry-world.ts';
import { askDoor, knockAtDoor, listDoors } from './services/registry-doors.ts';

let world: OwnRegistryWorld | undefined;
beforeAll(async () => {
  world = await startOwnRegistryWorld();
});
afterAll(() => world?.stop());

const actions = ({ components }: { components: { id: string; action: string }[] }): Record<string, string> =>
  Object.fromEntries(components.map(({ id, action }) => [id, action]));
const outcomes = ({ result }: Applied): Record<string, string> =>
  Object.fromEntries(result.components.map(({ id, outcome, cause }) => [id, cause ?? outcome]));
const reference = ({ result }: Applied, id: string): string =>
  result.components.find((one) => one.id === id)!.artifact!.reference;

/** On the machine, as root. */
const shell = (script: string): string => {
  const { status, stdout, stderr } = world!.machine.ssh(['sudo', 'bash', '-c', script]);
  return status === 0 ? stdout.trim() : `${status}: ${stdout}${stderr}`;
};
const ask = (port: number, request: string, header?: string): string =>
  askDoor(world!.machine, port, request, header);

let first: Applied;
test('before the registry is there its images are not, and one run makes both', async () => {
  const plan = await world!.plan();
  expect(actions(plan)).toMatchObject({ 'image:api': 'build', 'stack:registry': 'deploy' });
  expect(plan.components.find(({ id }) => id === 'image:api')?.reason).toBe(
    'stack:registry is not deployed yet',
  );
  first = await world!.apply();
  expect(outcomes(first)).toEqual({
    'image:api': 'built',
    'image:base': 'built',
    'infrastructure:cluster': 'kept',
    'stack:registry': 'deployed',
    'stack:web': 'deployed',
  });
  expect(reference(first, 'image:api')).toMatch(/^127\.0\.0\.1:5000\/shop\/api@sha256:[0-9a-f]{64}$/);
});

test('the node reads what was built, without a password', () => {
  const api = reference(first, 'image:api');
  expect(
    shell('docker ps --filter label=com.docker.swarm.service.name=shop-web_api --format {{.Image}}'),
  ).toBe(api.replace(/@.*/, ''));
  expect(world!.docker('run', '--rm', '--network', 'none', api, 'cat', '/etc/greeting')).toBe('hello');
  expect(ask(5000, 'GET /v2/shop/api/tags/list')).toBe('HTTP/1.0 200 OK');
});

test('writing takes a password, and the door for reading never writes', () => {
  expect(ask(5001, 'POST /v2/shop/api/blobs/uploads/')).toBe('HTTP/1.0 401 Unauthorized');
  expect(ask(5001, 'GET /v2/shop/api/tags/list')).toBe('HTTP/1.0 401 Unauthorized');
  expect(ask(5000, 'POST /v2/shop/api/blobs/uploads/')).toBe('HTTP/1.0 405 Method Not Allowed');
});

test('both doors are on the loopback of the node and nowhere else', async () => {
  const { machine } = world!;
  expect(listDoors(machine)).toEqual(['127.0.0.1:5000', '127.0.0.1:5001']);
  expect(await knockAtDoor(machine, 5000)).toBe('ECONNREFUSED');
});

test('the password is in the Swarm, for its managers, and in nothing that a run says', () => {
  const config = world!.docker('config', 'inspect', '--format', '{{json .Spec.Data}}', 'registry_password');
  const { password } = JSON.parse(Buffer.from(JSON.parse(config) as string, 'base64').toString()) as {
    password: string;
  };
  expect(password).toHaveLength(43);
  expect(first.said.join('\n')).not.toContain(password);
  expect(
    shell(`grep -rlF ${password} /etc /home /root /tmp /var/log /run --exclude-dir=docker || true`),
  ).toBe('');
  expect(shell('docker secret ls --format {{.Name}}')).toBe('registry_htpasswd');
});

test('a second run builds and deploys nothing', async () => {
  const again = await world!.apply();
  expect(new Set(Object.values(outcomes(again)))).toEqual(new Set(['kept']));
  expect(reference(again, 'image:api')).toBe(reference(first, 'image:api'));
});

test('one changed image is built and rolled out, the others are kept', async () => {
  world!.commit({ 'images/api/greeting': 'goodbye\n' });
  const changed = await world!.apply();
  expect(outcomes(changed)).toMatchObject({
    'image:api': 'built',
    'image:base': 'kept',
    'stack:registry': 'kept',
    'stack:web': 'deployed',
  });
  const api = reference(changed, 'image:api');
  expect(world!.docker('run', '--rm', '--network', 'none', api, 'cat', '/etc/greeting')).toBe('goodbye');
});

test('the run that deploys the registry with another password pushes by it, and the former one opens nothing more', async () => {
  const passwordOf = (name: string): string => {
    const config = world!.docker('config', 'inspect', '--format', '{{json .Spec.Data}}', name);
    const text = Buffer.from(JSON.parse(config) as string, 'base64').toString();
    return (JSON.parse(text) as { password: string }).password;
  };
  const former = passwordOf('registry_password');
  await world!.withEngine(async (engine) => {
    const registry = MANAGED_SECRETS.find(({ kind }) => kind === 'registry')!;
    await markStack(engine, 'shop', 'registry');
    await renewSecret(engine, registry, 'shop');
  });
  world!.commit({ 'images/api/greeting': 'with another password\n' });
  const changed = await world!.apply();
  expect(outcomes(changed)).toMatchObject({ 'image:api': 'built', 'stack:registry': 'deployed' });
  expect(shell('docker secret ls --format {{.Name}}')).toBe('registry_htpasswd-2');
  const status = (password: string): string => {
    const login = Buffer.from(`millrace:${password}`).toString('base64');
    return ask(5001, 'GET /v2/', `Authorization: Basic ${login}`);
  };
  const now = passwordOf('registry_password-2');
  expect([status(now), status(former)]).toEqual(['HTTP/1.0 200 OK', 'HTTP/1.0 401 Unauthorized']);
  expect(changed.said.join('\n')).not.toContain(now);
});

test('a wrong password is told of in one line, and the built image is not published', async () => {
  world!.commit({ 'images/api/greeting': 'once more\n' });
  const refused = await world!.apply({
    MILLRACE_REGISTRY_USERNAME: 'millrace',
    MILLRACE_REGISTRY_PASSWORD: 'not-the-password',
  });
  expect(outcomes(refused)['image:api']).toMatch(/unauthorized|denied|no basic auth/i);
  expect(refused.said.join('\n')).not.toContain('not-the-password');
});

test('a registry that lost a service is put right by the next run, which finds the images again', async () => {
  world!.git('revert', '--no-edit', 'HEAD');
  world!.docker('service', 'rm', 'shop-registry_loopback');
  shell('until ! ss -Hltn | grep -q ":5000 "; do sleep 0.2; done');
  expect(actions(await world!.plan())).toMatchObject({ 'image:api': 'build', 'stack:registry': 'deploy' });
  const mended = await world!.apply();
  expect(outcomes(mended)).toMatchObject({ 'image:api': 'built', 'stack:registry': 'deployed' });
  expect(mended.said.join('\n')).toContain('adopting what another run has published');
  expect(mended.said.join('\n')).not.toContain('"pushing"');
});

test('one that is deployed and does not answer is an error, never an absence', async () => {
  shell('iptables -I INPUT -i lo -p tcp --dport 5000 -j REJECT');
  await expect(world!.plan()).rejects.toMatchObject({
    code: 'NO_REGISTRY',
    message: expect.stringMatching(/deployed, but does not answer.*apply --only stack:registry/),
  });
});

test('the stack is the one that the platform ships', () => {
  const shipped = readFileSync(join(import.meta.dirname, '../../stacks/registry.yml'), 'utf8');
  expect(readFileSync(join(world!.folder, 'stacks/registry.yml'), 'utf8')).toBe(shipped);
});

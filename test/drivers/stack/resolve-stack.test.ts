import { describe, expect, test } from '@jest/globals';
import { writeCompose } from '../../../generator/drivers/stack/write-compose.ts';
import { readMirrors } from '../../../generator/model/mirrors.ts';
import { DIGEST, PIN, resolve } from './stack-sources.ts';

const hashOf = (...args: Parameters<typeof resolve>): string => resolve(...args).services.get('a')!.hash;

describe('a stack is resolved', () => {
  test('images are what was built, where the nodes read it, or what the lock pins, where its mirror is', () => {
    const { rules } = readMirrors({ 'docker.io': 'mirror.example.com/hub' });
    const { services } = resolve(
      'services: { a: { image: shop/api }, b: { image: redis:7 } }',
      {},
      {
        mirrors: rules,
      },
    );
    expect([...services.values()].map(({ image }) => image)).toEqual([
      `127.0.0.1:5000/shop/api@${DIGEST}`,
      `mirror.example.com/hub/library/redis@${PIN}`,
    ]);
  });

  test.each([
    ['services: { a: { image: shop/web } }', 'image:web is needed and was not built yet'],
    ['services: { a: { image: nginx } }', 'nginx has no pin in project.lock.yaml; run `millrace lock`'],
    ['services: { a: { image: shop/api:1 } }', 'the service a: "shop/api:1" is an image of this project'],
    ['services: { a: {} }', 'the service a has no image'],
    ['services: {}', 'stacks/web.yml has no service'],
    [
      'services: { a: { image: redis:7, volumes: ["./x:/x"] } }',
      'the service a mounts ./x, which is on no node',
    ],
    ['services: { a.b: { image: redis:7 } }', 'the name of the service a.b is not one that a Swarm takes'],
    [`services: { ${'a'.repeat(60)}: { image: redis:7 } }`, '69 characters of at most 63'],
    [
      'services: { a: { image: redis:7, env_file: x.env } }',
      'there is no file x.env in the repository; is it committed?',
    ],
    [
      'services: { a: { image: redis:7 } }\nconfigs: { c: { file: ../jenkins/casc.yaml } }',
      'there is no file ../jenkins/casc.yaml in the repository; run `millrace generate` and commit it',
    ],
    [
      'services: { a: { image: redis:7 } }\nconfigs: { c: { file: ../../c } }',
      'name a file of the repository',
    ],
    [
      'services: { a: { image: redis:7 } }\nsecrets: { c: { file: /etc/c } }',
      'name a file of the repository',
    ],
    ['services: { a: { image: redis:7 } }\nsecrets: { c: {} }', 'has neither file: nor external:'],
  ])('%j is refused', (text, message) => {
    expect(() => resolve(text)).toThrow(message);
  });

  test('environment is that of files, then its own; a name alone is a variable of the stack', () => {
    const { services } = resolve(
      'services: { a: { image: redis:7, env_file: [a.env, ../b.env], environment: [X=1, GIVEN, NOT_GIVEN] } }',
      {
        'stacks/a.env': '# comment\n  A="quoted" \nX=file\nB=a\n\nGIVEN\nNOT_GIVEN\n',
        'b.env': 'B=b=c\r\n',
      },
      { variables: { GIVEN: 'yes' } },
    );
    expect(services.get('a')!.definition['environment']).toEqual({
      A: '"quoted" ',
      B: 'b=c',
      GIVEN: 'yes',
      X: '1',
    });
  });

  test('a failed update goes back, unless the file says otherwise', () => {
    const { services } = resolve(
      'services: { a: { image: redis:7 }, b: { image: redis:7, deploy: { update_config: { failure_action: pause, order: start-first } } } }',
    );
    const updates = [...services.values()].map(
      ({ definition }) => (definition['deploy'] as { update_config: unknown }).update_config,
    );
    expect(updates).toEqual([
      { failure_action: 'rollback' },
      { failure_action: 'pause', order: 'start-first' },
    ]);
  });

  test('configs and secrets are versions by their content, ones made elsewhere are left', () => {
    const { files } = resolve(
      'services: { a: { image: redis:7 } }\nconfigs: { c: { file: c.txt }, e: { external: true }, f: { external: { name: g } } }\nsecrets: { s: { file: c.txt, name: mine } }',
      { 'stacks/c.txt': 'x' },
    );
    expect(files.map(({ fullName }) => fullName)).toEqual([
      'shop-web_c-2d711642b726',
      'e',
      'g',
      'mine-2d711642b726',
    ]);
  });

  test("a service's hash is of what it uses, and of nothing else", () => {
    const file = (rest = '', service = ''): string =>
      `services: { a: { image: shop/api, configs: [c], networks: [n], volumes: ["v:/v"]${service} }, b: { image: redis:7 } }\nconfigs: { c: { file: c.txt }, d: { file: d.txt } }\nnetworks: { n: {}, m: {} }\nvolumes: { v: {} }\n${rest}`;
    const files = { 'stacks/c.txt': 'c', 'stacks/d.txt': 'd' };
    const hash = hashOf(file(), files);
    expect(hashOf(file('# a comment\nx-more: 1\n'), files)).toBe(hash);
    expect(hashOf(file().replace('redis:7 }', 'redis:7, tty: true }'), files)).toBe(hash);
    expect(hashOf(file().replace('m: {}', 'm: { internal: true }'), files)).toBe(hash);
    expect(hashOf(file(), { ...files, 'stacks/d.txt': 'D' })).toBe(hash);
    const others = [
      hashOf(file(), { ...files, 'stacks/c.txt': 'C' }),
      hashOf(file('', ', tty: true'), files),
      hashOf(file().replace('n: {}', 'n: { internal: true }'), files),
      hashOf(file().replace('v: {}', 'v: { driver: nfs }'), files),
      hashOf(file(), files, { registry: 'elsewhere:5000' }),
      hashOf(file(), files, { withoutIpvs: true }),
      hashOf(file(), files, { artifacts: new Map([['image:api', { id: PIN, reference: '' }]]) }),
    ];
    expect(new Set([hash, ...others]).size).toBe(8);
  });

  test('without IPVS names lead to tasks and ports are those of the nodes', () => {
    const { services } = resolve(
      'services: { a: { image: redis:7, ports: [80, "8080:80/udp", "90-91:80-81", { target: 5, mode: ingress }], deploy: { replicas: 2 } } }',
      {},
      { withoutIpvs: true },
    );
    const { ports, deploy } = services.get('a')!.definition;
    expect(deploy).toMatchObject({ replicas: 2, endpoint_mode: 'dnsrr' });
    expect(ports).toEqual([
      { target: 80, protocol: 'tcp', mode: 'host' },
      { target: 80, published: 8080, protocol: 'udp', mode: 'host' },
      { target: 80, published: 90, protocol: 'tcp', mode: 'host' },
      { target: 81, published: 91, protocol: 'tcp', mode: 'host' },
      { target: 5, mode: 'host' },
    ]);
    expect(() =>
      resolve('services: { a: { image: redis:7, ports: [x] } }', {}, { withoutIpvs: true }),
    ).toThrow('the service a: "x" is not a port');
  });
});

describe('the compose file for Docker', () => {
  const stack = resolve(
    'services: { a: { image: redis:7, networks: [n], environment: { A: "$$x\\u0007\\u0085" }, secrets: [s] }, b: { image: shop/api, volumes: ["v:/v"] } }\nnetworks: { n: {} }\nvolumes: { v: {} }\nsecrets: { s: { file: s.txt } }',
    { 'stacks/s.txt': 'very secret' },
  );

  test('holds the chosen services and only what these need', () => {
    const written = JSON.parse(writeCompose(stack, new Set(['a']))) as Record<string, object>;
    expect(
      Object.fromEntries(Object.entries(written).map(([key, value]) => [key, Object.keys(value)])),
    ).toEqual({
      version: expect.anything(),
      services: ['a'],
      networks: ['n'],
      volumes: [],
      configs: [],
      secrets: ['s'],
    });
    expect(written['secrets']).toEqual({ s: { external: true, name: stack.files[0]!.fullName } });
    const other = JSON.parse(writeCompose(stack, new Set(['b']))) as Record<string, object>;
    expect(Object.keys(other['networks']!)).toEqual(['default']);
  });

  test('has no secret in it, no dollar that Docker would replace, and nothing that its YAML refuses', () => {
    const text = writeCompose(stack, new Set(['a', 'b']));
    expect(text).not.toContain('very secret');
    expect(text).toContain('"$$x\\u0007\\u0085"');
    expect(text).not.toMatch(/[\u007f-\u009f]/);
  });

  test('labels what it makes with project, component and hash', () => {
    const written = JSON.parse(writeCompose(stack, new Set(['b']))) as {
      services: { b: { deploy: { labels: unknown } } };
      networks: { default: { labels: unknown } };
      volumes: { v: { labels: unknown } };
    };
    const own = { 'millrace.project': 'shop', 'millrace.component': 'stack:web' };
    const { hash } = stack.services.get('b')!;
    expect(written.services.b.deploy.labels).toEqual({ ...own, 'millrace.hash': hash });
    expect(written.networks.default.labels).toMatchObject(own);
    expect(written.volumes.v.labels).toEqual(own);
  });
});

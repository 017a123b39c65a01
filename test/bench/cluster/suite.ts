import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createProcesses } from '../../../generator/adapters/processes.ts';
import { labFolder } from '../../../generator/lab/lab-state.ts';
import { expectFine, setVariables, startClusterWorld } from '../../system/services/cluster-world.ts';
import type { ClusterWorld } from '../../system/services/cluster-world.ts';
import type { ShopCount } from '../../system/services/shop-client.ts';
import { pythonTool } from '../../system/services/aws-stand-in.ts';
import { describeMachine } from '../describe-machine.ts';
import { median } from '../measure.ts';
import { seconds, table } from '../table.ts';

/** What one step took. */
interface Step {
  name: string;
  /** Of each time it was done. */
  wallSeconds: number[];
  /** Requests to AWS, of whatever came first. */
  calls: number;
  /** Of the wall time: inside `ansible-playbook`, which is what the same by hand takes. */
  playbookSeconds: number;
}

const NAMES = {
  first: 'nothing → image, three nodes, a shop that serves',
  same: 'once more, nothing to do',
  edit: 'one service edited, until it serves',
  bare: '`docker build`, `docker push`, `docker service update` of that service',
  revert: '`git revert` of it',
  role: 'a role edited: another image, three nodes replaced',
  resize: 'three nodes → two',
  destroy: '`destroy`, proof included',
};

/** `npm run bench -- cluster`: the sample shop in a lab with machines. Needs root. @returns Markdown */
export async function benchCluster(rounds: number, say: (text: string) => void): Promise<string> {
  const tools = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const world = await startClusterWorld({ nodes: 3 });
  const about = describeMachine(tmpdir());
  try {
    const { steps, clients } = await runStory(world, shimPlaybook(tools), rounds, say);
    return `${about()}\n${render(steps)}\n${renderClients(clients)}`;
  } finally {
    await world.stop();
    rmSync(tools, { recursive: true, force: true });
  }
}

/** An `ansible-playbook` before the real one that notes how long that took. */
function shimPlaybook(folder: string): { path: string; take: () => number } {
  const times = join(folder, 'times');
  writeFileSync(times, '');
  const file = join(folder, 'ansible-playbook');
  writeFileSync(
    file,
    `#!/bin/sh\nstart=$(date +%s.%N)\n'${pythonTool('ansible-playbook')}' "$@"\ncode=$?\necho "$start $(date +%s.%N)" >>'${times}'\nexit $code\n`,
  );
  chmodSync(file, 0o755);
  return {
    path: `${folder}:${process.env['PATH']}`,
    take: () => {
      const lines = readFileSync(times, 'utf8').trim().split('\n').filter(Boolean);
      writeFileSync(times, '');
      return lines.reduce((sum, line) => sum + span(line), 0);
    },
  };
}

function span(line: string): number {
  const [start, end] = line.split(' ').map(Number);
  return end! - start!;
}

async function runStory(
  world: ClusterWorld,
  shim: ReturnType<typeof shimPlaybook>,
  rounds: number,
  say: (text: string) => void,
): Promise<{ steps: Step[]; clients: ClientCount[] }> {
  const steps: Step[] = [];
  const clients: ClientCount[] = [];
  const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    world.takeActions();
    shim.take();
    const start = performance.now();
    await work();
    const wall = (performance.now() - start) / 1_000;
    say(`${seconds(wall).padStart(9)}  ${name}`);
    const known = steps.find((step) => step.name === name);
    if (known) known.wallSeconds.push(wall);
    else
      steps.push({
        name,
        wallSeconds: [wall],
        calls: world.takeActions().length,
        playbookSeconds: shim.take(),
      });
  };
  const run = async (...args: string[]): Promise<void> =>
    expectFine(await world.run([...args, '--quiet'], { PATH: shim.path }));
  const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');
  const api = 'services/api/api.py';
  const first = read(api);
  await measure(NAMES.first, () => run('apply'));
  for (let round = 0; round <= rounds; round++) await measure(NAMES.same, () => run('apply'));
  const planned = await world.run(['plan', '--json']);
  const base = planned.json.components.find(({ id }) => id === 'image:base')!.artifact!.reference;
  for (let round = 1; round <= rounds; round++) {
    world.commit({ [api]: first.replace('VERSION = "1"', `VERSION = "edit-${round}"`) });
    await measure(NAMES.edit, () => run('apply'));
    world.git('revert', '--no-edit', 'HEAD');
    await measure(NAMES.revert, () => run('apply'));
    await measure(NAMES.bare, () => updateByHand(world, base, round));
    // Back to what the commit says.
    await run('apply');
  }
  const role = 'ansible/roles/swarm_node/defaults/main.yml';
  world.commit({ [role]: `${read(role)}\n# Another image.\n` });
  await measure(NAMES.role, () => run('apply'));
  const resize = (nodes: number): void => {
    setVariables(world.folder, { nodes, ssh_from: ['203.0.113.0/24'] });
    world.commit({});
  };
  resize(2);
  await measure(NAMES.resize, () => run('apply'));
  // Apart, for clients ask AWS for addresses, which would be counted.
  world.commit({ [role]: `${read(role)}\n# One more image.\n` });
  await watch(world, clients, 'two nodes replaced', () => run('apply'));
  resize(3);
  await watch(world, clients, 'two nodes → three', () => run('apply'));
  await measure(NAMES.destroy, () => run('destroy', '--account', '123456789012'));
  return { steps, clients };
}

/** What somebody met who asked all the while. */
interface ClientCount extends ShopCount {
  step: string;
  path: string;
}

/** Asks for the page, which every node can make, and for the orders, which the one database keeps. */
async function watch(
  world: ClusterWorld,
  counts: ClientCount[],
  step: string,
  work: () => Promise<void>,
): Promise<void> {
  const clients = ['/', '/orders'].map((path) => ({ path, client: world.startClient(path) }));
  await work();
  for (const { path, client } of clients) counts.push({ step, path, ...(await client.stop()) });
}

const processes = createProcesses();

/** The same change without us: as somebody does it who knows which service, and which base. */
async function updateByHand(world: ClusterWorld, base: string, round: number): Promise<void> {
  const state = JSON.parse(readFileSync(join(labFolder(world.folder), 'lab.json'), 'utf8')) as {
    registry: { address: string };
    engine: { host: string };
  };
  const { address } = state.registry;
  const file = readFileSync(join(world.folder, 'services/api/Dockerfile'), 'utf8');
  const context = mkdtempSync(join(tmpdir(), 'bare-'));
  const name = `${address}/bare/api:${round}`;
  writeFileSync(join(context, 'Dockerfile'), file.replace(/^FROM .*/m, `FROM ${base}`));
  const text = readFileSync(join(world.folder, 'services/api/api.py'), 'utf8');
  writeFileSync(join(context, 'api.py'), text.replace(/VERSION = ".*"/, `VERSION = "bare-${round}"`));
  const env = { DOCKER_HOST: state.engine.host, DOCKER_BUILDKIT: '1' };
  const docker = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await processes.run({ file: '/usr/bin/docker', args, env });
    if (code !== 0) throw new Error(`docker ${args[0]}: ${stderr}`);
  };
  await docker('build', '--quiet', '-t', name, context);
  await docker('push', '--quiet', name);
  const [node] = await world.machines();
  await world.inside(node!.id, ['docker', 'service', 'update', '--image', name, 'shop-shop_api']);
  rmSync(context, { recursive: true, force: true });
}

function render(steps: readonly Step[]): string {
  const rows = steps.map(({ name, wallSeconds, calls, playbookSeconds }) => [
    name,
    seconds(median(wallSeconds)),
    String(wallSeconds.length),
    name === NAMES.bare ? '–' : String(calls),
    playbookSeconds === 0 ? '–' : seconds(playbookSeconds),
  ]);
  return table(['step', 'wall', 'runs', 'calls to AWS', 'of it in `ansible-playbook`'], rows);
}

function renderClients(clients: readonly ClientCount[]): string {
  const rows = clients.map(({ step, path, answered, failed, slowest }) => [
    step,
    `\`${path}\``,
    String(answered),
    String(failed.length),
    seconds(slowest / 1_000),
  ]);
  return table(['meanwhile', 'asked for', 'answered', 'failed', 'longest answer'], rows);
}

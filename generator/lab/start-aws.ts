import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../model/project/project.ts';
import { startAtFreePort } from './free-port.ts';
import type { LabState } from './lab-state.ts';
import { startServer, stopServer } from './own-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

/** What the stand-in's account is where the project names none. */
const ACCOUNT = '123456789012';

/**
 * The stand-in of AWS (program `moto_server`, 5.2), with an image for each source that the project's AMIs start from.
 * Its account is the first that the project lists.
 */
export async function startAws(folder: string, project: Project): Promise<NonNullable<LabState['aws']>> {
  return startAtFreePort((port) => startAt(folder, project, port));
}

async function startAt(
  folder: string,
  project: Project,
  port: number,
): Promise<NonNullable<LabState['aws']>> {
  const endpoint = `http://127.0.0.1:${port}`;
  const account = project.aws?.accounts[0] ?? ACCOUNT;
  const [images, log] = [join(folder, 'source-amis.json'), join(folder, 'aws.log')];
  writeFileSync(images, JSON.stringify(sourceImages(project)));
  const server = await startServer(
    folder,
    {
      file: 'moto_server',
      args: ['-H', '127.0.0.1', '-p', String(port)],
      env: { MOTO_AMIS_PATH: images, MOTO_ACCOUNT_ID: account },
    },
    log,
  );
  try {
    await waitUntilUp('AWS stand-in', server, log, async () => (await fetch(`${endpoint}/moto-api/`)).ok);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { endpoint, account, server };
}

/** In the form of moto's own list of AMIs (moto, moto/ec2/resources/amis.json). */
function sourceImages(project: Project): object[] {
  return Object.values(project.amis).map(({ source }) => {
    const name = source.name.replaceAll('*', 'lab').replaceAll('?', '0');
    const owner = /^[0-9]{12}$/.test(source.owner) ? source.owner : ACCOUNT;
    const digits = createHash('sha256').update(`${owner}\n${name}`).digest('hex').slice(0, 17);
    return {
      ami_id: `ami-${digits}`,
      name,
      description: 'A source image of the lab',
      owner_id: owner,
      image_owner_alias: /^[0-9]/.test(source.owner) ? undefined : source.owner,
      public: true,
      virtualization_type: source.virtualization,
      architecture: source.architecture,
      state: 'available',
      platform: null,
      image_type: 'machine',
      hypervisor: 'xen',
      root_device_name: '/dev/xvda',
      root_device_type: source.rootDevice,
      sriov: 'simple',
    };
  });
}

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareBaseSystem } from '../machines/base-system.ts';
import { describeBridge } from '../machines/bridge.ts';
import { changeMachines } from './change-machine.ts';
import { completeAnswer } from './complete-answer.ts';
import { onlyReads } from './ec2-request.ts';
import type { Ec2Request } from './ec2-request.ts';
import { followInstances } from './follow-instances.ts';
import type { InstanceFollower } from './follow-instances.ts';
import { forwardToLoopback } from './forward-to-loopback.ts';
import { readLabSettings, writeLabSettings } from './lab-settings.ts';
import { createProxy } from './proxy.ts';
import type { Answer } from './proxy.ts';
import { createTurns } from './turns.ts';

/**
 * Stands before the AWS stand-in and keeps machines in step with its instances. Everything that it knows lies in the
 * lab's folder or in the stand-in: it may be killed and started again.
 * @param tell gets what a person may want to know, line by line
 */
export async function serveLab(folder: string, tell: (text: string) => void): Promise<void> {
  const settings = readLabSettings(folder);
  const bridge = describeBridge(folder);
  // Two machines that start at once wait for the same.
  let base: Promise<string> | undefined;
  const prepareBase = (): Promise<string> => {
    base ??= prepareBaseSystem(join(folder, 'base'), tell).catch((error: unknown) => {
      base = undefined;
      throw error;
    });
    return base;
  };
  const changer = changeMachines({ folder, bridge, prepareBase, ...settings });
  // The stand-in answers each request in a thread, and reads of it break where another one writes.
  const turns = createTurns();
  const alone = <T>(speak: () => Promise<T>): Promise<T> => turns.take('stand-in', speak);
  const follower = followInstances({ folder, changer, regions: () => settings.regions, alone, tell });
  const remember = (region: string): void => {
    if (region === '' || settings.regions.includes(region)) return;
    settings.regions.push(region);
    writeLabSettings(folder, settings);
  };
  for (const port of settings.forwarded) await forwardToLoopback(bridge, port);
  const server = createProxy(settings.aws, async (request, passNow) => {
    const pass = (): Promise<Answer> => alone(passNow);
    if (request.action !== '') appendFileSync(join(folder, CALLS), `${request.service}:${request.action}\n`);
    if (request.service === 'ec2') remember(request.region);
    if (!onlyReads(request)) return change(follower, request, pass);
    return completeAnswer(request.action, await pass());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  await follower.follow();
}

/** Each call to AWS that came in, a line each, as policies name it: `ec2:RunInstances`. */
export const CALLS = 'aws-calls.log';

/** What is quick is done before the answer, so that who asked finds it done; a machine boots and stops in its own time. */
const AWAITED = /^(?:Attach|Detach|Delete)Volume$|^TerminateInstances$|^DeregisterImage$/;

const PATIENCE_MILLISECONDS = 5_000;

async function change(
  follower: InstanceFollower,
  request: Ec2Request,
  pass: () => Promise<Answer>,
): Promise<Answer> {
  const { action, parameters } = request;
  const instance = parameters.get('InstanceId');
  if (action === 'CreateImage' && instance !== null) {
    let answer: Answer | undefined;
    // Made after the copy: an image that can be seen can be booted from.
    await follower.saveImage(instance, async () => {
      answer = await pass();
      return answer.status === 200 ? /<imageId>([^<]+)</.exec(answer.body.toString())?.[1] : undefined;
    });
    return answer!;
  }
  const answer = await pass();
  const done = follower.follow();
  // Another machine's long boot holds nobody up.
  if (AWAITED.test(action))
    await Promise.race([done, sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
  if (action === 'RebootInstances')
    for (const [name, id] of parameters) if (/^InstanceId\.\d+$/.test(name)) void follower.reboot(id);
  return answer;
}

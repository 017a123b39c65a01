import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ResolvedStack } from './resolve-stack.ts';
import { HASH, refuseForeign } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { Labels, SwarmNetwork } from './swarm-objects.ts';

/**
 * Looks whether the networks that are there are those that the stack names: a network cannot be changed, only made anew
 * when nothing uses it.
 * @throws UserError CHANGED_NETWORK, NO_NETWORK, FOREIGN_STACK
 */
export async function checkNetworks(
  engine: Pick<Engine, 'get'>,
  stack: ResolvedStack,
  labels: Labels,
): Promise<void> {
  const found = (await engine.get('/networks')) as SwarmNetwork[];
  for (const [name, { fullName, external, hash }] of stack.networks) {
    const there = found.find(({ Name }) => Name === fullName);
    if (external) {
      if (there) continue;
      throw new UserError(
        'NO_NETWORK',
        `the network ${fullName} is to be there (external) and is not; make it, or deploy the stack that it belongs to first`,
      );
    }
    if (!there) continue;
    refuseForeign(`the network ${fullName}`, there.Labels, labels);
    const deployed = there.Labels?.[HASH];
    if (deployed === undefined || deployed === hash) continue;
    throw new UserError(
      'CHANGED_NETWORK',
      `the network ${name} is defined in another way than it was made, and a network cannot be changed; give it another name in the stack file, by which its services move over`,
    );
  }
}

/** Networks of the stack that its file no longer has; one that is still in use stays. */
export async function sweepNetworks(
  engine: Pick<Engine, 'get' | 'remove'>,
  stack: Pick<ResolvedStack, 'networks'>,
  owner: readonly string[],
): Promise<void> {
  const wanted = new Set([...stack.networks.values()].map(({ fullName }) => fullName));
  const found = (await engine.get(`/networks?${labelQuery(...owner)}`)) as SwarmNetwork[];
  for (const { Id, Name } of found) {
    if (wanted.has(Name)) continue;
    await engine.remove(`/networks/${Id}`).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code !== 'ENGINE_REFUSED') throw error;
    });
  }
}

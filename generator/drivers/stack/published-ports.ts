import { isMapping } from '../../load/merge-keys.ts';
import type { Mapping } from '../../load/merge-keys.ts';
import { UserError } from '../../model/user-error.ts';

/** `[[address:]published:]target[/protocol]`, each port may be a range (docker/go-connections, nat). */
const SHORT =
  /^(?:(?:[^:]*:|\[[^\]]*\]:)?(?:([0-9]+)(?:-([0-9]+))?)?:)?([0-9]+)(?:-([0-9]+))?(?:\/(tcp|udp|sctp))?$/i;

/**
 * A service for a kernel without IPVS, where neither virtual addresses nor the routing mesh work: names lead to its tasks,
 * and its ports are those of the nodes that it runs on.
 * @throws UserError BAD_STACK
 */
export function withoutIpvs(service: Mapping, name: string): Mapping {
  const { ports, deploy } = service;
  const published = Array.isArray(ports) ? ports.flatMap((port: unknown) => onNode(port, name)) : [];
  return {
    ...service,
    ...(published.length > 0 ? { ports: published } : {}),
    deploy: { ...(isMapping(deploy) ? deploy : {}), endpoint_mode: 'dnsrr' },
  };
}

function onNode(port: unknown, service: string): Mapping[] {
  if (isMapping(port)) return [{ ...port, mode: 'host' }];
  const match = SHORT.exec(String(port));
  if (!match) {
    throw new UserError(
      'BAD_STACK',
      `the service ${service}: ${JSON.stringify(port)} is not a port; write published:target`,
    );
  }
  const [, published, , first = '', last = first, protocol = 'tcp'] = match;
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: Math.max(1, count) }, (_, step) => ({
    target: Number(first) + step,
    ...(published === undefined ? {} : { published: Number(published) + step }),
    protocol: protocol.toLowerCase(),
    mode: 'host',
  }));
}

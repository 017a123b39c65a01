import { openTunnel } from '../../../generator/adapters/ssh/open-tunnel.ts';
import type { TunnelOptions } from '../../../generator/adapters/ssh/open-tunnel.ts';
import type { ClusterNode } from '../../../generator/ports/cluster-nodes.ts';

/** A run with an open tunnel, to be killed by a test: says where its socket is, and stays. */
const { node, options } = JSON.parse(process.argv[2]!) as { node: ClusterNode; options: TunnelOptions };
const { socket } = await openTunnel(node, options);
process.stdout.write(`${socket}\n`);
setInterval(() => undefined, 60_000);

import { openTunnel } from '../../../generator/adapters/ssh/open-tunnel.ts';
import type { TunnelOptions } from '../../../generator/adapters/ssh/open-tunnel.ts';
import type { ClusterNode } from '../../../generator/ports/cluster-nodes.ts';

/** A run with an open tunnel: says where its socket is, and stays to be killed, or has nothing more to do. */
const { node, options } = JSON.parse(process.argv[3]!) as { node: ClusterNode; options: TunnelOptions };
const { socket } = await openTunnel(node, options);
process.stdout.write(`${socket}\n`);
if (process.argv[2] === 'stay') setInterval(() => undefined, 60_000);

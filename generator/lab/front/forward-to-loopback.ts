import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import type { Bridge } from '../machines/bridge.ts';

/** Leads a port of the host's end of the bridge to the same port of its loopback, for the lab's machines only. */
export async function forwardToLoopback({ host, gateway }: Bridge, port: number): Promise<Server> {
  const server = createServer((socket) => {
    // The host's other neighbours might find a way to this address, too.
    if (socket.remoteAddress !== gateway) {
      socket.destroy();
      return;
    }
    const inside = createConnection({ host: '127.0.0.1', port });
    for (const [from, to] of [
      [socket, inside],
      [inside, socket],
    ] as const) {
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

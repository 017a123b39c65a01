import { dirname, join } from 'node:path';

/**
 * Where a port of the other machine's loopback answers on this one: a socket beside the tunnel's own, in a folder that
 * only this user may enter. A port of this machine could be taken, and is open to everybody on it.
 * @param engineSocket the tunnel's
 */
export function portSocket(engineSocket: string, port: number): string {
  return join(dirname(engineSocket), `port-${port}.sock`);
}

/** Arguments of `ssh` that make these sockets; nothing needs to listen there until somebody connects. */
export function forwardPorts(engineSocket: string, ports: readonly number[]): string[] {
  return ports.flatMap((port) => ['-L', `${portSocket(engineSocket, port)}:127.0.0.1:${port}`]);
}

import { connect } from 'node:net';
import { enterMachine } from '../../ansible/enter-machine.ts';
import type { TestMachine } from './machine.ts';

/** @returns where the node listens for the doors of a project's own registry (stacks/registry.yml), sorted: `ADDRESS:PORT` */
export function listDoors(machine: TestMachine): string[] {
  const listening = enterMachine(machine, 'ss -Hltn | tr -s " " | cut -d" " -f4').split('\n');
  return listening.filter((at) => /:500[01]$/.test(at)).sort();
}

/** @returns first line of what the node itself is answered at that port of its loopback */
export function askDoor(
  machine: TestMachine,
  port: number,
  request: string,
  header = 'Content-Length: 0',
): string {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port}
printf '${request} HTTP/1.0\\r\\n${header}\\r\\n\\r\\n' >&3
head -n 1 <&3`;
  // Only bash has /dev/tcp.
  return enterMachine(machine, `bash -eu <<'END'\n${script}\nEND`);
}

/** How it ends for who comes from outside the node. @returns `connected`, or the error's code */
export function knockAtDoor({ address }: TestMachine, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

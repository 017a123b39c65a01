import { variablesOf } from '../../drivers/stack/inputs.ts';
import { memoryNeeds, parseBytes } from '../../drivers/stack/memory-needs.ts';
import { readCompose } from '../../drivers/stack/read-compose.ts';
import { plainPath } from '../../hash/path-inputs.ts';
import { memoryOf } from '../../model/instance-size.ts';
import { CONTROLLER, EXECUTORS, JENKINS_STACK, agentServices } from '../../model/jenkins/hosting-stack.ts';
import type { Finding } from '../../report/finding-table.ts';
import { messageOf, missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';
import { plannedNodes } from './planned-nodes.ts';

const GIGABYTE = 1024 ** 3;
/** What a kernel keeps for itself, and the system and Docker need, of each node. */
const SYSTEM = 0.1;

/** Bytes of each node that the services may have. */
type Nodes = readonly number[];

/** The services of all stacks of a Swarm, as they are limited, must find room on its nodes. */
export const checkMemory: Check = async (context) => {
  const places = new Set(Object.values(context.project.stacks).map(({ on }) => on));
  return (await Promise.all([...places].map((on) => checkPlace(on, context)))).flat();
};

async function checkPlace(on: string | undefined, context: DoctorContext): Promise<Finding[]> {
  const place = on === undefined ? 'the engine at hand' : `infrastructure:${on}`;
  let needs: TaskNeed[];
  try {
    needs = needsOf(on, context);
  } catch (error) {
    return [missing('memory', messageOf(error))];
  }
  const nodes = await findNodes(on, context);
  if (typeof nodes === 'string') return [warning('memory', `${place}: ${nodes}`)];
  const tasks = needs.flatMap(({ name, bytes = 0, tasks }) =>
    Array.from({ length: tasks === 'every' ? nodes.length : tasks }, () => ({ name, bytes })),
  );
  const [sum, room] = [add(tasks.map(({ bytes }) => bytes)), add(nodes)];
  const what = `${place}: its services may use ${gigabytes(sum)} of the ${gigabytes(room)} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  const way = 'give it larger or more nodes, or lower the limits of its stack files';
  const largest = Math.max(0, ...nodes);
  const giant = tasks.find(({ bytes }) => bytes > largest);
  const unlimited = [...new Set(needs.filter(({ bytes }) => bytes === undefined).map(({ name }) => name))];
  return [
    sum > room ? missing('memory', what, way) : ok('memory', what),
    ...(giant && sum <= room
      ? [
          missing(
            'memory',
            `${place}: ${giant.name} may use ${gigabytes(giant.bytes)}, more than any node has`,
            way,
          ),
        ]
      : []),
    ...(unlimited.length > 0
      ? [
          warning(
            'memory',
            `${place}: without a limit are ${unlimited.join(', ')}`,
            'set deploy.resources.limits.memory',
          ),
        ]
      : []),
    ...lackingExecutors(needs),
  ];
}

interface TaskNeed {
  /** `jenkins_controller`. */
  name: string;
  bytes?: number;
  tasks: number | 'every';
  /** That an agent of Jenkins has. */
  executors?: number;
}

/** @throws UserError BAD_STACK */
function needsOf(on: string | undefined, { project, files }: DoctorContext): TaskNeed[] {
  return Object.entries(project.stacks)
    .filter(([, stack]) => stack.on === on)
    .flatMap(([name, stack]) => {
      const content = files.read(plainPath(stack.file)) ?? new Uint8Array();
      const compose = readCompose(content, stack.file, variablesOf(stack));
      return memoryNeeds(compose).map(({ service, ...need }): TaskNeed => {
        const one = { name: `${name}_${service}`, ...need };
        if (name !== JENKINS_STACK) return one;
        // What project.yaml says of it counts also before the file agrees.
        if (service === CONTROLLER)
          return { ...one, bytes: Math.max(one.bytes ?? 0, parseBytes(project.jenkins.memory) ?? 0) };
        const agent = agentServices(project.jenkins.agents).find((each) => each.name === service);
        return agent ? { ...one, executors: EXECUTORS[agent.label] } : one;
      });
    });
}

function lackingExecutors(needs: readonly TaskNeed[]): Finding[] {
  return needs
    .filter(({ bytes, executors = 0 }) => bytes !== undefined && bytes < executors * GIGABYTE)
    .map(({ name, bytes, executors }) =>
      missing(
        'memory',
        `${name} may use ${gigabytes(bytes!)}, and ${executors === 1 ? 'its executor needs' : `its ${executors} executors need`} 1 GB each`,
        'raise its limit',
      ),
    );
}

/** @returns or why it is not known */
async function findNodes(on: string | undefined, context: DoctorContext): Promise<Nodes | string> {
  const planned = on === undefined ? undefined : plannedNodes(context.project, on);
  if (planned) {
    const memory = memoryOf(planned.type);
    if (memory === undefined) return `how much memory a ${planned.type} has is not known here`;
    return Array.from({ length: planned.nodes }, () => memory * GIGABYTE * (1 - SYSTEM));
  }
  try {
    const engine = await (await context.swarms()).find(on);
    const nodes = (await engine?.get('/nodes')) as SwarmNode[] | undefined;
    if (!nodes) return 'it is not there, so that its memory is not known';
    return nodes
      .filter(({ Status }) => Status?.State === 'ready')
      .map(({ Description }) => (Description?.Resources?.MemoryBytes ?? 0) * (1 - SYSTEM));
  } catch (error) {
    return `its memory is not known: ${messageOf(error)}`;
  }
}

interface SwarmNode {
  Status?: { State?: string };
  Description?: { Resources?: { MemoryBytes?: number } };
}

const add = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
const gigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;

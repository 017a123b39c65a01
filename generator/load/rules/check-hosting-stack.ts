import { credentialIds } from '../../model/jenkins/credentials.ts';
import {
  ADMIN_PASSWORD,
  AGENT_HOST_KEY,
  AGENT_KEY,
  CONTROLLER,
  CONTROLLER_KEY,
  EXECUTORS,
  HOST_PUBLIC_KEY,
  JENKINS_STACK,
  SERVICE_PASSWORD,
  agentServices,
  credentialMount,
} from '../../model/jenkins/hosting-stack.ts';
import type { Project } from '../../model/project/project.ts';
import { credentialId } from '../../model/managed-secrets.ts';
import { readHostingStack } from '../jenkins-stack.ts';
import type { HostingService, HostingStack } from '../jenkins-stack.ts';
import { memorySize } from '../memory-size.ts';
import { checkConfiguration, checkMounts } from './check-hosting-mounts.ts';
import type { ReportAt } from './check-hosting-mounts.ts';
import type { RuleContext } from './rule-context.ts';

/**
 * The stack `jenkins` against what jenkins/casc.yaml says of it: services are the agents that the controller calls by
 * name, and files are where it reads its secrets. Jenkins itself would start, or not, and say nothing of most of it.
 */
export function checkHostingStack({ project, files, reportIn, warnIn, wasDropped }: RuleContext): void {
  const declared = project.stacks[JENKINS_STACK];
  // What the schema refused there would be missed here.
  if (['jenkins', 'scm', 'registry', 'notify', 'jobs'].some(wasDropped)) return;
  const content = declared && files.read(declared.file);
  if (!content) return;
  const variables = Object.entries(declared.variables ?? {}).map(([name, value]) => [name, String(value)]);
  const stack = readHostingStack(content, Object.fromEntries(variables) as Record<string, string>);
  if (!stack) return;
  const report: ReportAt = ({ line, column }, message, hint) =>
    reportIn(declared.file, { line, column, message, hint });
  const warn: ReportAt = ({ line, column }, message, hint) =>
    warnIn(declared.file, { line, column, message, hint });
  const controller = stack.services.get(CONTROLLER);
  if (!controller) {
    const hint = `name Jenkins' own service ${CONTROLLER}, or give the stack another name than ${JENKINS_STACK}`;
    return warn(stack.place, `there is no service ${CONTROLLER}, which is Jenkins itself`, hint);
  }
  if (!checkConfiguration(stack, controller, declared.file, { report, warn })) return;
  checkController(project, stack, controller, report);
  checkAgents(project, stack, report);
}

function checkController(
  project: Project,
  stack: HostingStack,
  controller: HostingService,
  report: ReportAt,
): void {
  const ids = credentialIds(project);
  const wanted = [ADMIN_PASSWORD, SERVICE_PASSWORD, AGENT_KEY, HOST_PUBLIC_KEY, ...ids.map(credentialMount)];
  checkMounts(stack, controller, wanted, report);
  for (const { source, place } of controller.secrets) {
    const id = credentialId(source);
    if (id === undefined || ids.includes(id)) continue;
    const hint = 'name the credential there, or take the secret out';
    report(place, `${source}: project.yaml names no credential "${id}"`, hint);
  }
  const { memory } = project.jenkins;
  const found = controller.memory;
  if (found === undefined || memorySize(found.text) !== memorySize(memory)) {
    const said = found === undefined ? 'there is none' : `found ${found.text}`;
    report(
      found?.place ?? controller.place,
      `the service ${CONTROLLER}: expected the memory limit ${memory} of jenkins.memory, ${said}`,
      `write deploy: { resources: { limits: { memory: ${memory.toUpperCase()} } } }`,
    );
  }
  if (controller.order?.text === 'start-first') {
    const hint = 'write update_config: { order: stop-first, failure_action: rollback }';
    report(controller.order.place, 'two controllers would share a home: expected stop-first', hint);
  }
  checkOne(controller, report);
}

function checkAgents({ jenkins }: Project, stack: HostingStack, report: ReportAt): void {
  const agents = agentServices(jenkins.agents);
  for (const { name, label } of agents) {
    const service = stack.services.get(name);
    const count = jenkins.agents[label];
    if (!service) {
      const first = name === `${label}-1`;
      const hint = first
        ? 'write it as in the stacks/jenkins.yml that init --platform copies'
        : `write it as ${label}-1 stands, or set jenkins.agents.${label}`;
      report(stack.place, `there is no service ${name}; jenkins.agents.${label} is ${count}`, hint);
      continue;
    }
    const password = label === 'deploy' ? [SERVICE_PASSWORD] : [];
    checkMounts(stack, service, [CONTROLLER_KEY, AGENT_HOST_KEY, ...password], report);
    checkAgentMemory(service, EXECUTORS[label], report);
    checkOne(service, report);
  }
  for (const { name, place } of stack.services.values()) {
    const [, label] = /^(build|deploy)-[0-9]+$/.exec(name) ?? [];
    if (label === undefined || agents.some((agent) => agent.name === name)) continue;
    const count = jenkins.agents[label as 'build' | 'deploy'];
    const hint = `raise jenkins.agents.${label}, or take the service out`;
    report(place, `Jenkins does not know the agent ${name}; jenkins.agents.${label} is ${count}`, hint);
  }
}

/** Less than this and a build's own tools are killed instead of failing. */
const GIGABYTE = 1024 ** 3;

function checkAgentMemory(
  { name, memory, place }: HostingService,
  executors: number,
  report: ReportAt,
): void {
  if (memory !== undefined && (memorySize(memory.text) ?? 0) >= executors * GIGABYTE) return;
  const said = memory === undefined ? 'there is none' : `found ${memory.text}`;
  const builds = executors === 1 ? 'a build' : `${executors} builds at a time`;
  report(
    memory?.place ?? place,
    `the service ${name} runs ${builds}: expected a memory limit of at least ${executors}G, ${said}`,
    `write deploy: { resources: { limits: { memory: ${executors + 1}G } } }`,
  );
}

/** By its name one task is found; two would share a home, or a name in Jenkins. */
function checkOne({ name, replicas }: HostingService, report: ReportAt): void {
  if (replicas === undefined || replicas.text === '1') return;
  const hint =
    name === CONTROLLER ? 'write replicas: 1' : 'write replicas: 1; another agent is another service';
  report(replicas.place, `the service ${name}: expected one task, found replicas: ${replicas.text}`, hint);
}

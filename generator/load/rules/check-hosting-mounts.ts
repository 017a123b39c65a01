import { AGENT_HOST_KEY, CASC_FILE, CASC_FOLDER, CONTROLLER } from '../../model/jenkins/hosting-stack.ts';
import type { Mount } from '../../model/jenkins/hosting-stack.ts';
import type { HostingService, HostingStack, MountedFile } from '../jenkins-stack.ts';
import type { Position } from '../yaml-document.ts';

/** Says what is wrong at a place of the stack file. */
export type ReportAt = (place: Position, message: string, hint: string) => void;

/** The user that Jenkins and builds are, in both images. */
const JENKINS_UID = '1000';

/** Each file that a container reads must be mounted there, readable by who reads it, and come from the Swarm. */
export function checkMounts(
  stack: HostingStack,
  service: HostingService,
  wanted: readonly Mount[],
  report: ReportAt,
): void {
  for (const mount of wanted) {
    const { section, source, path } = mount;
    const mounted = service[section].find((one) => one.path === path && one.source === source);
    if (!mounted) {
      report(
        service.place,
        `the service ${service.name}: nothing mounts ${source} at ${path}`,
        `write under its ${section}: - ${describeMount(mount)}`,
      );
      continue;
    }
    checkReadable(mount, mounted, service.name, report);
    const defined = stack[section].get(source);
    if (!defined) {
      const hint = `write under ${section}: at the top of the file ${source}: { external: true }`;
      report(mounted.place, `${source} is defined nowhere in the file`, hint);
    } else if (!defined.external) {
      const hint = `write ${source}: { external: true }; Millrace makes it in the Swarm`;
      report(defined.place, `${source}: a value out of the repository is none that Millrace made`, hint);
    }
  }
}

/** The host's key is read by sshd, which refuses one that others may read; everything else by the user jenkins. */
function checkReadable(
  mount: Mount,
  { uid, mode, place }: MountedFile,
  service: string,
  report: ReportAt,
): void {
  if (mount.section === 'configs' && mode === undefined) return;
  const isForRoot = mount === AGENT_HOST_KEY;
  const isShared = mode === undefined || /[4-7]$/.test(mode);
  if (isForRoot ? mode !== undefined && /00$/.test(mode) : isShared || uid === JENKINS_UID) return;
  const who = isForRoot ? 'sshd refuses a host key that others may read' : 'the user jenkins may not read it';
  report(place, `the service ${service}: ${mount.source}: ${who}`, `write ${describeMount(mount)}`);
}

function describeMount(mount: Mount): string {
  const { section, source, path } = mount;
  const target = path === `/run/secrets/${source}` ? '' : `, target: ${path.replace('/run/secrets/', '')}`;
  const owner =
    mount === AGENT_HOST_KEY ? ', mode: 0400' : `, uid: "${JENKINS_UID}", gid: "${JENKINS_UID}", mode: 0400`;
  return `{ source: ${source}${target}${section === 'configs' ? '' : owner} }`;
}

/**
 * The controller reads each file in the folder; one of them must be what `generate` wrote. A stack that has neither
 * configures its Jenkins in a way of its own.
 * @returns whether it is configured by what `generate` wrote, or was meant to be
 */
export function checkConfiguration(
  stack: HostingStack,
  controller: HostingService,
  stackFile: string,
  { report, warn }: { report: ReportAt; warn: ReportAt },
): boolean {
  const isInFolder = ({ path }: MountedFile): boolean => path.startsWith(`${CASC_FOLDER}/`);
  const isOurs = ({ source }: MountedFile): boolean =>
    resolvePath(stackFile, stack.configs.get(source)?.file) === CASC_FILE;
  if (controller.configs.some((one) => isOurs(one) && isInFolder(one) && /\.ya?ml$/.test(one.path)))
    return true;
  const isMeant = controller.configs.some((one) => isOurs(one) || isInFolder(one));
  const file = `${'../'.repeat(stackFile.split('/').length - 1)}${CASC_FILE}`.replace(/^(?!\.)/, './');
  (isMeant ? report : warn)(
    controller.place,
    `the service ${CONTROLLER}: no config gives it ${CASC_FILE}, which says how it is configured`,
    `write configs: - { source: jenkins_casc, target: ${CASC_FOLDER}/jenkins.yaml }, and at the top of the file configs: { jenkins_casc: { file: ${file} } }`,
  );
  return isMeant;
}

/** A path of the repository, from one that is relative to a file of it. */
function resolvePath(from: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const steps = from.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}

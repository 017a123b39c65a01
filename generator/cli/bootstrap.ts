import { isSuccess } from '../drivers/jobs/read-builds.ts';
import { UserError } from '../model/user-error.ts';
import type { Project } from '../model/project/project.ts';
import { renderFindings } from '../report/finding-table.ts';
import type { Finding } from '../report/finding-table.ts';
import { declareRun } from './apply.ts';
import type { BootstrapWorld } from './bootstrap/bootstrap-world.ts';
import { closeHosting } from './bootstrap/close-hosting.ts';
import type { Delivery } from './bootstrap/deliver-first.ts';
import { showDelivery } from './bootstrap/show-delivery.ts';
import type { Command, Invocation } from './command.ts';

/**
 * `apply` for an empty world: of what carries Jenkins, with its jobs; then Jenkins is told to deliver, which builds the rest.
 * Every step asks what is there, so that it may be repeated until it is through.
 */
export const makeBootstrapCommand = (open: (invocation: Invocation) => Promise<BootstrapWorld>): Command => ({
  declare(parser) {
    declareRun(parser)
      .option('--no-doctor', 'begin without looking what this machine lacks')
      .addHelpText(
        'before',
        'Brings up all of a project that is not there yet. What carries Jenkins is made from this machine, as `millrace apply` does\n' +
          'it; then Jenkins delivers the commit, which makes the rest, and is waited for. Interrupted or failed, it is run again and\n' +
          'goes on where it was. A project without a stack `jenkins` is made from this machine altogether.\n',
      )
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace bootstrap\n  $ millrace bootstrap --secrets ~/ci-secrets   # files named as credentials, such as git\n  $ millrace bootstrap --rev HEAD --jobs 4',
      );
  },
  async run(invocation) {
    const { env, output } = invocation;
    if ((env['MILLRACE_ROLE'] ?? '') !== '')
      throw new UserError(
        'NOT_IN_JENKINS',
        'bootstrap makes the Jenkins that runs this; in a pipeline: `millrace apply`',
      );
    const world = await open(invocation);
    const hosting = closeHosting(world.graph, world.project.project);
    if (!hosting || !world.jenkins || world.revision === null) {
      output.note('bootstrap: the project has no stack `jenkins`, so all of it is made from here');
      return world.apply(invocation);
    }
    const tell = (step: number, text: string): void => output.note(`bootstrap ${step}/4: ${text}`);

    if (invocation.options['doctor'] !== false) {
      tell(1, 'what this machine lacks');
      requireAll(await world.diagnose(), invocation);
    }

    tell(2, 'what Jenkins will read');
    await world.checkBranch();

    tell(3, `what carries Jenkins, from this machine: ${hosting.join(' ')}`);
    const applied = await applyHosting(world, hosting, invocation);
    if (applied.code !== 0) {
      if (output.json) output.print(JSON.stringify(applied.document, null, 2));
      output.warn('Jenkins is not complete yet; mend what failed and run `millrace bootstrap` again');
      return applied.code;
    }

    tell(4, 'Jenkins delivers the commit, and so makes the rest');
    const { project, revision, jenkins, clock } = world;
    const delivery = await showDelivery({ project: project.project, revision, jenkins, clock, output });
    report(project, delivery, applied.document, invocation);
    return delivery && isSuccess(delivery) ? 0 : 1;
  },
});

/** Warnings are told, too: there may be nobody who has asked for them. @throws UserError NOT_READY */
function requireAll(findings: readonly Finding[], { output }: Invocation): void {
  const told = findings.filter(({ state }) => state !== 'ok');
  if (told.length > 0) output.warn(renderFindings(told, { colors: output.noteColors }));
  const lacking = findings.filter(({ state }) => state === 'missing');
  if (lacking.length === 0) return;
  const names = [...new Set(lacking.map(({ check }) => check))].join(', ');
  throw new UserError(
    'NOT_READY',
    `bootstrap was not begun, for there is something missing (${names}), as shown above; mend them (\`millrace doctor\` looks again), or go on all the same: --no-doctor`,
  );
}

/** @returns its exit code, and the document that it would have printed under `--json` */
async function applyHosting(
  world: BootstrapWorld,
  only: readonly string[],
  invocation: Invocation,
): Promise<{ code: number; document: object | undefined }> {
  const { output } = invocation;
  let document: object | undefined;
  const taking = {
    ...output,
    print: (text: string) => void (document = JSON.parse(text) as object),
  };
  const options = { ...invocation.options, only };
  const code = await world.apply({ ...invocation, options, output: output.json ? taking : output });
  return { code, document };
}

/** How to get into Jenkins, and how the delivery ended. */
function report(
  { project, jenkins }: Project,
  delivery: Delivery | undefined,
  document: object | undefined,
  { output }: Invocation,
): void {
  const password = 'millrace secret show jenkins_admin_password';
  if (output.json) {
    const found = { url: jenkins.url ?? null, users: jenkins.admins, password };
    const delivered = delivery ? { ...delivery, commit: delivery.commit ?? null } : null;
    output.print(JSON.stringify({ ...document, jenkins: found, delivery: delivered }, null, 2));
    return;
  }
  output.print(
    [
      `Jenkins   ${jenkins.url ?? 'has no address yet: project.yaml names none as jenkins.url'}`,
      `user      ${jenkins.admins.join(', ')}`,
      `password  ${password}`,
      ...(delivery
        ? [`delivery  ${project}/deliver/deliver, build ${delivery.build}: ${delivery.result}`]
        : []),
    ].join('\n'),
  );
}

export const command = makeBootstrapCommand(async (invocation) => {
  const { openBootstrapWorld } = await import('./bootstrap/bootstrap-world.ts');
  return openBootstrapWorld(invocation);
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lookAtRepository } from '../adapters/look-at-repository.ts';
import { readPlatformFiles } from '../adapters/platform-files.ts';
import { compareFiles, projectExists, writeNewFiles, writeProjectFile } from '../adapters/write-new-files.ts';
import type { ComparedFiles } from '../adapters/write-new-files.ts';
import { draftProject } from '../init/draft-project.ts';
import type { Draft } from '../init/draft-project.ts';
import { findPlatform } from '../init/platform-components.ts';
import { addToLook } from '../init/platform-file.ts';
import { nameProject } from '../init/project-name.ts';
import { writePlatformPart } from '../init/write-draft.ts';
import { showControls } from '../model/problem.ts';
import type { Output } from '../report/output.ts';
import type { Command, Invocation } from './command.ts';
import { openProject } from './open-project.ts';
import { readVersion } from './read-version.ts';

export const command: Command = {
  declare(parser) {
    parser
      .option(
        '--platform',
        'copy ansible/, packer/, jenkins-image/ and stacks/ for a cluster with Jenkins too',
      )
      .option('--force', 'write project.yaml anew where there is one')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace init\n  project.yaml: 14 images, 1 AMI, 1 infrastructure, 1 stack\n' +
          '  $ millrace init --platform    # where there is a project.yaml: copies, and prints what to add to it',
      );
  },
  run: initialise,
};

async function initialise(invocation: Invocation): Promise<number> {
  const { root, options, output } = invocation;
  const force = options['force'] === true;
  if (!force && existsSync(join(root, 'project.yaml'))) {
    if (options['platform'] !== true) throw projectExists();
    return addPlatformFiles(invocation);
  }
  const own = await lookAtRepository(root);
  const files = options['platform'] === true ? await readPlatformFiles(nameProject(own)) : undefined;
  const compared = await compareFiles(root, files ?? []);

  const platform = files && [...compared.absent.map((file) => file.path), ...compared.same];
  const look = addToLook(own, compared.absent);
  const draft = draftProject(look, { version: readVersion(), ...(platform ? { platform } : {}) });

  await writeNewFiles(root, compared.absent);
  await writeProjectFile(root, draft.text, force);
  report(output, draft, compared);
  return 0;
}

/** A project.yaml that somebody keeps is not rewritten: what belongs into it is printed. */
async function addPlatformFiles(invocation: Invocation): Promise<number> {
  const { root, output } = invocation;
  const { project } = openProject(invocation);
  const compared = await compareFiles(root, await readPlatformFiles(project.project));
  await writeNewFiles(root, compared.absent);
  const entries = writePlatformPart(findPlatform(project.project));
  if (output.json) {
    output.print(
      JSON.stringify({ version: 1, project: project.project, entries, files: listFiles(compared) }, null, 2),
    );
    return 0;
  }
  reportFiles(output, compared);
  output.note('\nAdd to project.yaml, which stays as it is, what it does not have yet:\n');
  output.print(entries);
  return 0;
}

function listFiles({ absent, same, different }: ComparedFiles): object {
  return { written: absent.map((file) => file.path), same, different };
}

function reportFiles(output: Output, { absent, different }: ComparedFiles): void {
  if (absent.length > 0) output.note(`copied: ${absent.length} files of the platform, yours from now on`);
  for (const path of different)
    output.note(`left alone: ${showControls(path)} is there already and differs from the platform's`);
}

function report(output: Output, draft: Draft, compared: ComparedFiles): void {
  const counts = countKept(draft);
  const leftOut = draft.found.components.filter(({ doubt }) => doubt !== undefined);
  if (output.json) {
    const listed = leftOut.map(({ section, name, source, doubt }) => ({
      section,
      name,
      source,
      reason: doubt,
    }));
    output.print(
      JSON.stringify(
        {
          version: 1,
          project: draft.found.project,
          components: counts,
          leftOut: listed,
          notes: draft.found.notes,
          files: listFiles(compared),
        },
        null,
        2,
      ),
    );
    return;
  }
  const parts = Object.entries(counts).flatMap(([word, count]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? word : plural(word)}`],
  );
  output.print(`project.yaml: ${parts.join(', ') || 'nothing to build was found; it holds an example'}`);
  const seen = leftOut.length + draft.found.notes.length;
  if (seen > 0) output.print(`left out: ${seen}, with the reasons at the end of project.yaml`);
  if (compared.absent.length > 0)
    output.print(`copied: ${compared.absent.length} files of the platform, yours from now on`);
  for (const path of compared.different)
    output.print(`left alone: ${showControls(path)} is there already and differs from the platform's`);
  output.note(['', 'Next:', ...nextSteps(draft).map((step) => `  ${step}`)].join('\n'));
}

function countKept({ found }: Draft): Record<string, number> {
  const count = (section: string): number =>
    found.components.filter((one) => one.section === section && one.doubt === undefined).length;
  return {
    image: count('images'),
    AMI: count('amis'),
    infrastructure: count('infrastructure'),
    stack: count('stacks'),
  };
}

function plural(word: string): string {
  return `${word}s`;
}

function nextSteps({ text, found }: Draft): string[] {
  return [
    ...(found.remote === undefined
      ? ['write repository: into project.yaml, the address that Jenkins clones from']
      : []),
    ...(/^aws:/m.test(text) ? ['write the id of your AWS account into aws.accounts'] : []),
    ...(text.includes('\n# ssh_keys:')
      ? ['name your public key in ssh_keys, and your network in ssh_from']
      : []),
    'read project.yaml through; millrace validate checks it',
    'millrace generate',
  ];
}

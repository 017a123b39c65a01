import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lookAtRepository } from '../adapters/look-at-repository.ts';
import { readPlatformFiles } from '../adapters/platform-files.ts';
import { compareFiles, projectExists, writeNewFiles, writeProjectFile } from '../adapters/write-new-files.ts';
import type { ComparedFiles } from '../adapters/write-new-files.ts';
import { draftProject } from '../init/draft-project.ts';
import type { Draft } from '../init/draft-project.ts';
import { addToLook } from '../init/platform-file.ts';
import { nameProject } from '../init/project-name.ts';
import { showControls } from '../model/problem.ts';
import type { Output } from '../report/output.ts';
import type { Command, Invocation } from './command.ts';
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
        '\nExample:\n  $ millrace init\n  project.yaml: 14 images, 1 AMI, 1 infrastructure, 1 stack',
      );
  },
  run: initialise,
};

async function initialise({ root, options, output }: Invocation): Promise<number> {
  const force = options['force'] === true;
  if (!force && existsSync(join(root, 'project.yaml'))) throw projectExists();
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
          files: {
            written: compared.absent.map((file) => file.path),
            same: compared.same,
            different: compared.different,
          },
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

import { has, missing, ok, versionIn } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

interface Program {
  name: string;
  args: readonly string[];
  isNeeded: (context: DoctorContext) => boolean;
  install: string;
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'git',
    args: ['--version'],
    isNeeded: () => true,
    install: 'install it: apt-get install git, or https://git-scm.com/downloads',
  },
  {
    name: 'ssh',
    args: ['-V'],
    isNeeded: ({ project }) => has(project.infrastructure),
    install: 'install it: apt-get install openssh-client',
  },
];

/** Programs of which any version will do. */
export const checkPrograms: Check = async (context) => {
  const found = PROGRAMS.filter(({ isNeeded }) => isNeeded(context)).map(async ({ name, args, install }) => {
    const result = await context.run({ file: name, args }).catch(() => undefined);
    if (result?.code !== 0) return missing(name, `there is no ${name} on the PATH`, install);
    return ok(name, `${name} ${versionIn(`${result.stdout}${result.stderr}`)}`);
  });
  return Promise.all(found);
};

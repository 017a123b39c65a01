import { CASC_FILE } from '../../model/jenkins/hosting-stack.ts';
import { UserError } from '../../model/user-error.ts';
import { folderOf, normalisePath } from '../ansible/repository-path.ts';

/**
 * The content of a file that a stack file names.
 * @param path relative to the stack file
 * @param what names it, for a message
 * @throws UserError BAD_STACK where it lies outside of the repository or is not committed
 */
export function repositoryFile(
  path: string,
  what: string,
  { stackFile, readFile }: { stackFile: string; readFile: (path: string) => Uint8Array | undefined },
): Uint8Array {
  const place = path.startsWith('/')
    ? undefined
    : normalisePath(`${folderOf(stackFile)}/${path}`.replace(/^\//, ''));
  const content = place === undefined ? undefined : readFile(place);
  if (content) return content;
  const absent = place === CASC_FILE ? 'run `millrace generate` and commit it' : 'is it committed?';
  const hint = place === undefined ? 'name a file of the repository' : absent;
  throw new UserError(
    'BAD_STACK',
    `${stackFile}: ${what}: there is no file ${path} in the repository; ${hint}`,
  );
}

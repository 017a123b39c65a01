import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Recorded {
  name: string;
  yaml: string;
  ok: boolean;
  warnings?: unknown;
}

const TABLE = fileURLToPath(new URL('../fixtures/real-jenkins/casc.json', import.meta.url));

/**
 * What our document says and no recorded one does, each with where it is documented. `path`, or `path = value` where
 * the value chooses an implementation.
 */
const DOCUMENTED: readonly string[] = [
  // configuration-as-code-plugin, test-harness/…/GlobalSecurityConfiguration.yml; core: EscapedMarkupFormatter's @Symbol
  'jenkins.markupFormatter = plainText',
  // authorize-project-plugin, src/test/…/ConfigurationAsCodeTest/project.config.all.yml, of the version that is pinned
  'security.queueItemAuthenticator.authenticators[].project.disabledStrategies[]',
  'security.queueItemAuthenticator.authenticators[].project.enabledStrategies[]',
  // test/fixtures/real-jenkins is a part of what was tried: its README names this among the shapes that work
  'security.scriptApproval.forceSandbox',
  // A parameter of BasicSSHUserPrivateKey's constructor, recorded for the other kinds of credentials
  'credentials.system.domainCredentials[].credentials[].basicSSHUserPrivateKey.description',
];

/** Names of permissions: those of core (`PermissionGroup.getId()/Permission.name`), by which matrix-auth finds them. */
const PERMISSIONS = /^(Overall|Job|View|Agent)\/(Administer|Manage|Read|Build|Create|Configure|Delete)$/;

/** Where a scalar chooses an implementation, or is one of an enumeration: another word than a recorded one is refused. */
const CHOOSING =
  /(^jenkins\.(mode|markupFormatter)|\.(mode|retentionStrategy|scope|launcher|strategy|sshHostKeyVerificationStrategy))$/;

/** Every path of a document, with the type of its scalars and the words that choose something: `a.b[].c: string`. */
function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [`${path}[]`, ...value.flatMap((one) => pathsOf(one, `${path}[]`))];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, one]) => pathsOf(one, path === '' ? key : `${path}.${key}`));
  if (CHOOSING.test(path)) return [`${path} = ${String(value)}`];
  if (path.endsWith('.permissions[]') && PERMISSIONS.test(String(value))) return [];
  if (path.endsWith('.permissions[]')) return [`${path} = ${String(value)}`];
  return [`${path}: ${typeof value}`];
}

let accepted: Set<string> | undefined;

/** All that documents said which the real Jenkins accepted. */
function acceptedPaths(): Set<string> {
  if (accepted) return accepted;
  const recorded = JSON.parse(readFileSync(TABLE, 'utf8')) as Recorded[];
  // Some were accepted with a warning that a key means nothing.
  const taken = recorded.filter(
    ({ ok, warnings }) => ok && !JSON.stringify(warnings ?? []).includes('Invalid config'),
  );
  const documents = taken.map(({ yaml }) => load(yaml, { json: true }));
  accepted = new Set([...documents.flatMap((one) => pathsOf(one, '')), ...DOCUMENTED]);
  return accepted;
}

/** What a document says that the real Jenkins was never seen to accept, and that is not documented either. */
export function findUnknown(document: unknown): string[] {
  const known = acceptedPaths();
  const isKnown = (path: string): boolean => known.has(path) || known.has(path.replace(/: \w+$/, ''));
  return [...new Set(pathsOf(document, ''))].filter((path) => !isKnown(path));
}

/** A value as Jenkins gets it: `^${` is JCasC's escape for `${`; every other `${` is to be one of ours. */
export function resolveCasc(text: string, readFile: (path: string) => string): string {
  const variable = /\^\$\{|\$\{trim:\$\{readFile:([^${}]+)\}\}|\$\{readFile:([^${}]+)\}|\$\{/g;
  return text.replace(variable, (found, trimmed?: string, whole?: string) => {
    if (found === '^${') return '${';
    if (trimmed !== undefined) return readFile(trimmed).trim();
    if (whole !== undefined) return readFile(whole);
    throw new Error(`JCasC would look for a variable here: ${text.slice(0, 200)}`);
  });
}

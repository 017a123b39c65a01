import { credentialId } from '../../model/managed-secrets.ts';
import { SECRET, newestVersion } from '../../model/secret-version.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { isExternal, mentions, nameOf } from './compose-references.ts';
import type { ComposeFile } from './read-compose.ts';
import { PROJECT } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { SwarmFile } from './swarm-objects.ts';

const SECTIONS = ['configs', 'secrets'] as const;

/** A config or secret that a stack file uses and that is made elsewhere. */
export interface ExternalFile {
  section: (typeof SECTIONS)[number];
  /** In the stack file. */
  key: string;
  /** `name:`, else the same. */
  name: string;
  /** Services that use it, by their names in the stack file. */
  services: readonly string[];
}

/** Those that services of the file use. */
export function externalFiles(compose: ComposeFile): ExternalFile[] {
  return SECTIONS.flatMap((section) =>
    Object.entries(compose[section]).flatMap(([key, definition]): ExternalFile[] => {
      if (!isExternal(definition)) return [];
      const users = Object.entries(compose.services).filter(([, one]) => mentions(one[section], key));
      const services = users.map(([service]) => service);
      return services.length === 0 ? [] : [{ section, key, name: nameOf(definition) ?? key, services }];
    }),
  );
}

/**
 * The objects that a stack's externals mean now: the newest version of each, else what bears exactly its name.
 * @returns names in the Swarm by the names that the stack file has for them
 * @throws UserError MISSING_SECRET, with the commands that set them; FOREIGN_SECRET
 */
export async function findExternals(
  engine: Pick<Engine, 'get'>,
  wanted: readonly ExternalFile[],
  project: string,
  stackFile: string,
): Promise<ExternalNames> {
  const names = new Map<string, string>();
  const lacking: ExternalFile[] = [];
  for (const section of SECTIONS) {
    const those = wanted.filter((one) => one.section === section);
    if (those.length === 0) continue;
    const files = await listFiles(engine, section, those);
    for (const one of those) {
      const found = newestVersion(one.name, files);
      if (found) {
        refuseForeign(found.file, project, stackFile);
        names.set(`${section} ${one.name}`, found.file.Spec.Name);
      } else lacking.push(one);
    }
  }
  if (lacking.length > 0) throw missing(lacking, stackFile);
  return (section, name) => names.get(`${section} ${name}`);
}

/** @param name as `name:` says it @returns undefined where nothing uses it */
export type ExternalNames = (section: ExternalFile['section'], name: string) => string | undefined;

async function listFiles(
  engine: Pick<Engine, 'get'>,
  section: ExternalFile['section'],
  wanted: readonly ExternalFile[],
): Promise<SwarmFile[]> {
  const byName = encodeURIComponent(JSON.stringify({ name: wanted.map(({ name }) => name) }));
  const lists = await Promise.all([
    engine.get(`/${section}?${labelQuery(SECRET)}`) as Promise<SwarmFile[]>,
    engine.get(`/${section}?filters=${byName}`) as Promise<SwarmFile[]>,
  ]);
  return lists.flat();
}

function missing(lacking: readonly ExternalFile[], stackFile: string): UserError {
  const sections = [...new Set(lacking.map(({ section }) => section))].join(', ');
  const named = lacking.map(({ section, name }) => `the ${section.slice(0, -1)} ${name}`).join(', ');
  const ways = lacking.map(({ section, name }) =>
    section === 'secrets'
      ? `millrace secret set ${credentialId(name) ?? name} < FILE`
      : `docker config create ${name} FILE`,
  );
  const [are, them] = lacking.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return new UserError(
    'MISSING_SECRET',
    `${stackFile}: ${sections}: ${named} ${are} not in the Swarm; make ${them}: ${ways.join(', ')}`,
  );
}

function refuseForeign({ Spec }: SwarmFile, project: string, stackFile: string): void {
  const owner = Spec.Labels?.[PROJECT];
  // What somebody else made by hand may be shared; what is another project's is not this one's to be rolled by.
  if (owner === undefined || owner === project || Spec.Labels?.[SECRET] === undefined) return;
  throw new UserError(
    'FOREIGN_SECRET',
    `${stackFile}: ${Spec.Name} is there already and belongs to the project ${owner}; name another one, or deploy on a Swarm of one's own`,
  );
}

import { SECRET, nameOfVersion, versionOf } from '../../model/secret-version.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';

export type Section = 'configs' | 'secrets';

/** A config or secret of a Swarm; of a secret the data never comes back. */
export interface SecretFile {
  ID: string;
  CreatedAt?: string;
  Spec: { Name: string; Labels?: Record<string, string> | null; Data?: string };
}

export interface FoundVersion {
  version: number;
  file: SecretFile;
}

export const PROJECT = 'millrace.project';
export const COMPONENT = 'millrace.component';
const CLASH = 409;

/**
 * All versions of one config or secret, the newest last.
 * @throws UserError FOREIGN_SECRET where one is another project's
 */
export async function listVersions(
  engine: Pick<Engine, 'get'>,
  section: Section,
  name: string,
  project: string,
): Promise<FoundVersion[]> {
  // By a filter and not by its path: there the beginning of an id would do, too.
  const [labelled, named] = await Promise.all([
    list(engine, section, { label: [`${SECRET}=${name}`] }),
    list(engine, section, { name: [name] }),
  ]);
  const files = new Map([...labelled, ...named].map((file) => [file.ID, file]));
  const found = [...files.values()].flatMap((file): FoundVersion[] => {
    const version = versionOf(name, file);
    return version === undefined ? [] : [{ version, file }];
  });
  for (const { file } of found) refuseForeign(file, project);
  return found.sort((a, b) => a.version - b.version);
}

async function list(
  engine: Pick<Engine, 'get'>,
  section: Section,
  filters: Record<string, string[]>,
): Promise<SecretFile[]> {
  const query = encodeURIComponent(JSON.stringify(filters));
  return (await engine.get(`/${section}?filters=${query}`)) as SecretFile[];
}

export interface NewVersion {
  section: Section;
  name: string;
  version: number;
  project: string;
  /** The stack that uses it; undefined where several do. */
  stack: string | undefined;
  content: string | Uint8Array;
  labels?: Readonly<Record<string, string>>;
}

/** @returns false where that version is there already: of two who make it at the same time both take what is there */
export async function makeVersion(
  engine: Pick<Engine, 'post'>,
  { section, name, version, project, stack, content, labels }: NewVersion,
): Promise<boolean> {
  const own = { [PROJECT]: project, ...(stack === undefined ? {} : { [COMPONENT]: `stack:${stack}` }) };
  const body = {
    Name: nameOfVersion(name, version),
    Labels: { ...own, [SECRET]: name, ...labels },
    Data: Buffer.from(content).toString('base64'),
  };
  const { status } = await engine.post(`/${section}/create`, body, [CLASH]);
  return status !== CLASH;
}

export function readContent({ Spec }: SecretFile): string {
  return Buffer.from(Spec.Data ?? '', 'base64').toString('utf8');
}

function refuseForeign({ Spec: { Name, Labels } }: SecretFile, project: string): void {
  const owner = Labels?.[PROJECT];
  if (owner === undefined || owner === project) return;
  const way = Name.startsWith('registry_')
    ? 'whose registry this Swarm has; name that one as registry.url: 127.0.0.1:5000, or another'
    : 'which this Swarm carries already; deploy this one on a Swarm of its own, or rename the secret';
  throw new UserError(
    'FOREIGN_SECRET',
    `${Name} is there already and belongs to the project ${owner}, ${way}`,
  );
}

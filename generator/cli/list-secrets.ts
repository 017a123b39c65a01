import { listVersions } from '../adapters/secrets/secret-files.ts';
import type { SecretFile } from '../adapters/secrets/secret-files.ts';
import { namesIn } from '../drivers/stack/service-files.ts';
import type { SwarmService } from '../drivers/stack/swarm-objects.ts';
import type { Project } from '../model/project/project.ts';
import type { Engine, Swarms } from '../ports/engine.ts';
import type { ShownSecret } from '../report/secret-table.ts';
import { placesOf } from './known-secrets.ts';
import type { KnownSecret } from './known-secrets.ts';

/**
 * What is there of each secret, once a Swarm that it is needed on.
 * @param now milliseconds since 1970
 * @throws UserError FOREIGN_SECRET, and what `find` throws
 */
export async function listSecrets(
  known: readonly KnownSecret[],
  project: Project,
  swarms: Pick<Swarms, 'find'>,
  now: number,
): Promise<ShownSecret[]> {
  const all = known.map(async (one) => {
    const places = placesOf(one, project);
    // Nothing of the project uses it.
    if (places.length === 0) return [describe(one, null, 'unused')];
    return Promise.all(
      places.map(async (on) => {
        const engine = await swarms.find(on);
        return engine
          ? look(one, on, engine, { project: project.project, now })
          : describe(one, on, 'no Swarm');
      }),
    );
  });
  return (await Promise.all(all)).flat();
}

async function look(
  one: KnownSecret,
  on: string | undefined,
  engine: Engine,
  { project, now }: { project: string; now: number },
): Promise<ShownSecret> {
  const versions = await listVersions(engine, 'secrets', one.external, project);
  const newest = versions.at(-1);
  if (!newest) return describe(one, on, one.managed ? 'not made yet' : 'missing');
  const services = (await engine.get('/services')) as SwarmService[];
  const names = new Set(services.flatMap(({ Spec }) => namesIn(Spec)));
  // One that is used lower than the newest waits for its deploy.
  const used = versions.find(({ file }) => names.has(file.Spec.Name));
  const waits = used !== undefined && used.version < newest.version;
  return {
    ...describe(one, on, waits ? 'waits for apply' : 'there'),
    version: newest.version,
    age: ageOf(newest.file, now),
  };
}

function ageOf({ CreatedAt }: SecretFile, now: number): number | null {
  const made = Date.parse(CreatedAt ?? '');
  return Number.isNaN(made) ? null : Math.max(0, Math.round((now - made) / 1000));
}

function describe(
  { name, external, purpose, managed, services }: KnownSecret,
  on: string | undefined | null,
  state: ShownSecret['state'],
): ShownSecret {
  return {
    name,
    external,
    purpose,
    madeBy: managed ? 'millrace' : 'you',
    state,
    on: on ?? null,
    version: null,
    age: null,
    services,
  };
}

import { createImageBuilder } from '../adapters/docker/create-image-builder.ts';
import type { ImageBuilderSettings } from '../adapters/docker/create-image-builder.ts';
import { createRegistry } from '../adapters/registry/create-registry.ts';
import type { FindCredentials } from '../adapters/registry/credentials.ts';
import { createRoutedFetch } from '../adapters/registry/routed-fetch.ts';
import type { OwnLogin } from '../adapters/secrets/make-secret.ts';
import type { ImageTools } from '../drivers/image/image-tools.ts';
import { createLateBuilder } from '../drivers/image/late-builder.ts';
import type { OwnRegistry } from '../drivers/image/own-registry.ts';
import { OWN_READ, OWN_WRITE } from '../drivers/image/registry-place.ts';
import type { Project } from '../model/project/project.ts';
import type { Processes } from '../ports/processes.ts';
import { findOwnLogin } from './own-registry.ts';

/** Requests at once; as many connections go through one tunnel. */
const PARALLEL = 16;
/** The registry may be deployed with another password by the very run that pushes into it. */
const KNOWN_MILLISECONDS = 2_000;

interface OwnImagesSettings extends ImageBuilderSettings {
  project: Project;
  own: OwnRegistry;
  /** For whoever made the registry's password by hand. */
  auth: FindCredentials;
}

/** Requests, builds and pushes by way of a machine that has the project's own registry on its loopback. */
export function openOwnImages(
  settings: OwnImagesSettings,
): Pick<ImageTools, 'registry' | 'catalog' | 'builder' | 'own'> {
  const { own, auth, clock, env, processes } = settings;
  let known: { login: Promise<OwnLogin | undefined>; until: number } | undefined;
  const findLogin = (): Promise<OwnLogin | undefined> => {
    if (known && clock.now() < known.until) return known.login;
    const login = own.enter(OWN_WRITE).then((way) => findOwnLogin(way, settings));
    known = { login, until: clock.now() + KNOWN_MILLISECONDS };
    login.catch(() => (known = undefined));
    return login;
  };
  const findCredentials: FindCredentials = async (domain) => {
    const found = domain === OWN_READ || domain === OWN_WRITE ? await findLogin() : undefined;
    return found ? { kind: 'password', ...found } : auth(domain);
  };
  const registry = createRegistry({
    auth: findCredentials,
    clock,
    fetch: createRoutedFetch(PARALLEL, own.findSocket),
    parallel: PARALLEL,
  });
  return {
    own,
    registry,
    catalog: registry,
    builder: createLateBuilder(own, (way) =>
      Promise.resolve(
        createImageBuilder({
          ...settings,
          processes: way.engine ? atEngine(processes, way.engine.host) : processes,
          readLogin: async () => withLogin(env, await findOwnLogin(way, settings)),
        }),
      ),
    ),
  };
}

/** What would lead the client elsewhere than to the engine it is told. */
const ELSEWHERE = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };

function atEngine(processes: Processes, host: string): Processes {
  return {
    run: (command, options) =>
      processes.run({ ...command, env: { ...command.env, ...ELSEWHERE, DOCKER_HOST: host } }, options),
  };
}

/** Only as values here: what a program is started with has them taken out again. */
function withLogin(
  env: ImageBuilderSettings['env'],
  login: OwnLogin | undefined,
): ImageBuilderSettings['env'] {
  if (!login) return env;
  return { ...env, MILLRACE_REGISTRY_USERNAME: login.username, MILLRACE_REGISTRY_PASSWORD: login.password };
}

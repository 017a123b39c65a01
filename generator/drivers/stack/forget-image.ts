import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { SwarmService } from './swarm-objects.ts';

/** In it `docker stack deploy` notes the image that its file named. */
const IMAGE_NOTE = 'com.docker.stack.image';
const ATTEMPTS = 10;

/**
 * Where the image that Docker noted for a service is the wanted one, `--resolve-image never` keeps what the service runs:
 * after a change by hand, another image. So the note goes first; labels of a service restart nothing.
 */
export async function forgetImage(
  engine: Pick<Engine, 'get' | 'post'>,
  id: string,
  wanted: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const service = (await engine.get(`/services/${id}`)) as SwarmService | undefined;
    if (!service || service.Spec.TaskTemplate.ContainerSpec?.Image === wanted) return;
    const { [IMAGE_NOTE]: noted, ...labels } = service.Spec.Labels ?? {};
    if (noted !== wanted) return;
    try {
      const path = `/services/${id}/update?version=${service.Version.Index}`;
      await engine.post(path, { ...service.Spec, Labels: labels });
      return;
    } catch (error) {
      if (!isOutOfSequence(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The Swarm itself has changed the object since it was read: an update that is under way writes its progress there. */
export function isOutOfSequence(error: unknown): boolean {
  return error instanceof UserError && /update out of sequence/.test(error.message);
}

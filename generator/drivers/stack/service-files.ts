import type { ServiceSpec } from './swarm-objects.ts';

/** The configs and secrets that a service has, by their names in the Swarm. */
export function namesIn({ TaskTemplate: { ContainerSpec: container } }: ServiceSpec): string[] {
  return [
    ...(container?.Configs ?? []).map(({ ConfigName }) => ConfigName),
    ...(container?.Secrets ?? []).map(({ SecretName }) => SecretName),
  ];
}

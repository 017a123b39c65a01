import type { MachineImage } from '../../ports/machine-images.ts';

/** Names of the tags; values are plain text of at most 256 characters (EC2's limit). */
export const TAG = {
  project: 'millrace:project',
  component: 'millrace:component',
  hash: 'millrace:hash',
  revision: 'millrace:revision',
  /** Set last, by itself: an image without it is nobody's artifact. */
  complete: 'millrace:complete',
  run: 'millrace:run',
  boot: 'millrace:boot',
  pid: 'millrace:pid',
  host: 'millrace:host',
  expires: 'millrace:expires',
} as const;

/** Which AMI a source hash asks for. */
export interface WantedImage {
  project: string;
  component: string;
  hash: string;
  /** `<project>-<component>-<hash>`, unique for each account and region. */
  name: string;
}

/** EC2 takes 128 characters; a hash and two dashes are 66, and loading checks that the rest fits. */
export function wantImage(project: string, component: string, hash: string): WantedImage {
  return { project, component, hash, name: `${project}-${component}-${hash}` };
}

/** Identity is by tags; the name is what makes EC2 refuse a second one. */
export function isComplete(image: MachineImage, wanted: WantedImage): boolean {
  const { tags } = image;
  return (
    isMarkedComplete(image) &&
    image.state === 'available' &&
    image.name === wanted.name &&
    tags[TAG.project] === wanted.project &&
    tags[TAG.component] === wanted.component &&
    tags[TAG.hash] === wanted.hash
  );
}

export function isMarkedComplete({ tags }: MachineImage): boolean {
  return tags[TAG.complete] === 'true';
}

/** The name of the image that a part of a bake, by its tags, belongs to. */
export function nameOf(tags: Readonly<Record<string, string>>): string | undefined {
  const { [TAG.project]: project, [TAG.component]: component, [TAG.hash]: hash } = tags;
  if (!project || !component || !hash) return undefined;
  return wantImage(project, component, hash).name;
}

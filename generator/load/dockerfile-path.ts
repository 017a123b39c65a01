import type { Image } from '../model/project/components.ts';

/** An image's Dockerfile, relative to project.yaml. */
export function dockerfileOf(image: Image): string {
  const folder = plainFolder(image.context);
  const name = image.dockerfile ?? 'Dockerfile';
  return folder === '' ? name : `${folder}/${name}`;
}

/** A folder as it begins the paths of its files: `./a/` is `a`, and the repository itself is nothing. */
export function plainFolder(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

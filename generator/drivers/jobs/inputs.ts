import { pathInputs } from '../../hash/path-inputs.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import type { ProjectSource } from '../driver.ts';

/** Where `generate` writes what Jenkins reads. */
const GENERATED = ['Jenkinsfile', 'jenkins', 'vars', 'resources'];

/** What decides the jobs: the committed files that Jenkins is seeded from and that its jobs run. */
export function jobsInputs(_: Component, { files }: ProjectSource): HashInput[] {
  return pathInputs(
    files,
    GENERATED.filter((path) => files.kind(path) !== 'none'),
  );
}

import { pathInputs } from '../../hash/path-inputs.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import type { ProjectSource } from '../driver.ts';

/** What the seed job runs and reads. Each build reads its own pipeline, library and tables from its commit. */
const SEED = ['jenkins/jobs.groovy', 'jenkins/jobs', 'jenkins/seed.Jenkinsfile'];

/** What decides which jobs Jenkins has: the committed files that its seed job makes them from. */
export function jobsInputs(_: Component, { files }: ProjectSource): HashInput[] {
  return pathInputs(
    files,
    SEED.filter((path) => files.kind(path) !== 'none'),
  );
}

import type { Component } from '../model/component.ts';
import type { HashInput } from '../model/component-hash.ts';
import { amiInputs } from './ami/inputs.ts';
import type { ProjectSource } from './driver.ts';
import { imageInputs } from './image/inputs.ts';
import { infrastructureInputs } from './infrastructure/inputs.ts';
import { jobsInputs } from './jobs/inputs.ts';
import { stackInputs } from './stack/inputs.ts';

const INPUTS = {
  image: imageInputs,
  ami: amiInputs,
  infrastructure: infrastructureInputs,
  stack: stackInputs,
  jobs: jobsInputs,
} as const;

/** What decides a component's content by its kind; pure. */
export function inputsOf(component: Component, source: ProjectSource): HashInput[] {
  return INPUTS[component.kind](component, source);
}

import type { TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';
import { amiEntries, sourceAmi } from './inputs.ts';
import { checkVariables } from './packer-variables.ts';
import type { TemplateUse } from './packer-variables.ts';
import { TAG, wantImage } from './tags.ts';
import type { WantedImage } from './tags.ts';
import { readTemplateVariables } from './template-variables.ts';

/** All that a bake follows from; no effect has been had yet. */
export interface Bake {
  wanted: WantedImage;
  region: string;
  sourceAmi: string;
  use: TemplateUse;
  /** Text of the template. */
  text: string;
  entries: readonly TreeEntry[];
  /** What the finished image carries, but for the mark that it is complete. */
  tags: Readonly<Record<string, string>>;
}

/** @throws UserError AMI_TEMPLATE, AMI_VARIABLE, NO_AWS, UNPINNED */
export function planBake(component: HashedComponent, source: ProjectSource): Bake {
  const { id, name, hash } = component;
  const { project, files } = source;
  const ami = project.amis[name]!;
  if (!project.aws)
    throw new UserError('NO_AWS', `${id} needs \`aws:\` in project.yaml: the region and the accounts`);
  const wanted = wantImage(project.project, name, hash);
  if (!ami.template.endsWith('.pkr.hcl')) {
    throw new UserError(
      'AMI_TEMPLATE',
      `${id}: expected a template in HCL2, *.pkr.hcl, found ${ami.template}; \`packer hcl2_upgrade\` converts JSON`,
    );
  }
  const bytes = files.read(ami.template);
  if (!bytes)
    throw new UserError('AMI_TEMPLATE', `${id}: there is no file ${ami.template}; is it committed?`);
  const text = new TextDecoder().decode(bytes);
  const declared = readTemplateVariables(text);
  const use = { id, template: ami.template, declared, variables: ami.variables ?? {} };
  checkVariables(use);
  return {
    wanted,
    use,
    text,
    region: project.aws.region,
    sourceAmi: sourceAmi(component, source),
    entries: amiEntries(component, source),
    tags: {
      [TAG.project]: project.project,
      [TAG.component]: name,
      [TAG.hash]: hash,
      ...(files.revision === null ? {} : { [TAG.revision]: files.revision }),
    },
  };
}

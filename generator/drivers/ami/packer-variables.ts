import { hintNearest } from '../../model/nearest-name.ts';
import { UserError } from '../../model/user-error.ts';
import type { TemplateVariable } from './template-variables.ts';

/** What only a run knows, for the variables that a template declares. */
export interface RunValues {
  source_ami: string;
  ami_name: string;
  region: string;
  tags: Readonly<Record<string, string>>;
  run_tags: Readonly<Record<string, string>>;
}

/** Reach the machine, or a stand-in of AWS, and decide nothing of what is in the image. */
export const CONNECTION_VARIABLES: readonly string[] = [
  'ssh_host',
  'ssh_port',
  'custom_endpoint_ec2',
  'skip_metadata_api_check',
  'skip_credential_validation',
];

/** Without these an image would not be found again, or what a killed run leaves would not. */
const NEEDED = {
  source_ami: 'type = string',
  ami_name: 'type = string',
  tags: 'type = map(string)',
  run_tags: 'type = map(string)',
};

export interface TemplateUse {
  /** Id of the component, for messages. */
  id: string;
  /** Path of the template, for messages. */
  template: string;
  declared: ReadonlyMap<string, TemplateVariable>;
  /** `variables:` of the component. */
  variables: Readonly<Record<string, unknown>>;
}

/** @throws UserError AMI_VARIABLE where template and project.yaml do not fit */
export function checkVariables({ id, template, declared, variables }: TemplateUse): void {
  for (const [name, type] of Object.entries(NEEDED)) {
    if (declared.has(name)) continue;
    throw new UserError(
      'AMI_VARIABLE',
      `${id}: ${template} declares no variable "${name}"; add variable "${name}" { ${type} } and use it in the source`,
    );
  }
  for (const name of Object.keys(variables)) {
    if (name === 'region' || Object.hasOwn(NEEDED, name)) {
      throw new UserError(
        'AMI_VARIABLE',
        `${id}: the variable "${name}" is set by the run itself; remove it from \`variables\` in project.yaml`,
      );
    }
    if (!declared.has(name)) {
      throw new UserError(
        'AMI_VARIABLE',
        `${id}: ${template} declares no variable "${name}"; ${hintNearest(name, [...declared.keys()])}`,
      );
    }
  }
}

/**
 * The values for one run: what the user wrote, and of ours what the template declares.
 * @param endpoint of a stand-in of EC2, where there is one
 */
export function packerVariables(
  { declared, variables }: TemplateUse,
  values: RunValues,
  endpoint?: string,
): Record<string, unknown> {
  const standIn =
    endpoint === undefined
      ? {}
      : { custom_endpoint_ec2: endpoint, skip_metadata_api_check: true, skip_credential_validation: true };
  const known = Object.entries({ ...standIn, ...values }).filter(([name]) => declared.has(name));
  return { ...Object.fromEntries(known), ...variables };
}

/** What a template is told of `name`: by project.yaml, else its own default. */
export function valueOf({ declared, variables }: TemplateUse, name: string): unknown {
  return Object.hasOwn(variables, name) ? variables[name] : declared.get(name)?.default;
}

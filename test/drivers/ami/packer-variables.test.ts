import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { checkVariables, packerVariables, valueOf } from '../../../generator/drivers/ami/packer-variables.ts';
import type { TemplateUse } from '../../../generator/drivers/ami/packer-variables.ts';
import { readTemplateVariables } from '../../../generator/drivers/ami/template-variables.ts';
import { UserError } from '../../../generator/model/user-error.ts';

describe('a template’s variables', () => {
  test('are found with their plain defaults, however they are written', () => {
    const text = `
variable "one" {
  type    = string
  default = "x # y"
}
variable two { default = 2 }
  variable "list" {
  default     = [
    "10.0.0.0/8",
    "::/0",
  ]
}
variable "computed" {
  default = env("HOME")
}
variable "none" {
  description = "default = no"
  type        = list(string)
}
# variable "comment" {}
/* variable "block" {
} */
locals { glob = "/var/lib/apt/lists/*" }
variable "after" {
  default = true
}
`;
    expect(Object.fromEntries(readTemplateVariables(text))).toEqual({
      one: { default: 'x # y' },
      two: { default: 2 },
      list: { default: ['10.0.0.0/8', '::/0'] },
      computed: {},
      none: {},
      after: { default: true },
    });
  });

  test.each(['packer/cluster-node.pkr.hcl', 'test/samples/services/packer/node.pkr.hcl'])(
    'of %s are all that a run sets',
    (path) => {
      const declared = readTemplateVariables(readFileSync(path, 'utf8'));
      const set = [
        ...[
          'source_ami',
          'ami_name',
          'region',
          'tags',
          'run_tags',
          'ssh_keypair_name',
          'ssh_private_key_file',
        ],
        ...['security_group_id', 'ssh_host', 'ssh_port', 'custom_endpoint_ec2', 'skip_credential_validation'],
        ...['ssh_username', 'instance_type', 'description', 'associate_public_ip_address'],
      ];
      for (const name of set) expect([...declared.keys()]).toContain(name);
    },
  );
});

const NEEDED = ['source_ami', 'ami_name', 'tags', 'run_tags'];
const use = (declared: readonly string[], variables: TemplateUse['variables'] = {}): TemplateUse => ({
  id: 'ami:node',
  template: 'packer/x.pkr.hcl',
  declared: new Map(declared.map((name) => [name, {}])),
  variables,
});
const messageOf = (call: () => void): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError && error.code === 'AMI_VARIABLE') return error.message;
    throw error;
  }
  return '';
};

describe('template and project.yaml', () => {
  test('fit', () => {
    expect(messageOf(() => checkVariables(use([...NEEDED, 'size'], { size: 3 })))).toBe('');
  });

  test.each(NEEDED)('do not fit where the template declares no %s', (name) => {
    const declared = NEEDED.filter((each) => each !== name);
    expect(messageOf(() => checkVariables(use(declared)))).toContain(`add variable "${name}"`);
  });

  test('do not fit where project.yaml sets what is not declared, or what is the run’s', () => {
    expect(messageOf(() => checkVariables(use([...NEEDED, 'size'], { sizes: 1 })))).toContain(
      'did you mean "size"?',
    );
    expect(messageOf(() => checkVariables(use(NEEDED, { ami_name: 'x' })))).toContain(
      'is set by the run itself',
    );
    expect(messageOf(() => checkVariables(use([...NEEDED, 'region'], { region: 'x' })))).toContain(
      'by the run',
    );
  });
});

const VALUES = { source_ami: 'ami-1', ami_name: 'n', region: 'r', tags: { a: 'b' }, run_tags: { c: 'd' } };

test('a template is told what it declares, and a stand-in of EC2 only where there is one', () => {
  expect(packerVariables(use(NEEDED, { size: 3 }), VALUES)).toEqual({
    source_ami: 'ami-1',
    ami_name: 'n',
    tags: { a: 'b' },
    run_tags: { c: 'd' },
    size: 3,
  });
  const known = use(['region', 'custom_endpoint_ec2', 'skip_metadata_api_check']);
  expect(packerVariables(known, VALUES)).toEqual({ region: 'r' });
  expect(packerVariables(known, VALUES, 'http://127.0.0.1:1')).toEqual({
    region: 'r',
    custom_endpoint_ec2: 'http://127.0.0.1:1',
    skip_metadata_api_check: true,
  });
});

test('a value is project.yaml’s before the template’s own', () => {
  const declared = new Map([['port', { default: 22 }]]);
  expect(valueOf({ ...use([]), declared }, 'port')).toBe(22);
  expect(valueOf({ ...use([], { port: 2222 }), declared }, 'port')).toBe(2222);
  expect(valueOf(use([]), 'port')).toBeUndefined();
});

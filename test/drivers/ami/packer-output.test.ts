import { describe, expect, test } from '@jest/globals';
import { parsePackerLine, readPackerOutput } from '../../../generator/drivers/ami/packer-output.ts';

/** What Packer 1.6.6 prints, as it was recorded; `say` and the rest without the time. */
function follow(...lines: string[]): {
  log: string[];
  phases: string[];
  artifact: string | undefined;
  cause: string;
} {
  const log: string[] = [];
  const phases: string[] = [];
  const reader = readPackerOutput(
    (line) => log.push(line),
    (phase) => phases.push(phase),
  );
  for (const line of lines) reader.read(`1795321579,${line}`);
  const { artifact, cause } = reader.report();
  return { log, phases, artifact, cause };
}

test('commas and line ends that Packer replaced come back', () => {
  expect(parsePackerLine('1795321579,a.b,error,one%!(PACKER_COMMA) two\\nthree')).toEqual({
    target: 'a.b',
    type: 'error',
    data: ['one, two\nthree'],
  });
});

test.each(['panic: runtime error', '', 'a,b,c', '12,only'])('%j is no line of that form', (line) => {
  expect(parsePackerLine(line)).toBeUndefined();
});

test('what is not in that form is logged as it is', () => {
  const log: string[] = [];
  readPackerOutput(
    (line) => log.push(line),
    () => undefined,
  ).read('panic: x');
  expect(log).toEqual(['panic: x']);
});

test('texts become phases and lines, without the source’s name and colours; tags are not repeated', () => {
  const { log, phases } = follow(
    ',ui,say,==> amazon-ebs.node: Launching a source AWS instance...',
    ',ui,message,    amazon-ebs.node: Adding tag: "millrace:run": "r1"',
    ',ui,message,    amazon-ebs.node: Instance ID: i-1',
    ',ui,say,==> amazon-ebs.node: Waiting for SSH to become available...',
    ',ui,say,==> amazon-ebs.node: Provisioning with Ansible...',
    ',ui,message,    amazon-ebs.node: \u001b[0;33mchanged: [127.0.0.1]\u001b[0m',
    ',ui,say,==> amazon-ebs.node: Creating AMI shop-node from instance i-1',
    ',ui,say,==> amazon-ebs.node: Adding tags to AMI (ami-1)...',
    ',ui,say,==> amazon-ebs.node: Terminating the source AWS instance...',
    ',ui,say,\\n==> Wait completed after 3 seconds',
  );
  expect(phases).toEqual([
    'launching',
    'waiting for SSH',
    'provisioning',
    'creating the AMI',
    'tagging',
    'removing the machine',
  ]);
  expect(log).toContain('Instance ID: i-1');
  expect(log).toContain('changed: [127.0.0.1]');
  expect(log.join('\n')).not.toMatch(/millrace:run|amazon-ebs|Wait completed/);
});

test('the artifact is read, whatever else is said of it', () => {
  const { artifact } = follow(
    'amazon-ebs.node,artifact-count,1',
    'amazon-ebs.node,artifact,0,builder-id,mitchellh.amazonebs',
    'amazon-ebs.node,artifact,0,id,eu-central-1:ami-1',
    'amazon-ebs.node,artifact,0,end',
  );
  expect(artifact).toBe('eu-central-1:ami-1');
});

describe('the cause is one line', () => {
  test('of Packer’s own', () => {
    const { cause } = follow(
      ",ui,error,Build 'amazon-ebs.node' errored after 1 second: The AMI%!(PACKER_COMMA) it is gone.",
      'amazon-ebs.node,error,The AMI%!(PACKER_COMMA)\\nit is gone.',
      ',ui,say,\\n==> Builds finished but no artifacts were created.',
    );
    expect(cause).toBe('The AMI, it is gone.');
  });

  test('with the task and the words of a playbook', () => {
    const { cause } = follow(
      ',ui,message,    amazon-ebs.node: TASK [base : Make it] ******',
      ',ui,message,    amazon-ebs.node: fatal: [127.0.0.1]: FAILED! => {"changed": false%!(PACKER_COMMA) "msg": "first\\n\\"last\\"%!(PACKER_COMMA) really\\n"}',
      ',ui,message,    amazon-ebs.node: PLAY RECAP ***',
      ',ui,say,==> amazon-ebs.node: Provisioning step had errors: Running the cleanup provisioner...',
      'amazon-ebs.node,error,Error executing Ansible: Non-zero exit status: 2',
    );
    expect(cause).toBe(
      'Error executing Ansible: Non-zero exit status: 2 (task base : Make it: "last", really)',
    );
  });

  test('with the last words of a script', () => {
    const { cause } = follow(
      ',ui,say,==> amazon-ebs.node: Provisioning with shell script: /tmp/x',
      ',ui,error,==> amazon-ebs.node: E: Unable to locate package nonsense',
      ',ui,say,==> amazon-ebs.node: Provisioning step had errors: Running the cleanup provisioner...',
      'amazon-ebs.node,error,Script exited with non-zero exit status: 100.Allowed exit codes are: [0]',
    );
    expect(cause).toBe(
      'Script exited with non-zero exit status: 100.Allowed exit codes are: [0] (E: Unable to locate package nonsense)',
    );
  });

  test('with the place and the words of what is wrong in a template', () => {
    const { cause } = follow(
      ',ui,error,Error: Argument or block definition required\\n\\n  on packer/b.pkr.hcl line 1:\\n   1: variable "x" {\\n\\nAn argument or block definition is required here.\\n\\n',
    );
    expect(cause).toBe(
      'Error: Argument or block definition required ' +
        '(on packer/b.pkr.hcl line 1: An argument or block definition is required here.)',
    );
  });

  test('even where nothing was said', () => {
    expect(follow().cause).toBe('it ended without a word');
  });
});

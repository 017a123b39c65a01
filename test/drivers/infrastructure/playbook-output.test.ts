import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { readPlaybookOutput } from '../../../generator/drivers/infrastructure/playbook-output.ts';

function read(text: string): { cause: string; log: string[]; phases: string[] } {
  const log: string[] = [];
  const phases: string[] = [];
  const reader = readPlaybookOutput(
    (line) => log.push(line),
    (phase) => phases.push(phase),
  );
  for (const line of text.split('\n')) reader.read(line);
  return { cause: reader.cause(), log, phases };
}

const recap = (...lost: string[]): string =>
  [
    'PLAY RECAP *********************',
    ...['localhost', 'i-01', 'i-02'].map(
      (host) =>
        `${host.padEnd(26)} : ok=3    changed=2    unreachable=0    failed=${lost.includes(host) ? 1 : 0}    skipped=0    rescued=1    ignored=1   `,
    ),
  ].join('\n');

describe('the output of ansible-playbook', () => {
  test('becomes phases and plain lines', () => {
    const { log, phases } = read(
      `\nPLAY [Make what nodes stand in] ******\n\nTASK [swarm_node : Install [it]] *******\nok: [localhost]\n\n${recap()}`,
    );
    expect(phases).toEqual(['Make what nodes stand in', 'swarm_node : Install [it]']);
    expect(log).toEqual([
      'PLAY [Make what nodes stand in]',
      'TASK [swarm_node : Install [it]]',
      'ok: [localhost]',
    ]);
  });

  test('says nothing of a task that every host skips, and names one that takes its time before it has a result', async () => {
    const text =
      'TASK [Skipped] ***\nskipping: [i-01]\nskipping: [i-02] => (item=a)\nTASK [Slow] ***\nskipping: [i-01]';
    const phases: string[] = [];
    const reader = readPlaybookOutput(
      () => undefined,
      (phase) => phases.push(phase),
    );
    for (const line of text.split('\n')) reader.read(line);
    expect(phases).toEqual([]);
    await sleep(400);
    expect(phases).toEqual(['Slow']);
    for (const line of ['ok: [i-02]', 'TASK [Cut off] ***']) reader.read(line);
    reader.end();
    await sleep(400);
    expect(phases).toEqual(['Slow']);
  });

  test('names task, host and what the module said, and what a program wrote last', () => {
    expect(
      read(
        `TASK [Join] ***\nfatal: [i-01]: FAILED! => {"msg": "non-zero return code", "stderr": "a\\nno route to host\\n", "stdout": "x"}\n${recap('i-01')}`,
      ).cause,
    ).toBe('task "Join" on i-01: non-zero return code: no route to host');
    expect(
      read(
        `TASK [Check] ***\nfatal: [localhost]: FAILED! => {"changed": false, "msg": "Task failed: Action failed: ssh_from is\\n missing"}\n${recap('localhost')}`,
      ).cause,
    ).toBe('task "Check": ssh_from is missing');
  });

  test('tells what ended a host, not what was ignored or rescued before', () => {
    const text = `TASK [Look] ***
failed: [localhost] (item=a) => {"msg": "ignored a"}
failed: [localhost] (item=b) => {"msg": "ignored b"}
...ignoring

TASK [Try] ***
fatal: [localhost]: FAILED! => {"msg": "rescued"}

TASK [Loop] ***
failed: [i-02 -> localhost] (item=first) => {"msg": "one"}
failed: [i-02 -> localhost] (item=second) => {"msg": "two"}

TASK [Cleanup] ***
ok: [localhost]
${recap('i-02')}`;
    expect(read(text).cause).toBe('task "Loop" on i-02 (first): one');
  });

  test('tells the first of several hosts, and how many more there are', () => {
    const text = `TASK [One] ***
fatal: [i-02]: UNREACHABLE! => {"msg": "Task failed: Failed to connect to the host via ssh: no route", "unreachable": true}

TASK [Two] ***
fatal: [i-01]: FAILED! => {"msg": "two"}
${recap('i-01', 'i-02')}`;
    expect(read(text).cause).toBe(
      'task "One" on i-02 and 1 more: Failed to connect to the host via ssh: no route',
    );
  });

  test('that ends before any task is told with the place', () => {
    expect(
      read(
        `[ERROR]: couldn't resolve module/action 'foo'. This often indicates a misspelling.\nOrigin: /x/deploy.yml:2:12\n\n1 - hosts`,
      ).cause,
    ).toBe("couldn't resolve module/action 'foo'. This often indicates a misspelling. (/x/deploy.yml:2:12)");
    expect(read('').cause).toBe('it ended without a word');
  });

  test('that is cut off in the middle still has its cause', () => {
    expect(read('TASK [One] ***\nfatal: [localhost]: FAILED! => {"msg": "half').cause).toBe(
      'task "One": {"msg": "half',
    );
  });
});

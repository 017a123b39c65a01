/** Kinds of texts that a slot of project.yaml takes; what is `elsewhere` is text that no generated file holds. */
export type SlotKind = 'text' | 'line' | 'name' | 'prefix' | 'label' | 'word' | 'elsewhere';

/** Gives a slot its text. */
export type Slot = (kind: SlotKind) => string;

/**
 * Shapes of a project.yaml with slots in every field that is text of the user's own. A shape does not depend on
 * its texts: two projects of one shape differ in their texts alone. The last has every field, and costs most.
 */
export const SHAPES: readonly ((slot: Slot) => object)[] = [
  (slot) => ({ ...git(slot, 'https'), jobs: { [slot('name')]: fullJob(slot) } }),
  (slot) => ({
    ...git(slot, 'github'),
    jobs: { [slot('name')]: templateJob(slot), [slot('name')]: commandJob(slot) },
  }),
  (slot) => ({ ...git(slot, 'ssh'), notify: notify(slot), jobs: { [slot('name')]: smallJob(slot) } }),
  (slot) => ({
    ...git(slot, 'https'),
    registry: { url: 'registry.example.com', credential: 'registry' },
    aws: { region: 'eu-central-1', accounts: ['123456789012'] },
    images: { api: { context: 'api', args: { A: slot('elsewhere') }, test: [slot('elsewhere')] } },
    infrastructure: { cluster: { deploy: 'deploy.yml', destroy: 'destroy.yml' } },
    stacks: {
      shop: { file: 'shop.yml', variables: { V: slot('elsewhere') } },
      jenkins: { file: 'jenkins.yml' },
    },
    jenkins: {
      url: `https://ci.example.com/${slot('word')}`,
      smtp: {
        host: 'smtp.example.com',
        user: slot('line'),
        credential: 'smtp',
        from: `${slot('word')}@example.com`,
      },
    },
    backup: { to: 's3://bucket/path' },
    notify: notify(slot),
    mirrors: { 'docker.io': slot('elsewhere') },
    jobs: {
      backup: { run: 'backup', description: slot('text'), schedule: `# ${slot('line')}\nH 2 * * *` },
      drift: { run: 'drift', description: slot('text') },
      [slot('name')]: fullJob(slot),
      [slot('name')]: smallJob(slot),
      [slot('name')]: commandJob(slot),
      many: templateJob(slot),
    },
  }),
];

function git(slot: Slot, kind: 'https' | 'ssh' | 'github'): object {
  const host = kind === 'ssh' ? 'git@git.example.com:' : 'https://git.example.com/';
  return {
    project: 'shop',
    repository: `${host}${slot('word')}/shop.git`,
    scm: { kind: kind === 'github' ? 'github' : 'git', credential: 'git', forks: kind === 'github' },
    branch: `b-${slot('word')}`,
  };
}

function notify(slot: Slot): object {
  return {
    slack: { credential: 'slack' },
    mail: [`${slot('word')}@example.com`, `${slot('word')}@example.com`],
    on: ['failure', 'fixed', 'success', 'aborted'],
  };
}

function fullJob(slot: Slot): object {
  const [text, line] = [() => slot('text'), () => slot('line')];
  return {
    description: text(),
    schedule: `TZ=Europe/Berlin\n# ${line()}\nH 3 * * *`,
    agent: `"${slot('label')}" || "${slot('label')}"`,
    timeout: '30m',
    retry: 2,
    environment: { PLAIN: text(), SECRET: { credential: 'secret' }, NUMBER: 7, FLAG: true },
    parameters: {
      STRING: { default: text(), description: text() },
      TEXT: { type: 'text', default: text(), description: text() },
      CHOICE: { type: 'choice', choices: [text(), text(), text()], description: text() },
      FLAG: { type: 'boolean', default: true, description: text() },
    },
    steps: [
      { sh: text(), name: line() },
      { sh: `${text()}\n${text()}\n`, environment: { STEP: text(), KEY: { credential: 'key' } } },
    ],
    artifacts: [line(), line()],
    junit: [line(), line()],
  };
}

function smallJob(slot: Slot): object {
  return {
    description: slot('text'),
    steps: [{ sh: slot('text') }],
    environment: { A: slot('text'), B: { credential: 'b' } },
  };
}

function commandJob(slot: Slot): object {
  return {
    run: 'status',
    description: slot('text'),
    agent: `"${slot('label')}" && linux`,
    artifacts: slot('line'),
  };
}

function templateJob(slot: Slot): object {
  return {
    template: `${slot('prefix')} {which}-{again}`,
    for: { which: '1..2', filled: [slot('text')], again: [1], label: [slot('label')], line: [slot('line')] },
    description: `{filled} and {other} ${slot('text')}`,
    schedule: `# {line}\nH {which} * * *`,
    agent: `"{label} {which} ${slot('label')}"`,
    steps: [
      { sh: 'echo "$FILLED"', name: slot('line') },
      { sh: slot('text'), environment: { OWN: `{filled}${slot('text')}`, X: slot('text') } },
    ],
    environment: { X: `{filled}${slot('text')}`, SHARED: slot('text') },
    artifacts: [`{line} ${slot('line')}`],
    junit: [slot('line'), '{line}'],
  };
}

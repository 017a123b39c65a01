import { describe, expect, test } from '@jest/globals';
import { loadProject } from '../../../generator/load/load-project.ts';
import { problemsOf, repositoryOf, warningsOf } from '../repository.ts';

/** What is wrong with these entries of `jobs:`, without the file's name; they begin on line 3, column 3. */
function jobProblems(...entries: string[]): string[] {
  const yaml = `project: shop\njobs:\n${entries.map((entry) => `  ${entry}\n`).join('')}`;
  return problemsOf(yaml).map((line) => line.replace(/^project\.yaml:/, ''));
}
const STEPS = 'steps: [ { sh: ./x.sh } ]';

describe('what a job runs', () => {
  test.each(['prune', 'prune --dry-run', 'refresh', 'apply --only stack:web', 'status'])(
    'run: %s is accepted',
    (run) => {
      expect(jobProblems(`a: { run: ${run} }`)).toEqual([]);
    },
  );

  test.each([
    ['drift --json', '3:13  jobs.a.run: drift takes no arguments, found "--json"; write run: drift'],
    ['refresh now', '3:13  jobs.a.run: refresh takes no arguments, found "now"; write run: refresh'],
    ['prun', '3:13  jobs.a.run: "prun" is not a command that a job may run; did you mean "prune"?'],
    [
      'destroy',
      '3:13  jobs.a.run: "destroy" is not a command that a job may run; it asks a person: start it by hand',
    ],
    [
      'status; id',
      '3:13  jobs.a.run: expected words of letters, digits and . _ : = / @ -, found "status;"; shell text belongs into steps: [ { sh: … } ]',
    ],
    [
      '"$(id)"',
      '3:13  jobs.a.run: expected words of letters, digits and . _ : = / @ -, found "$(id)"; shell text belongs into steps: [ { sh: … } ]',
    ],
  ])('run: %s is refused', (run, problem) => {
    expect(jobProblems(`a: { run: ${run} }`)).toEqual([problem]);
  });

  test.each([
    [
      '{}',
      '3:6  jobs.a: expected `run` or `steps`, found neither; for example steps: [ { sh: ./nightly.sh } ]',
    ],
    [`{ run: prune, ${STEPS} }`, '3:13  jobs.a.run: cannot stand beside steps; keep one of them'],
    ['{ steps: [ { sh: " " } ] }', '3:23  jobs.a.steps[0].sh: expected a shell command, found nothing'],
    ['{ steps: [ { shell: x } ] }', '3:17  jobs.a.steps[0].sh: is missing; expected text'],
  ])('%s is refused', (job, problem) => {
    expect(jobProblems(`a: ${job}`)).toContain(problem);
  });
});

describe('names of jobs', () => {
  test.each([
    ['a/b', '‘/’ is an unsafe character'],
    ['a.', 'A name cannot end with ‘.’'],
    ['..', '“..” is not an allowed name'],
    ['', 'No name is specified'],
    ['a\\tb', 'No control code is allowed: a\\\\u9;b'],
  ])('"%s" is judged as Jenkins does', (name, message) => {
    const [problem] = jobProblems(`"${name}": { ${STEPS} }`);
    expect(problem).toContain(`is not a job name that Jenkins accepts: ${message.replace('\\\\', '\\')}`);
    expect(problem).toMatch(/^3:3 /);
  });

  test('a name that no file system takes is refused', () => {
    expect(jobProblems(`${'é'.repeat(150)}: { ${STEPS} }`)[0]).toContain('the name has 300 bytes');
  });

  test('two jobs of one name ignoring case are refused', () => {
    expect(jobProblems(`nightly: { ${STEPS} }`, `Nightly: { ${STEPS} }`)).toEqual([
      '4:3  jobs.Nightly: has the same name in Jenkins as the entry "nightly"; case does not tell names apart: choose another one',
    ]);
    expect(jobProblems(`t: { template: "a-{x}", for: { x: [b, B] }, ${STEPS} }`)).toEqual([
      '3:3  jobs.t: has the same name in Jenkins as another job of the same template (made by its template: "a-B"); case does not tell names apart: choose another one',
    ]);
  });

  test.each([
    [
      `prune: { ${STEPS} }`,
      '3:3  jobs.prune: has the same name in Jenkins as an operation of every project; choose another name, or write prune: { run: prune }',
    ],
    [
      `Prune: { run: prune }`,
      '3:3  jobs.Prune: has the same name in Jenkins as an operation of every project; choose another name, or write prune: { run: prune }',
    ],
    [
      `deliver: { ${STEPS} }`,
      '3:3  jobs.deliver: has the same name in Jenkins as a job of every project; case does not tell names apart: choose another one',
    ],
    [
      `t: { template: "{x}", for: { x: [seed] }, ${STEPS} }`,
      '3:3  jobs.t: has the same name in Jenkins as a job of every project (made by its template: "seed"); case does not tell names apart: choose another one',
    ],
  ])('%s would take the place of one of ours', (entry, problem) => {
    expect(jobProblems(entry)).toEqual([problem]);
  });
});

describe('the file of a template’s pipeline', () => {
  const template = `{ template: "x-{n}", for: { n: [1, 2] }, ${STEPS} }`;

  test.each([
    [
      [`prune: ${template}`],
      '3:3  jobs.prune: has the same file for its pipeline as an operation of every project',
    ],
    [[`Seed: ${template}`], '3:3  jobs.Seed: has the same file for its pipeline as a job of every project'],
    [
      [`a: { ${STEPS} }`, `A: ${template}`],
      '4:3  jobs.A: has the same file for its pipeline as the entry "a"',
    ],
    [
      [`A: ${template}`, `a: { ${STEPS} }`],
      '4:3  jobs.a: has the same file for its pipeline as the entry "A"',
    ],
  ])('is not that of another pipeline: %j', (entries, problem) => {
    expect(jobProblems(...entries)).toEqual([`${problem}; choose another name`]);
  });

  test('may have the name of a job that another entry makes, whose pipeline is in another file', () => {
    const other = `{ template: "{n}", for: { n: [checks] }, ${STEPS} }`;
    expect(jobProblems(`checks: ${template}`, `all: ${other}`)).toEqual([]);
  });
});

describe('schedules and labels', () => {
  test.each([
    [
      'schedule: "61 * * * *"',
      /^3:45 {2}jobs\.a\.schedule: is not a schedule that Jenkins accepts: line 1:\d+: .*61/,
    ],
    [
      'schedule: "TZ=Nowhere\\nH * * * *"',
      /Invalid or unsupported timezone 'Nowhere'; for example "H 3 \* \* \*"$/,
    ],
    ['agent: "a && "', /^3:42 {2}jobs\.a\.agent: is not a label expression that Jenkins accepts/],
    ['timeout: 30', /^3:44 {2}jobs\.a\.timeout: expected text, found 30; quote it: "30"$/],
    [
      'timeout: 30 min',
      /^3:44 {2}jobs\.a\.timeout: expected a duration such as 30s, 45m, 2h or 1d, found "30 min"$/,
    ],
  ])('%s is refused', (field, problem) => {
    const found = jobProblems(`a: { ${STEPS}, ${field} }`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  test('are judged with the values of for: filled in', () => {
    expect(
      jobProblems(`t: { template: "a-{h}", for: { h: [1, 25] }, schedule: "0 {h} * * *", ${STEPS} }`)[0],
    ).toMatch(/^3:58 {2}jobs\.t\.schedule: in "a-25": is not a schedule that Jenkins accepts/);
  });
});

describe('templates', () => {
  test.each([
    [
      `template: "a-{y}", for: { x: [b] }`,
      '3:18  jobs.t.template: there is no variable "y" in for; did you mean "x"?',
    ],
    [
      `template: "a-{x}"`,
      '3:18  jobs.t.template: expected `for` beside it; list the values, for example for: { zone: [a, b] }',
    ],
    [
      `for: { x: [b] }`,
      '3:13  jobs.t.for: expected `template` beside it; name the jobs, for example template: "check-{zone}"',
    ],
    [
      `template: "a-{x}", for: { x: 5..1 }`,
      '3:27  jobs.t.for: makes no job: a range ends before it starts; look at the ranges',
    ],
    [
      `template: "a-{x}", for: { x: 1..20000 }`,
      '3:27  jobs.t.for: makes 20000 jobs; expected at most 10000; look at the ranges',
    ],
    [
      `template: "a-{x}-{X}", for: { x: [1], X: [2] }`,
      '3:46  jobs.t.for.X: becomes the same environment variable as "x"; rename one',
    ],
    [
      `template: "a-{x}", for: { x: [1] }, environment: { X: y }`,
      '3:34  jobs.t.for.x: becomes the same environment variable as "X"; rename one',
    ],
  ])('{ %s } is refused', (fields, problem) => {
    expect(jobProblems(`t: { ${fields}, ${STEPS} }`)).toContain(problem);
  });

  test('ten thousand jobs are the most that a project makes, in all its entries together', () => {
    const entry = (name: string, count: number): string =>
      `${name}: { template: "${name}-{x}", for: { x: 1..${count} }, ${STEPS} }`;
    expect(jobProblems(entry('a', 5000), entry('b', 5000))).toEqual([]);
    expect(jobProblems(entry('a', 5000), entry('b', 5001), entry('c', 5))).toEqual([
      '4:27  jobs.b.for: makes more than 10000 jobs, with the entries before it; part the project',
    ]);
    expect(jobProblems(...Array.from({ length: 2000 }, (_, n) => entry(`t${n}`, 9999)))).toHaveLength(1);
  });
});

describe('variables', () => {
  test.each(['class', 'def', 'in', 'int', 'null', 'threadsafe', 'trait'])(
    'a credential cannot be bound to %s',
    (name) => {
      const message = `"${name}" is a word of Groovy, so that a pipeline cannot bind a credential to it; for example ${name.toUpperCase()}`;
      expect(jobProblems(`a: { environment: { ${name}: { credential: x } }, ${STEPS} }`)).toEqual([
        `3:23  jobs.a.environment.${name}: ${message}`,
      ]);
      expect(jobProblems(`a: { steps: [ { sh: x, environment: { ${name}: { credential: x } } } ] }`)).toEqual(
        [`3:41  jobs.a.steps[0].environment.${name}: ${message}`],
      );
    },
  );

  test('values may have such names: no Groovy is made of them', () => {
    expect(jobProblems(`a: { environment: { class: x, CLASS: { credential: x } }, ${STEPS} }`)).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is a name like any other, or refused',
    (name) => {
      const found = jobProblems(`a: { environment: { ${name}: x }, parameters: { ${name}: {} }, ${STEPS} }`);
      expect(found).toHaveLength(name === '__proto__' ? 2 : 0);
    },
  );

  test('what Jenkins sets itself is warned of', () => {
    const yaml = `project: shop\nrepository: https://a.example.com/b\njobs:\n  a: { environment: { BUILD_NUMBER: 1 }, ${STEPS} }\n  b: { template: "{path}", for: { path: [a1] }, ${STEPS} }\n`;
    expect(warningsOf(yaml).filter((line) => line.startsWith('project.yaml'))).toEqual([
      'project.yaml:4:23  jobs.a.environment.BUILD_NUMBER: replaces what the agent or Jenkins sets; is that meant?',
      'project.yaml:5:35  jobs.b.for.path: becomes the environment variable PATH, which the agent or Jenkins sets; rename it',
    ]);
  });

  test('more than anybody writes by hand are refused', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, n) => `V${n}: 1`).join(', ');
    expect(jobProblems(`a: { environment: { ${many(100)} }, ${STEPS} }`)).toEqual([]);
    expect(jobProblems(`a: { environment: { ${many(101)} }, ${STEPS} }`)[0]).toContain(
      'expected at most 100 variables, found 101',
    );
  });
});

test('5,000 jobs of a template and 200 images are checked without a blow-up', () => {
  const images = Array.from({ length: 200 }, (_, n) => `  i${n}: { context: . }\n`).join('');
  const jobs = `  t: { template: "check-{n}", for: { n: 1..5000 }, schedule: "H 3 * * *", ${STEPS} }\n`;
  const files = repositoryOf({
    Dockerfile: 'FROM scratch\n',
    'project.yaml': `project: shop\nimages:\n${images}jobs:\n${jobs}`,
  });
  loadProject(files);
  const before = process.cpuUsage();
  const { loaded } = loadProject(files);
  expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
  expect(loaded!.jobs).toHaveLength(5000);
});

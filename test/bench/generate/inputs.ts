import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The same jobs for both sides: a description, a cron trigger, one shell step, log rotation and three parameters,
 * made from one template. Shapes: all from one entry (a project, in Jenkins Job Builder), or a hundred from each.
 */
export type Shape = 'one' | 'many';

const PER_ENTRY = 100;

/** First and last number of each entry. */
function splitJobs(jobs: number, shape: Shape): [number, number][] {
  const size = shape === 'one' ? jobs : PER_ENTRY;
  return Array.from({ length: Math.ceil(jobs / size) }, (_, index) => [
    index * size + 1,
    Math.min(jobs, (index + 1) * size),
  ]);
}

/** Writes project.yaml. @param single text of one more job's shell step, outside the template */
export function writeMillraceProject(folder: string, jobs: number, shape: Shape, single?: string): void {
  const entries = splitJobs(jobs, shape).map(
    ([first, last], index) => `  service${shape === 'one' ? '' : index}:
    template: "service-{number}"
    for: { number: ${first}..${last} }
    description: Checks service {number} of the shop.
    schedule: "H 3 * * *"
    parameters:
      TARGET: { default: staging, description: Where to run }
      LEVEL: { type: choice, choices: [quick, full], description: How much to check }
      VERBOSE: { type: boolean, default: false, description: More words in the log }
    steps: [ { sh: './check.sh --service "$NUMBER"' } ]
`,
  );
  const more = single === undefined ? '' : `  single: { steps: [ { sh: ${JSON.stringify(single)} } ] }\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'project.yaml'),
    `millrace: 0.1.0
project: bench
repository: https://git.example.com/acme/bench.git
retention: { commits: 50, days: 30 }
jobs:
${entries.join('')}${more}`,
  );
}

const BUILDER_TEMPLATE = `- job-template:
    name: 'service-{number}'
    description: 'Checks service {number} of the shop.'
    logrotate: { daysToKeep: 30, numToKeep: 50 }
    parameters:
      - string: { name: TARGET, default: staging, description: 'Where to run' }
      - choice: { name: LEVEL, choices: [quick, full], description: 'How much to check' }
      - bool: { name: VERBOSE, default: false, description: 'More words in the log' }
    triggers:
      - timed: 'H 3 * * *'
    builders:
      - shell: './check.sh --service "{number}"'
`;

/** Writes jobs.yaml and jenkins_jobs.ini of Jenkins Job Builder. */
export function writeBuilderJobs(folder: string, jobs: number, shape: Shape): void {
  const projects = splitJobs(jobs, shape).map(([first, last], index) => {
    const numbers = Array.from({ length: last - first + 1 }, (_, offset) => `'${first + offset}'`);
    return `- project:
    name: 'bench-${index}'
    number: [${numbers.join(', ')}]
    jobs: ['service-{number}']
`;
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'jobs.yaml'), BUILDER_TEMPLATE + projects.join(''));
  // Without a Jenkins to ask for its plugins, it would try one on this machine.
  writeFileSync(
    join(folder, 'jenkins_jobs.ini'),
    '[jenkins]\nurl=http://localhost:8080/\nquery_plugins_info=False\n',
  );
}

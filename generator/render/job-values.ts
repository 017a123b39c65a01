import type { ConcreteJob } from '../model/concrete-job.ts';
import { holdsVariable } from '../model/concrete-job.ts';
import type { Environment, Job } from '../model/project/job.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import type { JobGroup } from './job-group.ts';
import { jsonString } from './literals/json-literal.ts';
import { plainName } from './script-path.ts';

/** What the step withJobValues reads: for each job of an entry the values that its siblings do not share. */
export interface ValueTable {
  /** Below resources/jobs/, without `.json`. */
  name: string;
  /** `NAME=value` of each value, as withEnv takes them: it sets exactly the value. */
  rowOf: (job: ConcreteJob) => string[];
}

/** The values that a stage or the reports of an entry's pipeline need: what its jobs share, and the table of the rest. */
export interface Values {
  credentials: { name: string; id: string }[];
  /** `NAME=value`, the same for all jobs of the entry. */
  variables: string[];
  table?: ValueTable;
}

export interface EntryValues {
  /** One for each step; one for `run`. */
  stages: Values[];
  /** Patterns; a text that differs between the jobs is a variable of `table`. */
  reports: { junit?: Pattern; artifacts?: Pattern; table?: ValueTable };
  /** Each once. */
  tables: ValueTable[];
}

export type Pattern = string | { variable: string };

/** Parts the values of an entry into what its pipeline says and what its tables hold. */
export function partValues(group: JobGroup): EntryValues {
  const tables = new Map<string, ValueTable>();
  const stages = (group.written.steps ?? [undefined]).map((_, index) => partStage(group, index, tables));
  const reports = partReports(group);
  if (reports.table) tables.set('reports', reports.table);
  return { stages, reports, tables: [...tables.values()] };
}

/** resources/jobs/**: the tables of all entries. */
export function renderValueTables(groups: readonly JobGroup[]): RenderedFiles {
  const files: RenderedFiles = new Map();
  for (const group of groups) {
    for (const { name, rowOf } of partValues(group).tables)
      files.set(`resources/jobs/${name}.json`, renderTable(group.jobs, rowOf));
  }
  return files;
}

const ABOUT =
  'Generated from project.yaml: edit that file and run `millrace generate`. What differs between the jobs of one pipeline: their values, by their names.';

/** One job a line, in the order of project.yaml. No job has a name with `$` in it. */
function renderTable(jobs: readonly ConcreteJob[], rowOf: ValueTable['rowOf']): string {
  const rows = jobs.map((job) => ` ${jsonString(job.name)}: [${rowOf(job).map(jsonString).join(', ')}]`);
  return `{"$comment": ${jsonString(ABOUT)},\n${rows.join(',\n')}\n}\n`;
}

/** A step's own comes before the job's, also where one of them is a credential. */
function partStage(group: JobGroup, index: number, tables: Map<string, ValueTable>): Values {
  const own = group.written.steps?.[index]?.environment ?? {};
  const shared: Environment = { ...group.written.environment, ...own };
  const names = new Set([...group.variables.map((name) => name.toUpperCase()), ...Object.keys(shared)]);
  const values: Values = { credentials: credentialsIn(own), variables: [] };
  const differing: string[] = [];
  for (const name of names) {
    const value = Object.hasOwn(shared, name) ? shared[name]! : undefined;
    if (typeof value === 'object') continue;
    if (value === undefined || (typeof value === 'string' && holdsVariable(value, group.variables)))
      differing.push(name);
    else values.variables.push(`${name}=${String(value)}`);
  }
  if (differing.length > 0) values.table = tableOf(group, index, differing, own, tables);
  return values;
}

export function credentialsIn(environment: Environment): Values['credentials'] {
  return Object.entries(environment).flatMap(([name, value]) =>
    typeof value === 'object' ? [{ name, id: value.credential }] : [],
  );
}

/** Stages with the same values share a table: that of the entry, and only a stage with values of its own has another. */
function tableOf(
  group: JobGroup,
  index: number,
  names: readonly string[],
  own: Environment,
  tables: Map<string, ValueTable>,
): ValueTable {
  const places = names.map((name) => ({ name, isOwn: Object.hasOwn(own, name) }));
  const key = JSON.stringify(places.map(({ name, isOwn }) => [name, isOwn ? own[name] : null]));
  const known = tables.get(key);
  if (known) return known;
  const entry = plainName(group.entry);
  const table: ValueTable = {
    name: tables.size === 0 ? entry : `${entry}/step-${index + 1}`,
    rowOf: (job) =>
      places.map(({ name, isOwn }) => {
        const from = isOwn ? job.steps[index]!.environment! : job.environment;
        return `${name}=${from[name] as string}`;
      }),
  };
  tables.set(key, table);
  return table;
}

/** Of all patterns, those of the junit step alone have variables expanded (JUnitResultArchiver); `$$` is a `$`. */
const junitOf = (patterns: readonly string[]): string => patterns.join(', ').replaceAll('$', '$$$$');
const artifactsOf = (patterns: readonly string[]): string => patterns.join(', ');

function partReports(group: JobGroup): EntryValues['reports'] {
  const { written, variables, jobs } = group;
  const differ = (patterns: Job['junit']): boolean =>
    [patterns ?? []].flat().some((pattern) => holdsVariable(pattern, variables));
  const { junit, artifacts } = jobs[0]!;
  const inTable: [string, (job: ConcreteJob) => string][] = [];
  const reports: EntryValues['reports'] = {};
  if (differ(written.junit)) {
    reports.junit = { variable: 'env.JUNIT' };
    inTable.push(['JUNIT', (job) => junitOf(job.junit)]);
  } else if (junit.length > 0) reports.junit = junitOf(junit);
  if (differ(written.artifacts)) {
    reports.artifacts = { variable: 'env.ARTIFACTS' };
    inTable.push(['ARTIFACTS', (job) => artifactsOf(job.artifacts)]);
  } else if (artifacts.length > 0) reports.artifacts = artifactsOf(artifacts);
  if (inTable.length > 0) {
    const rowOf: ValueTable['rowOf'] = (job) => inTable.map(([name, valueOf]) => `${name}=${valueOf(job)}`);
    reports.table = { name: `${plainName(group.entry)}/reports`, rowOf };
  }
  return reports;
}

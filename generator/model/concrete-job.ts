import type { Environment, Job, Parameter, Step } from './project/job.ts';

/** One job of Jenkins, made from an entry of `jobs:`; a template makes many. */
export interface ConcreteJob {
  /** Its name in Jenkins, unique in the project's folder ignoring case. */
  name: string;
  /** Key of the entry in `jobs:` that it is made from. */
  entry: string;
  description: string;
  schedule?: string;
  run?: string[];
  steps: Step[];
  environment: Environment;
  parameters: Readonly<Record<string, Parameter>>;
  agent: string;
  timeout: string;
  retry?: number;
  artifacts: string[];
  junit: string[];
  disabled: boolean;
}

/** What one entry may make; more is a mistake in a range. */
export const MAX_JOBS = 10_000;

/** @returns how many jobs the entry makes; may exceed MAX_JOBS */
export function countJobs(job: Job): number {
  return Object.values(job.for ?? {}).reduce((product, values) => product * countValues(values), 1);
}

function countValues(values: readonly unknown[] | string): number {
  if (typeof values !== 'string') return values.length;
  const [first, last] = bounds(values);
  return Math.max(0, last - first + 1);
}

function bounds(range: string): [number, number] {
  const [first, last] = range.split('..');
  return [Number(first), Number(last)];
}

/**
 * The jobs of one entry, in the order of its `for:` lists (the last varies fastest). Values of `for:` replace
 * `{name}` in texts and reach the shell as environment variables NAME, never by interpolation into `sh`.
 */
export function expandJob(entry: string, job: Job): ConcreteJob[] {
  if (!job.for || job.template === undefined) return [makeJob(entry, entry, job, new Map())];
  const template = job.template;
  let combinations: ReadonlyMap<string, string>[] = [new Map()];
  for (const [variable, values] of Object.entries(job.for)) {
    const list = listValues(values);
    combinations = combinations.flatMap((combination) =>
      list.map((value) => new Map([...combination, [variable, value]])),
    );
  }
  return combinations.map((values) => makeJob(substitute(template, values), entry, job, values));
}

function listValues(values: readonly unknown[] | string): string[] {
  if (typeof values !== 'string') return values.map(String);
  const [first, last] = bounds(values);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String(first + index));
}

/** Replaces `{name}` of known variables once, from left to right; other braces stay as they are. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  if (values.size === 0 || !text.includes('{')) return text;
  return text.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

function makeJob(name: string, entry: string, job: Job, values: ReadonlyMap<string, string>): ConcreteJob {
  const fill = (text: string): string => substitute(text, values);
  const list = (globs: string | string[] | undefined): string[] =>
    (globs === undefined ? [] : typeof globs === 'string' ? [globs] : globs).map(fill);
  const variables = Object.fromEntries(
    [...values].map(([variable, value]) => [variable.toUpperCase(), value]),
  );
  const made: ConcreteJob = {
    name,
    entry,
    description: fill(job.description ?? ''),
    steps: (job.steps ?? []).map((step) =>
      step.environment ? { ...step, environment: fillEnvironment(step.environment, fill) } : step,
    ),
    environment: job.environment ? { ...variables, ...fillEnvironment(job.environment, fill) } : variables,
    parameters: job.parameters ?? {},
    agent: fill(job.agent ?? (job.run === undefined ? 'build' : 'deploy')),
    timeout: job.timeout ?? (job.run === undefined ? '1h' : '3h'),
    artifacts: list(job.artifacts),
    junit: list(job.junit),
    disabled: job.disabled ?? false,
  };
  // Not by spreads, which take twenty times as long: there may be thousands of jobs.
  if (job.schedule !== undefined) made.schedule = fill(job.schedule);
  if (job.run !== undefined) made.run = job.run.trim().split(/\s+/);
  if (job.retry !== undefined) made.retry = job.retry;
  return made;
}

function fillEnvironment(environment: Environment, fill: (text: string) => string): Environment {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === 'string' ? fill(value) : value,
    ]),
  );
}

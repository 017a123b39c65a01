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
  const lists = job.template === undefined ? {} : (job.for ?? {});
  const make = jobMaker(entry, job, Object.keys(lists));
  return combine(Object.values(lists).map(listValues)).map(make);
}

function listValues(values: readonly unknown[] | string): string[] {
  if (typeof values !== 'string') return values.map(String);
  const [first, last] = bounds(values);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String(first + index));
}

/** One value of each list, in every combination. */
function combine(lists: readonly string[][]): string[][] {
  return lists.reduce<string[][]>(
    (made, list) => made.flatMap((values) => list.map((value) => [...values, value])),
    [[]],
  );
}

/** A text with values in it: one for each variable, in the order of the variables. */
type Filled<T> = (values: readonly string[]) => T;

const VARIABLE = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Whether a text has `{name}` of a variable in it: it may then differ between the jobs of a template. */
export function holdsVariable(text: string, variables: readonly string[]): boolean {
  return text.includes('{') && [...text.matchAll(VARIABLE)].some(([, name]) => variables.includes(name!));
}

/**
 * Replaces `{name}` of known variables once, from left to right; other braces stay as they are. The text is read
 * once, and not for each of thousands of jobs.
 */
export function fillText(text: string, variables: readonly string[]): Filled<string> {
  if (!holdsVariable(text, variables)) return () => text;
  // What lies between the names stands at the even places.
  const parts = text.split(VARIABLE);
  const places = parts.map((part, index) => (index % 2 === 1 ? variables.indexOf(part) : -1));
  const texts = parts.map((part, index) => (index % 2 === 1 ? `{${part}}` : part));
  return (values) => {
    let filled = '';
    for (let index = 0; index < texts.length; index++) filled += values[places[index]!] ?? texts[index]!;
    return filled;
  };
}

/** Only what differs between the jobs is made for each. */
function jobMaker(entry: string, job: Job, variables: readonly string[]): Filled<ConcreteJob> {
  const isCommand = job.run !== undefined;
  const name = fillText(job.template ?? entry, variables);
  const description = fillText(job.description ?? '', variables);
  const schedule = job.schedule === undefined ? undefined : fillText(job.schedule, variables);
  const agent = fillText(job.agent ?? (isCommand ? 'deploy' : 'build'), variables);
  const environment = fillEnvironment(job.environment ?? {}, variables, variables);
  const steps = fillSteps(job.steps ?? [], variables);
  const [artifacts, junit] = [fillList(job.artifacts, variables), fillList(job.junit, variables)];
  const parameters = job.parameters ?? {};
  const timeout = job.timeout ?? (isCommand ? '3h' : '1h');
  const disabled = job.disabled ?? false;
  const run = job.run?.trim().split(/\s+/);
  return (values) => {
    const made: ConcreteJob = {
      name: name(values),
      entry,
      description: description(values),
      steps: steps(values),
      environment: environment(values),
      parameters,
      agent: agent(values),
      timeout,
      artifacts: artifacts(values),
      junit: junit(values),
      disabled,
    };
    if (schedule) made.schedule = schedule(values);
    if (run) made.run = run;
    if (job.retry !== undefined) made.retry = job.retry;
    return made;
  };
}

/** The same value for all where no text of it holds a variable. */
function sharedUnless<T>(differs: boolean, fill: Filled<T>): Filled<T> {
  if (differs) return fill;
  const shared = fill([]);
  return () => shared;
}

function fillList(globs: string | string[] | undefined, variables: readonly string[]): Filled<string[]> {
  const texts = [globs ?? []].flat();
  const fills = texts.map((text) => fillText(text, variables));
  return sharedUnless(
    texts.some((text) => holdsVariable(text, variables)),
    (values) => fills.map((fill) => fill(values)),
  );
}

/** @param first variables that are a part of it, in upper case */
function fillEnvironment(
  environment: Environment,
  variables: readonly string[],
  first: readonly string[] = [],
): Filled<Environment> {
  const names = first.map((name) => name.toUpperCase());
  const texts = Object.entries(environment).map(
    ([name, value]): [string, Environment[string], Filled<string>?] =>
      typeof value === 'string' && holdsVariable(value, variables)
        ? [name, value, fillText(value, variables)]
        : [name, value],
  );
  return sharedUnless(names.length > 0 || texts.some(([, , fill]) => fill), (values) => {
    const made: Environment = {};
    for (let index = 0; index < names.length; index++) made[names[index]!] = values[index]!;
    for (const [name, value, fill] of texts) made[name] = fill ? fill(values) : value;
    return made;
  });
}

function fillSteps(steps: readonly Step[], variables: readonly string[]): Filled<Step[]> {
  const fills = steps.map((step) => fillEnvironment(step.environment ?? {}, variables));
  const differs = steps.some(({ environment = {} }) =>
    Object.values(environment).some((value) => typeof value === 'string' && holdsVariable(value, variables)),
  );
  return sharedUnless(differs, (values) =>
    steps.map((step, index) => (step.environment ? { ...step, environment: fills[index]!(values) } : step)),
  );
}

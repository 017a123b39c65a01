import type { ConcreteJob } from '../../model/concrete-job.ts';
import { holdsVariable } from '../../model/concrete-job.ts';
import { AgentLabel, Schedule } from '../../model/project/job.ts';
import type { Environment, Job } from '../../model/project/job.ts';
import { quote } from '../../model/project/text.ts';
import { judgeBy, judgeText } from './judge-text.ts';
import type { Refusal } from './judge-text.ts';
import type { RuleContext } from './rule-context.ts';

/** A text of an entry that holds `{name}`, or that only means something in a job. */
interface Check {
  field: string;
  read: (job: ConcreteJob) => string | undefined;
  judge: (text: string) => Refusal | undefined;
  /** False where it is the same for all jobs of the entry. */
  differs: boolean;
}

/**
 * A schedule, label or text may be fine as a template and wrong once its values are filled in.
 * @param first job of the entry, on which what they share is judged
 * @returns judges one job after the other; false where something was reported
 */
export function checkFilledTexts(
  { report }: RuleContext,
  job: Job,
  first: ConcreteJob,
): (one: ConcreteJob) => boolean {
  const all = listChecks(job);
  const differing = all.filter(({ differs }) => differs);
  return (one) => {
    let fine = true;
    for (const { field, read, judge } of one === first ? all : differing) {
      const text = read(one);
      const refusal = text === undefined ? undefined : judge(text);
      if (!refusal) continue;
      const message = job.for ? `in ${quote(one.name)}: ${refusal.message}` : refusal.message;
      report(['jobs', one.entry, field], message, refusal.hint);
      fine = false;
    }
    return fine;
  };
}

function listChecks(job: Job): Check[] {
  const variables = Object.keys(job.for ?? {});
  const differs = (...texts: (string | undefined)[]): boolean =>
    texts.some((text) => text !== undefined && holdsVariable(text, variables));
  return [
    {
      field: 'schedule',
      read: (one) => one.schedule,
      judge: once((text) => judgeBy(Schedule, text)),
      differs: differs(job.schedule),
    },
    {
      field: 'agent',
      read: (one) => one.agent,
      judge: once((text) => judgeBy(AgentLabel, text)),
      differs: differs(job.agent),
    },
    {
      field: 'description',
      read: (one) => one.description,
      judge: judgeText,
      differs: differs(job.description),
    },
    ...(['artifacts', 'junit'] as const).map((field) => ({
      field,
      read: (one: ConcreteJob) => one[field].join(', '),
      judge: judgeText,
      differs: differs(...[job[field] ?? []].flat()),
    })),
    ...checkVariables(job.environment ?? {}, (one) => one.environment, differs),
    ...(job.steps ?? []).flatMap(({ environment = {} }, index) =>
      checkVariables(environment, (one) => one.steps[index]!.environment!, differs),
    ),
  ];
}

/** Values that are not filled were judged by the schema. */
function checkVariables(
  environment: Environment,
  of: (one: ConcreteJob) => Environment,
  differs: (text: string) => boolean,
): Check[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    typeof value === 'string' && differs(value)
      ? [{ field: 'environment', read: (one) => of(one)[name] as string, judge: judgeText, differs: true }]
      : [],
  );
}

/** A judge that keeps its verdicts: thousands of jobs share a few schedules and labels. */
function once(judge: Check['judge']): Check['judge'] {
  const known = new Map<string, Refusal | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, judge(text));
    return known.get(text);
  };
}

import * as z from 'zod';
import { checkCron } from '../jenkins/cron.ts';
import { checkLabelExpression } from '../jenkins/label-expression.ts';
import { hintNearest } from '../nearest-name.ts';
import { CredentialId, Duration, Line, Scalar, Text, VariableName, pattern, quote } from './text.ts';

/** A schedule as Jenkins' own cron parser accepts it, H and TZ included; judged once `for:` values are filled in. */
export const Schedule = Text.superRefine((text, context) => {
  const verdict = checkCron(text);
  if (!verdict.ok) {
    context.addIssue({
      code: 'custom',
      message: `is not a schedule that Jenkins accepts: ${verdict.message}`,
      params: { hint: 'for example "H 3 * * *"' },
    });
  }
});
export type Schedule = z.infer<typeof Schedule>;

/** A label expression as Jenkins parses it; judged once `for:` values are filled in. */
export const AgentLabel = Line.superRefine((text, context) => {
  const verdict = checkLabelExpression(text);
  if (!verdict.ok) {
    context.addIssue({
      code: 'custom',
      message: `is not a label expression that Jenkins accepts: ${verdict.message}`,
      params: { hint: 'for example "build" or "linux && docker"' },
    });
  }
});
export type AgentLabel = z.infer<typeof AgentLabel>;

const Environment = z
  .record(
    VariableName,
    z.union([
      Scalar,
      z.strictObject({ credential: CredentialId.describe('bound for the time of the build') }),
    ]),
  )
  .superRefine(atMost(100, 'variables', 'put them into a file that the step reads'))
  .superRefine((environment, context) => {
    for (const [name, value] of Object.entries(environment)) {
      if (value !== '') continue;
      const message = 'is empty, and Jenkins takes an empty value for no variable at all';
      context.addIssue({ code: 'custom', path: [name], message, params: { hint: 'leave it out' } });
    }
  });
export type Environment = z.infer<typeof Environment>;

/** A limit far above what anybody writes by hand: thousands of jobs each hold all of it. */
function atMost(limit: number, what: string, hint: string) {
  return (fields: object, context: z.RefinementCtx): void => {
    const found = Object.keys(fields).length;
    if (found <= limit) return;
    const message = `expected at most ${limit} ${what}, found ${found}`;
    context.addIssue({ code: 'custom', message, params: { hint } });
  };
}

export const Step = z.strictObject({
  sh: Text.refine((text) => text.trim() !== '', {
    error: 'expected a shell command, found nothing',
  }).describe('shell text, run by `sh`; it is code, as you write it'),
  name: Line.optional().describe('the name of its stage'),
  environment: Environment.optional().describe('variables of this step'),
});
export type Step = z.infer<typeof Step>;

export const Parameter = z
  .strictObject({
    type: z.enum(['string', 'text', 'boolean', 'choice']).default('string'),
    default: Scalar.optional().describe('what stands in the form at first'),
    choices: z.array(Scalar).min(1).max(200).optional().describe('for `choice`; the first is the default'),
    description: Text.optional().describe('shown beside it'),
  })
  .superRefine((parameter, context) => {
    if (parameter.type === 'choice' && !parameter.choices)
      context.addIssue({
        code: 'custom',
        path: ['choices'],
        message: 'is needed for a parameter of type choice',
        params: { hint: 'list the choices' },
      });
    if (parameter.type !== 'choice' && parameter.choices)
      context.addIssue({
        code: 'custom',
        path: ['choices'],
        message: `has no meaning for a parameter of type ${parameter.type}`,
        params: { hint: 'set type: choice' },
      });
    if (
      parameter.choices &&
      parameter.default !== undefined &&
      !parameter.choices.map(String).includes(String(parameter.default))
    )
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `expected one of the choices, found ${quote(String(parameter.default))}`,
        params: { hint: hintNearest(String(parameter.default), parameter.choices.map(String)) },
      });
    if (
      parameter.type === 'boolean' &&
      parameter.default !== undefined &&
      typeof parameter.default !== 'boolean'
    )
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: 'expected true or false',
        params: { hint: '' },
      });
  });
export type Parameter = z.infer<typeof Parameter>;

/** `1..5000`, or the values themselves. */
const Values = z.union([
  z.array(Scalar).min(1),
  pattern(/^[0-9]{1,6}\.\.[0-9]{1,6}$/, 'a list, or a range such as 1..100'),
]);

const globs = z.union([Line, z.array(Line).min(1)]);

export const Job = z
  .strictObject({
    description: Text.optional().describe('shown in Jenkins'),
    schedule: Text.optional().describe("when it runs, in Jenkins' own cron syntax (H, TZ=…)"),
    run: Line.optional().describe('a millrace command, such as `prune` or `prune --dry-run`'),
    steps: z.array(Step).min(1).max(40).optional().describe('shell steps, each a stage of its own'),
    environment: Environment.optional().describe('variables of all steps: a value, or `{ credential: ID }`'),
    parameters: z
      .record(VariableName, Parameter)
      .superRefine(atMost(200, 'parameters', 'ask for a file'))
      .optional()
      .describe('asked for when it is started by hand'),
    agent: Line.optional().describe('label expression of the agents that may run it; `build` by default'),
    timeout: Duration.optional().describe('`1h` by default, `3h` for `run`'),
    retry: z.int().min(1).max(10).optional().describe('how often each step is tried'),
    artifacts: globs.optional().describe('files to archive'),
    junit: globs.optional().describe('JUnit reports to publish'),
    disabled: z.boolean().optional().describe('kept, but not run'),
    template: Line.optional().describe('name of the jobs made from `for`, with `{variable}` in it'),
    for: z
      .record(VariableName, Values)
      .superRefine(atMost(20, 'variables', 'write several entries'))
      .optional()
      .describe('one job for each combination of these values'),
  })
  .superRefine((job, context) => {
    const add = (path: string, message: string, hint: string): void =>
      context.addIssue({ code: 'custom', path: [path], message, params: { hint } });
    if (job.run !== undefined && job.steps) add('run', 'cannot stand beside steps', 'keep one of them');
    if (job.run === undefined && !job.steps)
      context.addIssue({
        code: 'custom',
        message: 'expected `run` or `steps`, found neither',
        params: { hint: 'for example steps: [ { sh: ./nightly.sh } ]' },
      });
    if (job.template !== undefined && !job.for)
      add('template', 'expected `for` beside it', 'list the values, for example for: { zone: [a, b] }');
    if (job.for && job.template === undefined)
      add('for', 'expected `template` beside it', 'name the jobs, for example template: "check-{zone}"');
  })
  .describe('a job of your own in Jenkins');
export type Job = z.infer<typeof Job>;

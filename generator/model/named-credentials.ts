import type { Environment } from './project/job.ts';
import type { Project } from './project/project.ts';

/** The credentials of Jenkins that a project names, sorted, each with the fields that name it, such as `scm.push`. */
export function namedCredentials(project: Project): Map<string, string[]> {
  const { scm, registry, notify, jobs } = project;
  const named: [string | undefined, string][] = [
    [scm.credential, 'scm.credential'],
    [scm.push, 'scm.push'],
    [registry === 'own' ? undefined : registry.credential, 'registry.credential'],
    [notify?.slack?.credential, 'notify.slack.credential'],
    ...Object.entries(jobs).flatMap(([job, { environment, steps }]) =>
      [environment, ...(steps ?? []).map((step) => step.environment)].flatMap((one) =>
        idsIn(one).map((id): [string, string] => [id, `jobs.${job}`]),
      ),
    ),
  ];
  const found = new Map<string, string[]>();
  for (const [id, field] of named) {
    if (id === undefined) continue;
    const fields = found.get(id) ?? [];
    found.set(id, fields.includes(field) ? fields : [...fields, field]);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function idsIn(environment: Environment | undefined): string[] {
  return Object.values(environment ?? {}).flatMap((value) =>
    typeof value === 'object' ? [value.credential] : [],
  );
}

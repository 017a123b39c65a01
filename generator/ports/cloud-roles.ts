import type { CloudThing } from './cloud-resources.ts';

/** IAM, as far as infrastructures need it: it knows no regions, and cannot be searched by tag. Errors as those of CloudResources. */
export interface CloudRoles {
  /** Roles and instance profiles that bear the project's tag, of those whose names begin with `<project>-`. */
  findTagged: (project: string) => Promise<CloudThing[]>;
}

/** Where the lock lies: beside project.yaml. By itself, so that whoever only looks for it loads no schema. */
export const LOCK_FILE = 'project.lock.yaml';

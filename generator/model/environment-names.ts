import type { Environment } from './project/job.ts';

/**
 * Words that cannot stand left of `=` in Groovy 2.4: its keywords and its names of types and values (the
 * literals of groovy.g). In a declarative `environment` they end the parse.
 */
const GROOVY_WORDS = new Set(
  (
    'abstract as assert boolean break byte case catch char class const continue def default do double else ' +
    'enum extends false final finally float for goto if implements import in instanceof int interface long ' +
    'native new null package private protected public return short static strictfp super switch ' +
    'synchronized this threadsafe throw throws trait transient true try void volatile while'
  ).split(' '),
);

/** What the agent or Jenkins gives to every build (`/env-vars.html` of a controller, Pipeline and Git). */
const SET_BY_JENKINS = new Set(
  (
    'BRANCH_IS_PRIMARY BRANCH_NAME BUILD_DISPLAY_NAME BUILD_ID BUILD_NUMBER BUILD_TAG BUILD_URL CHANGE_BRANCH ' +
    'CHANGE_ID CHANGE_TARGET CI EXECUTOR_NUMBER GIT_BRANCH GIT_COMMIT GIT_URL HOME HUDSON_COOKIE HUDSON_HOME ' +
    'HUDSON_SERVER_COOKIE HUDSON_URL JENKINS_HOME JENKINS_NODE_COOKIE JENKINS_SERVER_COOKIE JENKINS_URL ' +
    'JOB_BASE_NAME JOB_DISPLAY_URL JOB_NAME JOB_URL NODE_LABELS NODE_NAME PATH RUN_DISPLAY_URL SHELL ' +
    'STAGE_NAME TAG_NAME USER WORKSPACE WORKSPACE_TMP'
  ).split(' '),
);

/** Names that are bound to credentials, in a declarative `environment`, and that Groovy cannot assign to. */
export function listUnusable(environment: Environment): string[] {
  return Object.keys(environment).filter(
    (name) => typeof environment[name] === 'object' && GROOVY_WORDS.has(name),
  );
}

/** Those of the names that have a value in every build already. */
export function listSetByJenkins(names: readonly string[]): string[] {
  return names.filter((name) => SET_BY_JENKINS.has(name));
}

import { showControls } from '../model/problem.ts';
import type { Found, FoundComponent, Section } from './found.ts';
import { writeEntries, writeEntryLine, writeHead } from './write-yaml.ts';

export interface DraftSettings {
  /** Version of Millrace that the file is for. */
  version: string;
  /** The files that are the platform's own, where these are wanted: the file then has a `jenkins:` section. */
  platform?: readonly string[];
}

/** An account that nobody has: with it, everything is refused until a person writes theirs. */
const NO_ACCOUNT = '000000000000';
const SECTIONS: readonly Section[] = ['images', 'amis', 'infrastructure', 'stacks'];
/** The stack that is copied has a secret for each: `validate` says what to take out where one is not wanted. */
const SCM =
  'scm: { credential: git, push: git-push }  # what reads, what pushes; made by millrace secret set';
/** More lines of what was left out than this, and nobody reads them. */
const MAX_LEFT_OUT = 40;

const EXAMPLE = `
# Nothing that Millrace builds was found here yet. A folder with a Dockerfile is an image:
#
# images:
#   api: { context: services/api, test: [npm, test] }
#
# and a stack of services that runs it, as \`docker stack deploy\` takes it:
#
# stacks:
#   NAME: { file: stacks/NAME.yml }
`.replaceAll('\n\n', '\n');

/** The text of a first project.yaml: what is there, and below it, as comments, what was left out and why. */
export function writeDraft(found: Found, settings: DraftSettings): string {
  const kept = found.components.filter((component) => component.doubt === undefined);
  const parts = [
    writeTop(found, kept, settings),
    ...SECTIONS.map((section) => writeSection(section, kept)),
    settings.platform !== undefined ? writeJenkins(found.project) : '',
    kept.length === 0 ? EXAMPLE.trim() : '',
    writeLeftOut(found),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The platform's entries alone, to be added to a project.yaml that is there. */
export function writePlatformPart(found: Found): string {
  const parts = [
    writeAws(found, true),
    SCM,
    ...SECTIONS.map((section) => writeSection(section, found.components)),
    writeJenkins(found.project),
  ];
  return parts.join('\n\n');
}

function writeTop(
  found: Found,
  kept: readonly FoundComponent[],
  { version, platform }: DraftSettings,
): string {
  const needsAws = kept.some(({ section }) => section === 'amis' || section === 'infrastructure');
  return [
    '# yaml-language-server: $schema=./resources/project.schema.json',
    '# What this repository builds, runs and delivers. After a change: millrace validate, millrace generate.',
    writeHead('millrace', version),
    writeHead('project', found.project),
    found.remote === undefined
      ? '# repository: https://…  # the address that Jenkins clones from'
      : writeHead('repository', found.remote),
    ...(found.branch === undefined || found.branch === 'main' ? [] : [writeHead('branch', found.branch)]),
    ...(needsAws
      ? [
          '# The id of your account (aws sts get-caller-identity); in any other, everything is refused.',
          writeAws(found, platform !== undefined),
        ]
      : []),
    ...(platform === undefined ? [] : [SCM]),
    ...(platform === undefined ? [] : ['# ssh_keys: [ops/keys/NAME.pub]  # who may log in on the nodes']),
  ].join('\n');
}

/** @param forJenkins with the credential for which the stack that is copied has a secret, too */
function writeAws(found: Found, forJenkins: boolean): string {
  const credential = forJenkins ? ', credential: aws' : '';
  return `aws: { region: ${found.region ?? 'us-east-1'}, accounts: ["${NO_ACCOUNT}"]${credential} }`;
}

function writeSection(section: Section, components: readonly FoundComponent[]): string {
  const entries = components.filter((component) => component.section === section);
  return entries.length === 0 ? '' : [`${section}:`, ...writeEntries(entries)].join('\n');
}

function writeJenkins(project: string): string {
  return [
    '# `url`, `admins` and the numbers of agents are yours to set.',
    `jenkins: { url: https://ci.${project}.example.com, admins: [admin], agents: { build: 2, deploy: 1 }, memory: 2g }`,
  ].join('\n');
}

function writeLeftOut(found: Found): string {
  const left = found.components.filter((component) => component.doubt !== undefined);
  const reasons = new Set(left.map(({ doubt }) => doubt!));
  const lines = [
    ...[...reasons].flatMap((reason) => [
      `#   ${showControls(reason)}:`,
      ...left
        .filter(({ doubt }) => doubt === reason)
        .map(({ section, name, fields }) => `#     ${section}: { ${writeEntryLine(name, fields)} }`),
    ]),
    ...found.notes.map((note) => `#   ${showControls(note)}`),
  ];
  if (lines.length === 0) return '';
  const shown =
    lines.length > MAX_LEFT_OUT
      ? [...lines.slice(0, MAX_LEFT_OUT), `#   and ${lines.length - MAX_LEFT_OUT} further lines like these`]
      : lines;
  return ['# Seen and left out. What you want of it, write above; delete the rest.', ...shown].join('\n');
}

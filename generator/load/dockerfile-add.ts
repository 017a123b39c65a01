import { isDigest } from '../model/image-reference.ts';
import { shorten } from '../model/shorten.ts';
import type { DockerfileProblem, Instruction } from './dockerfile-lines.ts';
import type { Variables } from './dockerfile-variables.ts';
import { expandWord } from './dockerfile-words.ts';

interface Scope {
  variables: Variables;
  escape: string;
}

const URL_START = /^(?:[a-z0-9]+:\/\/|[a-z0-9-_]+@[a-z0-9-.]+:)/i;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * What an ADD takes from the network must be pinned: a file by its digest, a Git repository by a whole commit
 * (moby/buildkit, frontend/dockerfile/dfgitutil, for what counts as one).
 */
export function readAdd(command: Instruction, scope: Scope): DockerfileProblem[] {
  const written = argumentsOf(command);
  if (written.length < 2)
    return [{ ...command.placeAt(), message: 'ADD needs a source and a destination', hint: '' }];
  const checksum = expand(command.flags.find(({ name }) => name === 'checksum')?.value ?? '', scope);
  for (const source of written.slice(0, -1)) {
    const { text, unknown } = expand(source, scope);
    if (unknown && checksum.text === '') {
      return [
        {
          ...command.placeAt(),
          message: `ADD ${shorten(source)}: what its variable holds is not known here, it may be a URL`,
          hint: 'use COPY for a file of the context, or give it a --checksum',
        },
      ];
    }
    if (URL_START.test(text) && !isPinned(text, checksum.text)) {
      const hint = isGit(text)
        ? 'add --checksum=<commit>, all 40 digits'
        : 'add --checksum=sha256:<64 digits>';
      return [{ ...command.placeAt(), message: `ADD ${shorten(text)} without a checksum is refused`, hint }];
    }
  }
  return [];
}

/** `unknown`: it begins with a variable that this file does not set; the base image may. */
function expand(word: string, { variables, escape }: Scope): { text: string; unknown: boolean } {
  const expanded = expandWord(word, { escape, lookup: (name) => variables.get(name) });
  // What cannot be read is taken as it stands; Docker refuses it.
  if ('error' in expanded) return { text: word, unknown: false };
  return { text: expanded.text, unknown: /^["']?\$/.test(word) && expanded.unset.length > 0 };
}

function isGit(url: string): boolean {
  return !/^https?:/i.test(url) || /^[^?#]*\.git(?:[?#]|$)/.test(url);
}

function isPinned(url: string, checksum: string): boolean {
  if (!isGit(url)) return isDigest(checksum);
  const [, query = '', fragment = ''] = /^[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const pins = [
    checksum,
    fragment.split(':', 1)[0]!,
    ...['checksum', 'commit', 'ref'].map((name) => parameters.get(name) ?? ''),
  ];
  return pins.some((pin) => COMMIT.test(pin));
}

/** The sources of a COPY or ADD, and at its end the destination. */
export function argumentsOf(command: Instruction): string[] {
  if (command.json) return command.json as string[];
  return command.rest === '' ? [] : command.rest.split(/[\t\v\f\r ]+/);
}

import { BLANK } from './dockerfile-word-list.ts';

/** One `NAME=value` or `NAME` of an ARG or ENV, the value with its quotes. */
export interface Assignment {
  name: string;
  value?: string;
}

/** The variables of a stage, on top of those of the stage it is built from. */
export class Variables {
  readonly #values = new Map<string, string>();
  readonly #below: Variables | undefined;

  constructor(below?: Variables) {
    this.#below = below;
  }

  get(name: string): string | undefined {
    return this.#values.get(name) ?? this.#below?.get(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  names(): string[] {
    return [...(this.#below?.names() ?? []), ...this.#values.keys()];
  }
}

/** What BuildKit sets from the machine that builds; a reference that used one would differ between machines. */
export const BUILD_MACHINE_ARGUMENTS: ReadonlySet<string> = new Set([
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
]);

/**
 * The arguments that BuildKit sets by itself before the first FROM (moby/buildkit,
 * frontend/dockerfile/dockerfile2llb/platform.go). Those of the building machine are taken as the target's.
 * @param platform `os/architecture[/variant]`
 */
export function automaticArguments(platform: string, target: string | undefined): Record<string, string> {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  const result: Record<string, string> = { TARGETSTAGE: target ?? 'default' };
  for (const side of ['TARGET', 'BUILD']) {
    Object.assign(result, {
      [`${side}PLATFORM`]: platform,
      [`${side}OS`]: os,
      [`${side}OSVERSION`]: '',
      [`${side}ARCH`]: architecture,
      [`${side}VARIANT`]: variant,
    });
  }
  return result;
}

/**
 * Reads what follows ARG or ENV, as moby/buildkit's `parseWords` and `parseNameVal` do. dockerfile-ast reads
 * `'a\' B` as one word.
 * @param legacy ENV's old form, `ENV name all the rest`, is allowed
 */
export function readAssignments(rest: string, escape: string, legacy: boolean): Assignment[] {
  const words = splitWords(rest, escape);
  if (legacy && words.length > 0 && !words[0]!.includes('=')) {
    const blank = /[\t\v\f\r ]+/.exec(rest);
    if (!blank) return [{ name: rest }];
    return [{ name: rest.slice(0, blank.index), value: rest.slice(blank.index + blank[0].length) }];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals === -1 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

/** Splits at blanks outside quotes; quotes and escapes stay. */
function splitWords(rest: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < rest.length; at++) {
    const character = rest[at]!;
    if (character === escape && quote !== "'") {
      // An escape at the very end escapes nothing.
      if (at + 1 < rest.length) word += character + rest[++at]!;
    } else if (quote === '' && BLANK.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (character === quote) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      word += character;
    }
  }
  return word === '' ? words : [...words, word];
}

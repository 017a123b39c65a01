import * as z from 'zod';

// A run checks one project: to generate a validator for it costs more than it saves. Holds for schemas made after it.
z.config({ jitless: true });

/**
 * Text that arrives in Jenkins as exactly what was written. Refused is what a config.xml or an environment
 * variable cannot hold: control characters other than tab and newline, halves of surrogate pairs,
 * noncharacters (XML 1.0, section 2.2), and a length whose UTF-8 form might not fit a constant of the JVM.
 */
export const Text = z.string().superRefine((text, context) => {
  if (text.length > MAX_TEXT) {
    context.addIssue({
      code: 'custom',
      message: `expected at most ${MAX_TEXT} characters, found ${text.length}`,
      params: { hint: 'put it into a file' },
    });
  }
  const found = findForbidden(text);
  if (found !== undefined) {
    context.addIssue({
      code: 'custom',
      message: `holds the character U+${found}, which Jenkins cannot store`,
      params: { hint: 'remove it' },
    });
  }
});
export type Text = z.infer<typeof Text>;

/** 65,535 bytes of modified UTF-8 are what a JVM's constant holds; a UTF-16 unit takes at most three. */
export const MAX_TEXT = 20_000;

function findForbidden(text: string): string | undefined {
  const match =
    /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(
      text,
    );
  return match?.[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

/** One line of text, not empty. */
export const Line = Text.refine((text) => text !== '' && !text.includes('\n'), {
  error: 'expected one line of text, not empty',
});
export type Line = z.infer<typeof Line>;

/** Builds a text that must match a pattern; the hint says what fits. */
export function pattern(expression: RegExp, expected: string, hint = ''): z.ZodType<string> {
  return Text.superRefine((text, context) => {
    if (!expression.test(text)) {
      context.addIssue({
        code: 'custom',
        message: `expected ${expected}, found ${quote(text)}`,
        params: { hint },
      });
    }
  });
}

/** A value as it is shown in a message: quoted, cut after 60 characters, without what a URL has before its @. */
export function quote(text: string): string {
  const shown = text.slice(0, MAX_TEXT).replace(/:\/\/[^/@\s]*@/g, '://…@');
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
}

/**
 * The name of a project or a component. It becomes a path component of a Docker repository
 * (distribution/reference's grammar), part of EC2 names and a Swarm stack's name.
 */
export const Name = z.string().superRefine((text, context) => {
  if (/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(text) && text.length <= 62) return;
  const suggestion = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 62);
  context.addIssue({
    code: 'custom',
    message: `expected a name of lower-case letters and digits, with single dots, underscores or dashes between (at most 62), found ${quote(text)}`,
    params: { hint: suggestion === '' ? '' : `for example "${suggestion}"` },
  });
});
export type Name = z.infer<typeof Name>;

/** A path inside the repository: relative, forward slashes, never upwards. */
export const RepositoryPath = Line.superRefine((text, context) => {
  const bad = (message: string, hint: string): void =>
    context.addIssue({ code: 'custom', message, params: { hint } });
  if (text.startsWith('/') || /^[A-Za-z]:/.test(text))
    bad(
      `expected a path relative to project.yaml, found ${quote(text)}`,
      'remove what comes before the repository',
    );
  else if (text.includes('\\')) bad(`expected forward slashes, found ${quote(text)}`, 'write / for \\');
  else if (text.split('/').includes('..'))
    bad(`expected a path inside the repository, found ${quote(text)}`, 'paths cannot go upwards (..)');
});
export type RepositoryPath = z.infer<typeof RepositoryPath>;

/** The name of an environment variable or a build argument. */
export const VariableName = pattern(
  /^[A-Za-z_][A-Za-z0-9_]{0,254}$/,
  'a variable name (letters, digits, underscores, at most 255)',
);

/** `30s`, `45m`, `2h`, `1d`. */
export const Duration = pattern(/^[1-9][0-9]{0,5}[smhd]$/, 'a duration such as 30s, 45m, 2h or 1d');
export type Duration = z.infer<typeof Duration>;

/** The id of a credential in Jenkins; a secret itself is never written in project.yaml. */
export const CredentialId = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  'the id of a Jenkins credential (letters, digits, dots, underscores, dashes)',
);
export type CredentialId = z.infer<typeof CredentialId>;

/** A scalar that is used as text, as in `args: { VERSION: 20 }`. */
export const Scalar = z.union([Text, z.number(), z.boolean()]);

/** A URL with one of the given schemes and without a password in it. */
export function url(schemes: readonly string[]): z.ZodType<string> {
  return Text.superRefine((text, context) => {
    const bad = (message: string, hint = ''): void =>
      context.addIssue({ code: 'custom', message, params: { hint } });
    const expected = `expected a URL (${schemes.join(', ')})`;
    if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029"'<>\\^`{|}]/.test(text))
      return bad(`${expected} without spaces or control characters, found ${quote(text)}`);
    if (schemes.includes('ssh') && /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^:]+$/.test(text)) return;
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1)))
      return bad(`${expected}, found ${quote(text)}`);
    if (holdsSecret(parsed)) bad('holds a password or token', 'remove it and name a credential instead');
  });
}

/** Over HTTP a user name is either a token or of no use: who may read says the credential. */
function holdsSecret({ protocol, username, password, searchParams }: URL): boolean {
  if (password !== '' || (username !== '' && protocol.startsWith('http'))) return true;
  return [...searchParams.keys()].some((key) => /token|password|secret|api_?key/i.test(key));
}

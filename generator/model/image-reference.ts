import { shorten } from './shorten.ts';

/**
 * An image reference in the form that Docker sends to a registry: the domain filled in, `library/` before an
 * official image. The tag is absent where none is written.
 */
export interface ImageReference {
  domain: string;
  path: string;
  tag?: string;
  digest?: string;
}

export interface ReferenceProblem {
  message: string;
  hint: string;
}

export type ClassifiedReference =
  /** `name` is what follows `<project>/`; whether the project has it is for the caller to say. */
  | { kind: 'component'; name: string }
  | { kind: 'external'; reference: ImageReference }
  | { kind: 'problem'; message: string; hint: string };

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^(?:(${DOMAIN})/)?(${PATH_PART}(?:/${PATH_PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@([^@]+))?$`,
);
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const HUB = 'docker.io';
/** Docker's limit for a path; a reference has no limit of its own, but nothing sensible is near this one. */
const MAX_PATH = 255;
const MAX_REFERENCE = 1024;

/**
 * Parses what may follow FROM or `image:`, by the grammar of github.com/distribution/reference
 * (`ParseNormalizedNamed`).
 * @returns the reference, or what is wrong with it (`'message' in result`)
 */
export function parseImageReference(text: string): ImageReference | ReferenceProblem {
  if (text === '') return { message: 'an image reference is empty', hint: 'name an image' };
  if (text.length > MAX_REFERENCE) {
    return {
      message: `an image reference of ${text.length} characters`,
      hint: `at most ${MAX_REFERENCE} are taken`,
    };
  }
  const shown = JSON.stringify(shorten(text, 300));
  if (/^[a-f0-9]{64}$/.test(text)) {
    return { message: `${shown} is an image id, not a name`, hint: 'write name@sha256:… to pin an image' };
  }
  const { domain, rest } = splitDomain(text);
  const written = rest.split(/[:@]/, 1)[0]!;
  if (written !== written.toLowerCase()) {
    // Only the path: a registry's name and a tag may hold capitals.
    const start = text.length - rest.replace(/^library\//, '').length;
    const end = text.length - (rest.length - written.length);
    const mended = text.slice(0, start) + text.slice(start, end).toLowerCase() + text.slice(end);
    return {
      message: `${shown}: the name of an image is in lower case`,
      hint: `write ${JSON.stringify(mended)}`,
    };
  }
  const match = REFERENCE.exec(`${domain}/${rest}`);
  if (!match) {
    return {
      message: `${shown} is not an image reference`,
      hint: 'expected [registry[:port]/]name[:tag][@sha256:…]',
    };
  }
  const [, matchedDomain = '', path = '', tag, digest] = match;
  if (path.length > MAX_PATH) {
    return {
      message: `${shown}: its path has ${path.length} characters`,
      hint: `at most ${MAX_PATH} are allowed`,
    };
  }
  if (digest !== undefined && !isDigest(digest)) {
    return {
      message: `${shown}: "${digest}" is not a digest`,
      hint: 'expected sha256: and 64 hexadecimal digits in lower case',
    };
  }
  return {
    domain: matchedDomain,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A digest that a registry takes (OCI image-spec, descriptor.md): `sha256:` and 64 digits, or sha384, sha512. */
export function isDigest(text: string): boolean {
  const [algorithm = '', encoded = '', more] = text.split(':');
  if (more !== undefined || !Object.hasOwn(DIGEST_LENGTHS, algorithm)) return false;
  return encoded.length === DIGEST_LENGTHS[algorithm] && /^[a-f0-9]+$/.test(encoded);
}

/**
 * Tells a component of the project (`<project>/<name>`, no tag, no digest) from an image of somebody else.
 * The name `docker.io/<project>/<name>`, written out, is somebody else's.
 */
export function classifyReference(text: string, project: string): ClassifiedReference {
  const reference = parseImageReference(text);
  if ('message' in reference) return { kind: 'problem', ...reference };
  if (!text.startsWith(`${project}/`)) return { kind: 'external', reference };
  const name = text.slice(project.length + 1).split(/[:@]/, 1)[0]!;
  const pin = reference.digest !== undefined ? 'a digest' : reference.tag !== undefined ? 'a tag' : undefined;
  if (pin === undefined) return { kind: 'component', name };
  return {
    kind: 'problem',
    message: `${JSON.stringify(text)} is an image of this project, with ${pin}`,
    hint: `write ${project}/${name}: what it stands for follows from its content`,
  };
}

/** The part before the first slash is a registry only where it cannot be a namespace on Docker Hub. */
function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  if (slash === -1) return { domain: HUB, rest: `library/${text}` };
  const first = text.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const domain = !isDomain || first === 'index.docker.io' ? HUB : first;
  const rest = isDomain ? text.slice(slash + 1) : text;
  return { domain, rest: domain === HUB && !rest.includes('/') ? `library/${rest}` : rest };
}

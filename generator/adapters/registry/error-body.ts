import { quoteOthers } from './registry-failure.ts';
import type { HttpAnswer } from './send-once.ts';

/** distribution, docs/spec/api.md, "Errors". */
interface RegistryError {
  code: string;
  message?: string;
}

/** `, DENIED: requested access …`: the first of a registry's own words, or nothing. */
export function describeErrors({ body }: Pick<HttpAnswer, 'body'>): string {
  const first = readErrors(body)?.[0];
  if (!first) return '';
  return `, ${quoteOthers(first.message ? `${first.code}: ${first.message}` : first.code)}`;
}

/**
 * True for a push that met another one of the same content: a registry on a file system (distribution 2.8) reads a
 * link that the other is just writing, and takes the digest for a wrong one.
 */
export function isRacedPush({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): boolean {
  return status === 400 && readErrors(body)?.[0]?.code === 'DIGEST_INVALID';
}

/**
 * True where a 404 is the registry's own word that there is none, and not that of a proxy or of another program that
 * answers there.
 */
export function isRegistryAbsence({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>): boolean {
  if (readErrors(body)) return true;
  const isEmpty = body.length === 0;
  return isEmpty && headers.get('docker-distribution-api-version') === 'registry/2.0';
}

/** By hand: each image that is not there is such an answer, and nothing else of a plan needs a schema. */
function readErrors(body: Uint8Array): RegistryError[] | undefined {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as { errors?: unknown };
    return Array.isArray(errors) && errors.length > 0 && errors.every(isError) ? errors : undefined;
  } catch {
    return undefined;
  }
}

function isError(value: unknown): value is RegistryError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === 'string' && (message === undefined || typeof message === 'string');
}

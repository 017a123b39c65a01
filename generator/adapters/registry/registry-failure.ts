import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';

/** No answer, or only answers that ask to come back later. `host` is what was asked, as a person knows it. */
export function unreachable(host: string, found: string, todo: string): UserError {
  return new UserError('REGISTRY_UNREACHABLE', `${host}: ${found}; ${todo}`);
}

/** The registry wants other credentials, or none are allowed this. */
export function denied(host: string, found: string, todo: string): UserError {
  return new UserError('REGISTRY_DENIED', `${host}: ${found}; ${todo}`);
}

/** An answer that is none of those that the API knows. */
export function badAnswer(host: string, found: string, todo: string): UserError {
  return new UserError('REGISTRY_ANSWER', `${host}: ${found}; ${todo}`);
}

/** One line of what somebody else wrote, as it may stand in a message. */
export function quoteOthers(text: string): string {
  return shorten(text.replace(/\s+/g, ' ').trim(), 160);
}

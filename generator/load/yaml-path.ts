import { shorten } from '../model/shorten.ts';

/** A step of a path into a document: a mapping's key or a sequence's index. */
export type PathStep = string | number;

/** The longest name that is shown whole; a key may have megabytes. */
const MAX_SHOWN = 80;
/** Of a deeper path the first steps are shown; no field lies deeper. */
const MAX_STEPS = 12;

/** `images.api.test[1]`; a name that is not plain is quoted, a long one is cut. */
export function formatPath(path: readonly PathStep[]): string {
  const text = path.slice(0, MAX_STEPS).reduce<string>((above, step) => {
    if (typeof step === 'number') return `${above}[${step}]`;
    const name = /^[A-Za-z0-9_-]+$/.test(step)
      ? shorten(step, MAX_SHOWN)
      : JSON.stringify(shorten(step, MAX_SHOWN));
    return above === '' ? name : `${above}.${name}`;
  }, '');
  return path.length > MAX_STEPS ? `${text}…` : text;
}

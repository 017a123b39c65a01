/** As a time stands in a tag: `20261122T043015Z`; it sorts. @param now milliseconds since 1970 */
export function formatTagTime(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

/** @param text of that form @returns ISO 8601, to the second */
export function parseTagTime(text: string): string {
  return text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');
}

import { formatSeconds } from './format-seconds.ts';

/** `42 s`, `1 h 5 min`; from two days on `3 days`. */
export function formatAge(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  return days < 2 ? formatSeconds(Math.max(0, Math.floor(seconds))).replace('.0 s', ' s') : `${days} days`;
}

/**
 * The candidate that a person most likely meant, for hints.
 * @returns undefined where none is near: at most a third of the letters may differ (Damerau-Levenshtein)
 */
export function nearestName(found: string, candidates: Iterable<string>): string | undefined {
  // A hint for a name of hundreds of letters helps nobody, and the distance is quadratic in its length.
  if (found.length > 100) return undefined;
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > 100) continue;
    const distance = editDistance(found.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest !== undefined && least <= Math.max(1, Math.floor(Math.max(found.length, nearest.length) / 3))
    ? nearest
    : undefined;
}

/** `did you mean "x"?`, or the whole list where it is short and nothing is near. */
export function hintNearest(found: string, candidates: readonly string[]): string {
  const nearest = nearestName(found, candidates);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  if (candidates.length === 0) return 'there are none';
  return candidates.length <= 12 ? `one of: ${candidates.join(', ')}` : '';
}

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      }
      current.push(best);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}

/** A hint for a name of hundreds of letters helps nobody, and the distance is quadratic in its length. */
const MAX_LENGTH = 100;
/** More candidates are not a list that a person knows by heart, and each costs time for each mistake. */
const MAX_CANDIDATES = 1_000;

/**
 * The candidate that a person most likely meant, for hints.
 * @returns undefined where none is near: at most a third of the letters may differ (Damerau-Levenshtein)
 */
export function nearestName(found: string, candidates: Iterable<string>): string | undefined {
  if (found.length > MAX_LENGTH) return undefined;
  const text = found.toLowerCase();
  let nearest: string | undefined;
  let least = Infinity;
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > MAX_CANDIDATES) break;
    const most = Math.max(1, Math.floor(Math.max(found.length, candidate.length) / 3));
    // The distance is at least the difference of the lengths.
    const bound = Math.min(most, least - 1);
    if (candidate.length > MAX_LENGTH || Math.abs(candidate.length - text.length) > bound) continue;
    const distance = editDistance(text, candidate.toLowerCase(), bound);
    if (distance <= bound) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** `did you mean "x"?`, or the whole list where it is short and nothing is near. */
export function hintNearest(found: string, candidates: readonly string[]): string {
  const nearest = nearestName(found, candidates);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  if (candidates.length === 0) return 'there are none';
  return candidates.length <= 12 ? `one of: ${candidates.join(', ')}` : '';
}

/** @returns the distance, or some number above `bound` */
function editDistance(a: string, b: string, bound: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      }
      current.push(best);
      least = Math.min(least, best);
    }
    // Two rows decide the next one, for a swap reaches over one.
    if (least > bound && leastBefore > bound) return least;
    leastBefore = least;
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}

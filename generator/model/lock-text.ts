import type { Lock } from './lock.ts';

/**
 * A lock as it is written: the same text for the same pins, whatever order they came in, so that it changes in the
 * lines that mean something else and in no other.
 * @param about the rest of the first line, after the command that writes it
 */
export function renderLock(lock: Lock, about: string): string {
  return [
    `# Written by \`millrace lock\`: ${about}`,
    'version: 1',
    ...renderMap('images', lock.images, (digest) => ` ${digest}`),
    ...renderMap('amis', lock.amis, (regions) =>
      renderMap('', regions, (id) => ` ${id}`)
        .slice(1)
        .map((line) => `\n  ${line}`)
        .join(''),
    ),
    ...renderMap('epochs', lock.epochs, (epoch) => ` ${epoch}`),
    '',
  ].join('\n');
}

/** Keys are quoted: a reference holds colons, and a name may look like a number. */
function renderMap<T>(name: string, map: Readonly<Record<string, T>>, value: (entry: T) => string): string[] {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return [`${name}: {}`];
  return [`${name}:`, ...keys.map((key) => `  ${JSON.stringify(key)}:${value(map[key]!)}`)];
}

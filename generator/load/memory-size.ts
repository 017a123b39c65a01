const UNITS = ['', 'k', 'm', 'g', 't', 'p'];

/**
 * Bytes of an amount of memory as Docker reads it: `2g`, `1.5 GB`, `512MiB` and plain bytes, all of them by 1024
 * (docker/go-units, RAMInBytes). @returns undefined for anything else
 */
export function memorySize(text: string): number | undefined {
  const [, amount, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  return amount === undefined
    ? undefined
    : Math.floor(Number(amount) * 1024 ** UNITS.indexOf(unit.toLowerCase()));
}

/**
 * Address of a machine that no other test run uses at the same time: the host has one way to each address.
 * @param number of the machine in its test, from 1
 */
export function ownAddress(number: number): string {
  return `10.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}.${number}`;
}

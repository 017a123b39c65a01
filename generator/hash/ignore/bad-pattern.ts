/** Docker would refuse this pattern: the build fails there, so the hash is refused here, with the same input. */
export class BadPattern extends Error {
  readonly pattern: string;

  /** @param pattern as written (trimmed); @param reason what is wrong with it, without a full stop. */
  constructor(pattern: string, reason: string) {
    super(
      `ignore pattern ${JSON.stringify(pattern)}: ${reason}; Docker refuses it too, mend or remove the line`,
    );
    this.name = 'BadPattern';
    this.pattern = pattern;
  }
}

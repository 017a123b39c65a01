import { spawnSync } from 'node:child_process';

/** Somebody who is not root. */
export interface PlainUser {
  uid: number;
  /** Runs a program as that user, in this environment alone. */
  run: (argv: readonly string[], place: Place) => Ended;
  /** Hands a folder over, with all that is in it. */
  own: (folder: string) => void;
}

export interface Place {
  cwd: string;
  env: Record<string, string>;
}

export interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** Debian's `nobody`. */
const NOBODY = 65534;
/** The last is for access(2), which else looks at the user alone (capabilities(7)). */
const READ = [
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
  '--securebits=+no_setuid_fixup',
];

/**
 * Whoever runs the tests, where that is not root.
 * @param needed programs, each with arguments by which it says that it starts
 * @param uid whom root is to be
 */
export function findPlainUser(needed: readonly string[][], place: Place, uid = NOBODY): PlainUser {
  const own = process.getuid!();
  if (own !== 0) return { uid: own, run: (argv, at) => run(argv, at), own: () => undefined };
  const drop = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  // Through `env`: what setpriv itself starts is looked up with the rights that are about to go.
  const plainly = [...drop, 'env'];
  const canStart = needed.every((argv) => run([...plainly, ...argv], place).code === 0);
  // The checkout lies below /root, or its Python does: to read there is all that is granted.
  const before = canStart ? plainly : [...drop, ...READ, 'env'];
  return {
    uid,
    run: (argv, at) => run([...before, ...argv], at),
    own: (folder) => {
      const { code, error } = run(['chown', '-R', `${uid}:${uid}`, folder], place);
      if (code !== 0) throw new Error(error);
    },
  };
}

function run([file, ...args]: readonly string[], place: Place): Ended {
  const { status, stdout, stderr } = spawnSync(file!, args, { ...place, encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

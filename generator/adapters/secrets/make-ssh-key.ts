import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface SshKey {
  /** In OpenSSH's own format, which is the only one that ssh and sshd read an ed25519 key in; a secret. */
  privateKey: string;
  /** One line, as in `authorized_keys`. */
  publicKey: string;
}

const TYPE = 'ssh-ed25519';
const BLOCK = 8;

/** An ed25519 key without a passphrase (openssh-portable, PROTOCOL.key). */
export function makeSshKey(comment: string): SshKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [point, seed] = [Buffer.from(x!, 'base64url'), Buffer.from(d!, 'base64url')];
  const blob = Buffer.concat([field(TYPE), field(point)]);
  // Twice the same number: whoever decrypts sees by it whether the passphrase was right.
  const check = randomBytes(4);
  const secret = Buffer.concat([
    ...[check, check, field(TYPE), field(point)],
    ...[field(Buffer.concat([seed, point])), field(comment)],
  ]);
  const padding = Buffer.from(
    Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, index) => index + 1),
  );
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[field('none'), field('none'), field(''), number(1)],
    ...[field(blob), field(Buffer.concat([secret, padding]))],
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g)!;
  return {
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...lines,
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
    publicKey: `${TYPE} ${blob.toString('base64')} ${comment}\n`,
  };
}

/** A string of RFC 4251, section 5: its length, then its bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

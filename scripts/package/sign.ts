/** Checksums and their signature. Ed25519 keys in PEM, so that openssl alone can check them on a bare machine. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../bundle.ts';

/** What releases are signed with. */
export interface SigningKey {
  privatePem: string;
  /** As it stands in install.sh. */
  publicPem: string;
  /** Made on this machine: good for tests, not for a release. */
  isDevelopment: boolean;
}

/** The release key that SUANLINK_RELEASE_KEY names (a PEM file); without it a development key, made once and kept in
 * `.state`. */
export function signingKey(): SigningKey {
  const given = process.env.SUANLINK_RELEASE_KEY;
  const path = given ?? join(root, '.state/package/development-key.pem');
  if (given === undefined && !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  const privatePem = readFileSync(path, 'utf8');
  const key = createPrivateKey(privatePem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${path} is no Ed25519 key`);
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).trim();
  return { privatePem, publicPem, isDevelopment: given === undefined };
}

/** Writes `SHA256SUMS` over all files below `dir`, and `SHA256SUMS.sig`, the raw signature of it. */
export function signFolder(dir: string, key: SigningKey): void {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile() && !name.startsWith('SHA256SUMS'))
    .toSorted();
  const lines = names.map((name) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex');
    return `${hash}  ${name}\n`;
  });
  const text = lines.join('');
  writeFileSync(join(dir, 'SHA256SUMS'), text);
  writeFileSync(join(dir, 'SHA256SUMS.sig'), sign(null, Buffer.from(text), key.privatePem));
}

/** `install.sh` with the key that it checks bundles with. */
export function installScript(publicPem: string): string {
  return readFileSync(join(root, 'packaging/install.sh'), 'utf8').replace('@PUBLIC_KEY@', () => publicPem);
}

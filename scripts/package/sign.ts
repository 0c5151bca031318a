/**
 * Checksums and their signature. Ed25519, checked with openssl alone on a bare machine.
 *
 * openssl 3 checks the raw signature. That of Debian 11, RHEL 8 and openEuler 20.03 (1.1.1) checks Ed25519 in certificates
 * only; for it the same key also signs a certificate whose common name is the SHA-256 of the list, in 64 hex digits.
 */
import 'reflect-metadata';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  webcrypto,
} from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as x509 from '@peculiar/x509';
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

const issuerName = 'CN=suanlink release';
/** The same bytes every time; a certificate here says nothing of time. */
const always = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };

async function keysOf({ privatePem, publicPem }: SigningKey): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const [secret, open] = [privatePem, publicPem].map((pem) => x509.PemConverter.decodeFirst(pem));
  if (!secret || !open) throw new Error('no PEM');
  return {
    privateKey: await subtle.importKey('pkcs8', secret, 'Ed25519', false, ['sign']),
    publicKey: await subtle.importKey('spki', open, 'Ed25519', true, ['verify']),
  };
}

/** The key as a certificate authority, for openssl 1.1.1. */
async function authority(key: SigningKey): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...always,
    serialNumber: '01',
    name: issuerName,
    keys: await keysOf(key),
    signingAlgorithm: { name: 'Ed25519' },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return certificate.toString('pem').trim();
}

/** A certificate that says: the list with this hash is ours. */
async function voucher(hash: string, key: SigningKey): Promise<string> {
  const { privateKey, publicKey } = await keysOf(key);
  const certificate = await x509.X509CertificateGenerator.create({
    ...always,
    serialNumber: '02',
    subject: `CN=${hash}`,
    issuer: issuerName,
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: { name: 'Ed25519' },
  });
  return `${certificate.toString('pem').trim()}\n`;
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Writes `SHA256SUMS` over all files below `dir`, `SHA256SUMS.sig`, the raw signature of it, and `SHA256SUMS.crt`. */
export async function signFolder(dir: string, key: SigningKey): Promise<void> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile() && !name.startsWith('SHA256SUMS'))
    .toSorted();
  const text = names.map((name) => `${sha256(readFileSync(join(dir, name)))}  ${name}\n`).join('');
  const list = Buffer.from(text);
  writeFileSync(join(dir, 'SHA256SUMS'), list);
  writeFileSync(join(dir, 'SHA256SUMS.sig'), sign(null, list, key.privatePem));
  writeFileSync(join(dir, 'SHA256SUMS.crt'), await voucher(sha256(list), key));
}

/** `install.sh` with the key that it checks bundles with. */
export async function installScript(key: SigningKey): Promise<string> {
  const certificate = await authority(key);
  return readFileSync(join(root, 'packaging/install.sh'), 'utf8')
    .replace('@PUBLIC_KEY@', () => key.publicPem)
    .replace('@AUTHORITY@', () => certificate);
}

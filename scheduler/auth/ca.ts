/**
 * The scheduler's own certificate authority: makes certificates and reads them (edge: keys are drawn here);
 * `ca-files.ts` keeps them.
 *
 * Everything is ECDSA on P-256 with SHA-256. The authority lives 10 years and signs nothing but the scheduler's server
 * certificates, which live one year; what peers pin is the SHA-256 of the authority's certificate (docs/protocol.md).
 */
import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const dayMs = 86_400_000;
/** Life of the authority's certificate. */
const caLifeMs = 3650 * dayMs;
/** Life of a server certificate. */
const serverLifeMs = 365 * dayMs;
/** A server certificate with less left than this is replaced. */
const renewBeforeMs = 30 * dayMs;
/** Certificates are good from this long ago, for peers whose clocks are behind. */
const backdateMs = dayMs;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate with its private key, both PEM. The key is a secret. */
export interface Pair {
  certPem: string;
  keyPem: string;
}

/** SHA-256 of a certificate's DER in 64 lower-case hex digits: what join tokens and clients pin. */
export function certificateHash(certPem: string): string {
  return createHash('sha256').update(new NodeCertificate(certPem).raw).digest('hex');
}

async function newKeys(): Promise<{ keys: webcrypto.CryptoKeyPair; keyPem: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keys, keyPem: x509.PemConverter.encode(der, 'PRIVATE KEY') };
}

/** A new authority named after `name`, good from `nowUnixMs` for 10 years. */
export async function makeCa(name: string, nowUnixMs: number): Promise<Pair> {
  const { keys, keyPem } = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['suanlink'] }, { CN: [name] }],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(nowUnixMs - backdateMs),
    notAfter: new Date(nowUnixMs + caLifeMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: certificate.toString('pem'), keyPem };
}

/** A server certificate for `hosts` (DNS names and IP addresses, at least one), signed by `ca`, good for one year. */
export async function makeServerCertificate(
  ca: Pair,
  hosts: readonly string[],
  nowUnixMs: number,
): Promise<Pair> {
  const { keys, keyPem } = await newKeys();
  const issuer = new x509.X509Certificate(ca.certPem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(ca.keyPem),
    algorithm,
    false,
    ['sign'],
  );
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ O: ['suanlink'] }, { CN: ['suanlink scheduler'] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(nowUnixMs - backdateMs),
    notAfter: new Date(nowUnixMs + serverLifeMs),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certPem: certificate.toString('pem'), keyPem };
}

/** Why `server` must be replaced at `nowUnixMs`; undefined while it serves `hosts` under `ca` for 30 days more. */
export function staleness(
  server: Pair,
  ca: Pair,
  hosts: readonly string[],
  nowUnixMs: number,
): 'unreadable' | 'other_ca' | 'expiring' | 'hosts_changed' | undefined {
  let certificate: NodeCertificate;
  let authority: NodeCertificate;
  try {
    certificate = new NodeCertificate(server.certPem);
    authority = new NodeCertificate(ca.certPem);
  } catch {
    // Whatever is wrong with the text, the answer is the same: make another.
    return 'unreadable';
  }
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'other_ca';
  if (Date.parse(certificate.validTo) - nowUnixMs < renewBeforeMs) return 'expiring';
  const covered = hosts.every((host) =>
    isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host, { subject: 'never' }),
  );
  return covered ? undefined : 'hosts_changed';
}

/**
 * Where the certificate authority lives (edge): four PEM files in the state directory.
 *
 * `ca.crt` and `server.crt` may be read by everybody (0644), the keys by us alone (0600). Every file is written beside
 * its place, synced and renamed, keys before certificates, so a crash leaves the old pair or the new one.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { certificateHash, makeCa, makeServerCertificate, type Pair, staleness } from './ca.ts';

/** What a TLS server needs, and what its clients pin. */
export interface Certificates {
  /** Path of the authority's certificate. */
  caFile: string;
  /** SHA-256 (hex) of the authority's certificate. */
  caHash: string;
  /** The server's certificate followed by the authority's: the chain to present. */
  chainPem: string;
  keyPem: string;
  /** Why the server certificate was made anew just now; undefined when it was good as it was. */
  renewed: 'first' | NonNullable<ReturnType<typeof staleness>> | undefined;
}

/** Writes `text` to `path` so that a crash leaves the old file or the new one, never a part. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(beside, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

async function readPair(directory: string, name: string): Promise<Pair | undefined> {
  try {
    const [certPem, keyPem] = await Promise.all([
      readFile(join(directory, `${name}.crt`), 'utf8'),
      readFile(join(directory, `${name}.key`), 'utf8'),
    ]);
    return { certPem, keyPem };
  } catch (caught) {
    if (caught instanceof Error && 'code' in caught && caught.code === 'ENOENT') return undefined;
    throw new SuanlinkError('storage_failed', `cannot read ${name}.crt and ${name}.key in ${directory}`, {
      cause: caught,
    });
  }
}

async function writePair(directory: string, name: string, pair: Pair): Promise<void> {
  try {
    await writeAtomically(join(directory, `${name}.key`), pair.keyPem, 0o600);
    await writeAtomically(join(directory, `${name}.crt`), pair.certPem, 0o644);
  } catch (cause) {
    throw new SuanlinkError('storage_failed', `cannot write ${name}.crt and ${name}.key in ${directory}`, {
      cause,
    });
  }
}

/** An authority whose key alone is lost must not be replaced in silence: every node and client pins its certificate. */
async function refuseHalfCa(directory: string): Promise<void> {
  const left = await readFile(join(directory, 'ca.crt')).catch(() => undefined);
  if (left)
    throw new SuanlinkError(
      'config_invalid',
      `${join(directory, 'ca.key')} is missing beside ca.crt; restore it, or remove ca.crt to start a new authority (every node and client must then be enrolled again)`,
    );
}

/**
 * The certificates in `directory`, made where they are missing: the authority once, the server certificate whenever it
 * does not cover `hosts`, runs out within 30 days or comes from another authority. `storage_failed` when the files can be
 * neither read nor written, `config_invalid` when the authority's key alone is missing.
 */
export async function ensureCertificates(
  directory: string,
  hosts: readonly string[],
  nowUnixMs: number,
): Promise<Certificates> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let ca = await readPair(directory, 'ca');
  if (!ca) {
    await refuseHalfCa(directory);
    ca = await makeCa(`suanlink ${randomBytes(4).toString('hex')}`, nowUnixMs);
    await writePair(directory, 'ca', ca);
  }
  let server = await readPair(directory, 'server');
  const renewed = server ? staleness(server, ca, hosts, nowUnixMs) : 'first';
  if (!server || renewed) {
    server = await makeServerCertificate(ca, hosts, nowUnixMs);
    await writePair(directory, 'server', server);
  }
  return {
    caFile: join(directory, 'ca.crt'),
    caHash: certificateHash(ca.certPem),
    chainPem: `${server.certPem.trimEnd()}\n${ca.certPem.trimEnd()}\n`,
    keyPem: server.keyPem,
    renewed,
  };
}

/** The node's identity on disk (edge): an Ed25519 key that never leaves its directory, and what enrolment gave. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { type NodeId, type OrgId, parseId, parseOrg } from '../../proto/ids.ts';

/** A key pair of which only these two things are ever shown. */
export interface NodeKey {
  /** Raw Ed25519 public key, 32 bytes. */
  publicKey: Uint8Array;
  /** Ed25519 signature over `data`, 64 bytes. */
  sign(data: Uint8Array): Uint8Array;
}

/** What enrolment gave, kept beside the key. */
export interface Enrolment {
  nodeId: NodeId;
  org: OrgId;
  schedulerUrl: string;
  /** PEM of the scheduler's CA, '' for a scheduler without TLS on loopback. */
  caPem: string;
}

function writeSecret(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function keyFrom(key: KeyObject): NodeKey {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(String(jwk.x), 'base64url')),
    sign: (data) => new Uint8Array(sign(null, data, key)),
  };
}

/** The key in `dir/node.key`, made (mode 0600) when there is none; `storage_failed`. */
export function loadKey(dir: string): NodeKey {
  const path = join(dir, 'node.key');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeSecret(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    }
    return keyFrom(createPrivateKey(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw SuanlinkError.from(cause, 'storage_failed', `reading the node key ${path}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The enrolment in `dir/enrolment.json`; undefined before enrolment, `config_invalid` when it cannot be read. */
export function loadEnrolment(dir: string): Enrolment | undefined {
  const path = join(dir, 'enrolment.json');
  if (!existsSync(path)) return undefined;
  try {
    const raw: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof raw !== 'object' || raw === null) throw new Error('not an object');
    const field = (name: string): unknown => (raw as Record<string, unknown>)[name];
    return {
      nodeId: parseId('node', field('node_id')),
      org: parseOrg(field('org')),
      schedulerUrl: textOf(field('scheduler_url')),
      caPem: textOf(field('ca_pem')),
    };
  } catch (cause) {
    throw SuanlinkError.from(cause, 'config_invalid', `reading ${path} (remove it to enrol again)`);
  }
}

/** Keeps what enrolment gave. */
export function saveEnrolment(dir: string, enrolment: Enrolment): void {
  const { nodeId, org, schedulerUrl, caPem } = enrolment;
  writeSecret(
    join(dir, 'enrolment.json'),
    `${JSON.stringify({ node_id: nodeId, org, scheduler_url: schedulerUrl, ca_pem: caPem }, null, 2)}\n`,
  );
}

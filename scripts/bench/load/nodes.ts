/**
 * Nodes of a bench: their keys follow from their numbers, so that every process can make them, and they are enrolled by
 * rows in the scheduler's own store before it starts, as it would have written them itself.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { makeId, type NodeId, parseOrg, type OrgId } from '../../../proto/ids.ts';
import { formatApiToken } from '../../../proto/join-token.ts';
import type { AcceleratorInfo, Inventory } from '../../../proto/messages.ts';
import { hashSecret } from '../../../scheduler/auth/tokens.ts';
import { openDisk } from '../../../scheduler/store/disk.ts';
import type { Write } from '../../../scheduler/store/store.ts';

const gib = 2 ** 30;
/** An Ed25519 private key in PKCS #8, without its 32 bytes (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Who node `n` is. */
export function nodeId(n: number): NodeId {
  return makeId('node', digest(`node ${n}`));
}

/** The private key of node `n`. */
export function privateKey(n: number): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8, digest(`key ${n}`)]), format: 'der', type: 'pkcs8' });
}

function publicKey(n: number): Uint8Array {
  const jwk = createPublicKey(privateKey(n)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(String(jwk.x), 'base64url'));
}

/** A tenant's organisation, and the text of its token. */
export interface Tenant {
  org: OrgId;
  token: string;
}

/** Makes a store in `stateDir` with so many nodes and tenants. */
export async function seedStore(stateDir: string, nodes: number, tenants: number): Promise<Tenant[]> {
  const { store, logs } = await openDisk({ stateDir, schedulerId: randomBytes(16).toString('hex') });
  const owner = parseOrg('owner');
  const rows: Write[] = Array.from({ length: nodes }, (_, n) => ({
    kind: 'node',
    row: {
      ...{ id: nodeId(n), org: owner, name: `node-${n}`, publicKey: publicKey(n) },
      ...{ sessionEpoch: 0, receivedSeq: 0, enrolledUnixMs: Date.now() },
    },
  }));
  const made = Array.from({ length: tenants }, (_, n) => {
    const [org, id, secret] = [parseOrg(`tenant-${n}`), makeId('token', randomBytes(20)), randomBytes(32)];
    const text = secret.toString('base64url');
    const common = {
      id,
      kind: 'api',
      secretHash: hashSecret(text),
      name: `ci-${n}`,
      org,
      role: 'tenant',
    } as const;
    rows.push({
      kind: 'token',
      row: { ...common, createdUnixMs: Date.now(), expiresUnixMs: 0, revoked: false, usedBy: '' },
    });
    return { org, token: formatApiToken({ tokenId: id, secret: text }) };
  });
  await store.commit(rows);
  await logs.close();
  await store.close();
  return made;
}

function card(n: number, index: number): AcceleratorInfo {
  const uuid = `GPU-${digest(`card ${n} ${index}`).toString('hex').slice(0, 32)}`;
  return {
    ...{ id: `nvidia:${uuid}` as AcceleratorInfo['id'], vendor: 'nvidia', model: 'NVIDIA A100-SXM4-80GB' },
    ...{
      architecture: 'Ampere',
      index,
      uuid,
      serial: `13217${n}${index}`,
      busAddress: `0000:${index}7:00.0`,
    },
    ...{ memoryBytes: 80 * gib, driverVersion: '550.54.15', runtimeVersion: '12.4', health: 'ok' },
    ...{ healthReasons: [], offered: true, notOfferedReason: '', simulated: true, numaNode: index >> 2 },
    cpuAffinity: index < 4 ? '0-31' : '32-63',
    links: Array.from({ length: 8 }, (_, other) => other)
      .filter((other) => other !== index)
      .map((other) => ({ kind: 'nvlink', peerId: `nvidia:${other}`, word: 'NV12' })),
    throughput: [{ precision: 'bf16', gigaFlops: 312_000, dense: true, source: 'data sheet' }],
  };
}

/** What node `n` offers: eight cards with links, on 64 processors. */
export function inventoryOf(n: number): Inventory {
  return {
    generation: `boot-${n}`,
    host: {
      ...{ hostname: `node-${n}`, os: 'Debian GNU/Linux 12', kernel: '6.1.0-18-amd64', architecture: 'x64' },
      ...{ cpuModel: 'AMD EPYC 7543', cpuMilli: 64_000, memoryBytes: 512 * gib, diskBytes: 4096 * gib },
      ...{ engine: 'podman 4.3.1', labels: { rack: `r${n >> 5}` }, region: '' },
    },
    accelerators: Array.from({ length: 8 }, (_, index) => card(n, index)),
    probes: [{ vendor: 'nvidia', status: 'present', reason: '', lastGoodAgeMs: 0 }],
    ...{ draining: false, drainReason: '' },
  };
}

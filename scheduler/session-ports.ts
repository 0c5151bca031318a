/** What the agents' sessions ask of the pool, the driver and the logs. */
import { makeId, type NodeId } from '../proto/ids.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { LeaseEnd, Usage } from '../proto/messages.ts';
import { usageBytes, type UsageProof } from '../proto/signing.ts';
import type { Driver } from './driver.ts';
import type { Pool } from './pool.ts';
import type { Clock, Random } from './ports.ts';
import type { ConnectionId } from './records.ts';
import { InOrder, type InOrderPorts } from './session/in-order.ts';
import type { SessionPorts } from './session/server.ts';
import type { Verify } from './session/proofs.ts';
import { logFault } from './store/log-check.ts';
import type { Logs } from './store/logs.ts';
import type { Store } from './store/store.ts';
import type { Bells } from './watch.ts';

/** What the sessions work on. */
export interface SessionParts {
  pool: Pool;
  driver: Driver;
  logs: Logs;
  store: Store;
  verify: Verify;
  bells: Bells;
  clock: Clock;
  random: Random;
  heartbeatMs: number;
  /** State can no longer be written. */
  onFatal(error: SuanlinkError): void;
}

/** What the signature of a node's usage is worth; `usage` is that of a LeaseEnd or a report on its own. */
async function proofOf(
  { pool, verify }: SessionParts,
  nodeId: NodeId,
  usage: Usage | LeaseEnd,
): Promise<UsageProof> {
  const publicKey = pool.state.nodes.get(nodeId)?.record.publicKey;
  if (!('part' in usage) || !usage.signature || !publicKey) return 'unsigned';
  return (await verify(publicKey, usageBytes(nodeId, usage), usage.signature)) ? 'signed' : 'disputed';
}

type LinePorts = Omit<InOrderPorts, 'pause' | 'failed'>;

function linePorts(parts: SessionParts, connection: ConnectionId, nodeId: NodeId): LinePorts {
  const { pool, driver, logs, store, bells } = parts;
  return {
    async append(chunk) {
      const lease = pool.logOf(nodeId, chunk);
      if (!lease) return;
      const stream = chunk.stderr ? 'stderr' : 'stdout';
      const { offset, data, unixMs, droppedBytes } = chunk;
      await logs.append(lease.leaseId, stream, offset, data, unixMs, droppedBytes);
      bells.ring(lease.jobId);
    },
    async sync() {
      try {
        await logs.sync();
      } catch (caught) {
        // After a failed sync nobody knows what is on the disk: as with a failed commit, start again from what is.
        const error = SuanlinkError.from(caught, 'storage_failed', 'writing logs');
        parts.onFatal(error);
        throw error;
      }
    },
    async check(message) {
      const end = message.kind === 'leaseEnd' ? message.value : undefined;
      const lease = end && pool.logOf(nodeId, end);
      const [totals, proof, older] = await Promise.all([
        // What is said of one that has ended changes nothing.
        lease && lease.state !== 'ended'
          ? logs.totals(lease.leaseId, lease.epoch >= pool.state.firstEpoch)
          : undefined,
        proofOf(parts, nodeId, end?.usage ?? message.value),
        pool.state.leases.has(message.value.leaseId) || pool.state.forgottenTo === 0
          ? undefined
          : store.lease(message.value.leaseId),
      ]);
      return { logFault: end && totals ? logFault(end, totals) : '', proof, ...(older ? { older } : {}) };
    },
    deliver: (seq, message, checked) =>
      driver.post({ kind: 'message', connection, nodeId, seq, message, ...checked }),
    received: (seq) => driver.post({ kind: 'received', connection, nodeId, seq }),
  };
}

/** The sessions' ports on a core. */
export function sessionPorts(parts: SessionParts): SessionPorts {
  const { pool, driver, clock, random, heartbeatMs } = parts;
  const { state } = pool;
  return {
    schedulerId: state.schedulerId,
    heartbeatMs,
    token: (id) => state.tokens.get(id),
    node: (id) => state.nodes.get(id)?.record,
    enrol(connection, { tokenId, nodeName, publicKey }, refused) {
      const nodeId = makeId('node', random(20));
      driver.post({ kind: 'enrol', connection, nodeId, nodeName, publicKey, tokenId }, refused);
    },
    connect(connection, { nodeId, nodeName, agentVersion, bootId, capability }, refused) {
      driver.post(
        { kind: 'connect', connection, nodeId, nodeName, agentVersion, bootId, capability },
        refused,
      );
    },
    disconnect: (connection, nodeId) => driver.post({ kind: 'disconnect', connection, nodeId }),
    seen: (nodeId, now) => pool.seen(nodeId, now),
    message: (connection, nodeId, message) =>
      driver.post({ kind: 'message', connection, nodeId, seq: 0, message, logFault: '' }),
    renew: (connection, nodeId, renew) => pool.renew(nodeId, connection, renew, clock.now()),
    heartbeat: (connection, nodeId, heartbeat) => pool.heartbeat(nodeId, connection, heartbeat),
    openLine: (connection, nodeId, pause, failed) =>
      new InOrder({ ...linePorts(parts, connection, nodeId), pause, failed }),
  };
}

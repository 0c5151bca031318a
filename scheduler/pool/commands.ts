/** What can be asked of the pool, and what it answers with. Plain data: a list of commands with their moments is a
 * complete account of a scheduler's life. */
import type { JobSpec } from '../../proto/api.ts';
import type { Code } from '../../proto/codes.ts';
import type { JobId, LeaseId, NodeId, OrgId, TokenId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Message } from '../../proto/messages.ts';
import type { TokenRecord } from '../control.ts';
import type { UsageProof } from '../../proto/signing.ts';
import type { ConnectionId, HoldRecord, LeaseRecord, NodeRules, SettingRecord } from '../records.ts';
import type { Write } from '../store/store.ts';

/** A job to be accepted, or an array of equal ones; `jobId` (of the first) is used unless the key is known already. */
export interface Submit {
  kind: 'submit';
  jobId: JobId;
  org: OrgId;
  by: string;
  spec: JobSpec;
  /** Of the spec, hex. */
  specHash: string;
  idempotencyKey: string | null;
  /** How many; missing: one, and no array. */
  count?: number;
}

/** Reasons with which the scheduler itself stops a lease. */
export type MadeStop = 'cancelled' | 'preempted' | 'deadline' | 'owner_reclaimed';

/** Commands, by what brought them. */
export type Command =
  | Submit
  /** Ends a job (`cancelled`), or the lease that it has now. SIGTERM is the notice, sent at once; SIGKILL follows after
   * `noticeMs`, or the job's own grace if that is longer. */
  | { kind: 'stop'; jobId: JobId; reason: MadeStop; message: string; noticeMs: number }
  | { kind: 'put_token'; record: TokenRecord }
  | { kind: 'revoke_token'; id: TokenId }
  /** An agent that proved its key and showed a good secret. */
  | {
      kind: 'enrol';
      connection: ConnectionId;
      nodeId: NodeId;
      nodeName: string;
      publicKey: Uint8Array;
      tokenId: TokenId;
    }
  /** An agent that proved its identity. */
  | {
      kind: 'connect';
      connection: ConnectionId;
      nodeId: NodeId;
      nodeName: string;
      agentVersion: string;
      bootId: string;
      capability: number;
    }
  | { kind: 'disconnect'; connection: ConnectionId; nodeId: NodeId }
  /** A message of the session protocol; `seq` 0 is best effort. */
  | {
      kind: 'message';
      connection: ConnectionId;
      nodeId: NodeId;
      seq: number;
      message: Message;
      /** What the stored log of a LeaseEnd lacks; '' for nothing. */
      logFault: string;
      /** What the signature of its usage is worth; missing: it carries none that was looked at. */
      proof?: UsageProof;
      /** The lease that its usage is of, when memory has forgotten it. */
      older?: LeaseRecord;
    }
  /** Log chunks up to `seq` are on the disk. */
  | { kind: 'received'; connection: ConnectionId; nodeId: NodeId; seq: number }
  /** Nothing is granted until somebody resumes it. */
  | { kind: 'pause_granting'; by: string; message: string }
  /** Also lets go of the mass-loss brake. */
  | { kind: 'resume_granting'; by: string }
  /** Retention takes logs of ended leases away; what has been taken, or lives, is left alone. */
  | { kind: 'remove_logs'; leases: readonly LeaseKey[] }
  /** An operator's setting stands from now on. */
  | { kind: 'set'; setting: SettingRecord }
  | { kind: 'reserve'; cards: number; hold: HoldRecord }
  | { kind: 'end_hold'; id: string }
  /** No new leases for the node, and the cards back from those that it has after `noticeMs`. */
  | { kind: 'drain'; rules: NodeRules; noticeMs: number }
  | { kind: 'tick' };

/** What operators are told in the log. */
export type AlertEvent =
  | 'mass_loss'
  | 'mass_loss_over'
  | 'granting_paused'
  | 'granting_resumed'
  | 'usage_disputed'
  | 'lease_idle';

/** What must happen once the writes are durable, in order. */
export type Effect =
  | { kind: 'send'; connection: ConnectionId; message: Message }
  | { kind: 'ack'; connection: ConnectionId; seq: number }
  | { kind: 'refuse'; connection: ConnectionId; code: Code; message: string }
  | { kind: 'hang_up'; connection: ConnectionId }
  /** Its removal is on record: the log itself may go. */
  | { kind: 'remove_log'; leaseId: LeaseId }
  /** Nothing more will be appended to the lease's log soon. */
  | { kind: 'log_over'; leaseId: LeaseId }
  /** An operator should know. */
  | { kind: 'alert'; event: AlertEvent; fields: Record<string, string | number> }
  /** Somebody may be watching this job. */
  | { kind: 'job'; jobId: JobId; ended: boolean };

/** The result of a command. */
export interface Turn {
  writes: Write[];
  effects: Effect[];
  /** Nobody waits for it: its writes may ride with the next commit. */
  lazy: boolean;
  /** The job that a submit or cancel was about. */
  jobId: JobId | undefined;
}

/** A turn that changes nothing yet. */
export function newTurn(): Turn {
  return { writes: [], effects: [], lazy: false, jobId: undefined };
}

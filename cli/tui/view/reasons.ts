/** Why a lease ended, and what the operator can do about it: keys of messages. Pure. */
import { type EndReason, endReasons } from '../../../proto/lease.ts';
import type { MessageKey } from '../../i18n/translate.ts';

const known: ReadonlySet<string> = new Set(endReasons);
const isReason = (word: string | null): word is EndReason => word !== null && known.has(word);

/** The sentence for a reason; undefined for none, or one of a newer agent. */
export function reasonKey(reason: string | null): MessageKey | undefined {
  return isReason(reason) ? `reason.${reason}` : undefined;
}

/** Ends for which the operator of the node can do something. */
const hints: Partial<Record<EndReason, MessageKey>> = {
  exit_nonzero: 'reason.exit_nonzero.hint',
  signal: 'reason.exit_nonzero.hint',
  oom: 'reason.oom.hint',
  image_pull: 'reason.image_pull.hint',
  start_failed: 'reason.start_failed.hint',
  lease_lost: 'reason.lease_lost.hint',
  device_lost: 'reason.device_lost.hint',
  engine_lost: 'reason.engine_lost.hint',
};

/** What to do next; undefined when there is nothing to do. */
export function hintKey(reason: string | null): MessageKey | undefined {
  return isReason(reason) ? hints[reason] : undefined;
}

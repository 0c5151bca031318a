/** Takes old logs away, now and then: what the rules pick is put on record first, and only then removed. */
import type { SuanlinkError } from '../proto/codes.ts';
import type { Command } from './pool/commands.ts';
import type { Clock, Log } from './ports.ts';
import type { ExpiredLog } from './store/retention.ts';

/** How often logs are looked at, in ms. */
export const retentionEveryMs = 600_000;

/** What it works with. */
export interface RetentionParts {
  /** What is to go by now. */
  expired(nowUnixMs: number): Promise<ExpiredLog[]>;
  post(command: Command, refused: (error: SuanlinkError) => void): void;
  clock: Clock;
  log: Log;
}

/** Looks at once and then every ten minutes; the result ends that. */
export function startRetention({ expired, post, clock, log }: RetentionParts): () => void {
  let isOver = false;
  let cancel: () => void = () => {};
  const failed = (error: unknown): void => {
    if (!isOver) log.error('log_retention_failed', { error });
  };
  const look = async (): Promise<void> => {
    const leases = await expired(Math.round(clock.wall()));
    if (isOver || leases.length === 0) return;
    const bytes = leases.reduce((sum, one) => sum + one.bytes, 0);
    log.info('logs_removed', { leases: leases.length, bytes });
    post({ kind: 'remove_logs', leases: leases.map(({ leaseId, epoch }) => ({ leaseId, epoch })) }, failed);
  };
  const again = (): void => {
    look()
      .catch(failed)
      .finally(() => {
        if (!isOver) cancel = clock.at(clock.now() + retentionEveryMs, again);
      });
  };
  again();
  return () => {
    isOver = true;
    cancel();
  };
}

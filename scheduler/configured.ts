/** What the scheduler's settings mean for its core. Pure. */
import { parseDuration } from '../proto/duration.ts';
import { parseBytes } from '../proto/size.ts';
import type { SchedulerConfig } from './config.ts';
import type { CoreOptions } from './system.ts';

/** The core's options by checked settings. */
export function coreOptions(config: SchedulerConfig): CoreOptions {
  return {
    ttlMs: parseDuration(config.ttl),
    heartbeatMs: parseDuration(config.heartbeat),
    logRetention: { ageMs: parseDuration(config.log_age), totalBytes: parseBytes(config.log_size) },
    massLoss: {
      minNodes: config.mass_loss_nodes,
      sharePct: config.mass_loss_share,
      holdMs: parseDuration(config.mass_loss_hold),
    },
    fair: {
      preemptNoticeMs: parseDuration(config.preempt_notice),
      reclaimNoticeMs: parseDuration(config.reclaim_notice),
      idle: {
        belowPct: config.idle_below,
        afterMs: config.idle_after === 'never' ? 0 : parseDuration(config.idle_after),
        noticeMs: parseDuration(config.idle_notice),
      },
    },
  };
}

/** Telemetry of one vendor between two inventory looks: one looping child where the tool can, else polling. */
import { differs, failedLook, sampled, troubled } from './inventory.ts';
import type { VendorProbe } from './probe.ts';
import { answerOf } from './reading.ts';
import type { StreamEnd } from './stream.ts';
import { asked, type VendorWatch } from './vendor-watch.ts';

/** Why telemetry ended: the next inventory is due, a sample shows other devices, or the tool failed. */
export type Followed = 'due' | 'changed' | 'failed';

type Streaming = NonNullable<VendorProbe['stream']>;

/** A tool whose stream broke this often in a row without a sample is polled in this round. */
const streamTries = 3;
/** Text without a whole sample in it is thrown away beyond this. */
const maxBuffered = 1024 * 1024;

function lookDueMs(watch: VendorWatch): number {
  const { inventoryMs = 300_000 } = watch.parts;
  return troubled(watch.known()) ? inventoryMs / 10 : inventoryMs;
}

/** Follows the vendor's devices until it says why it no longer does. Never rejects. */
export async function follow(watch: VendorWatch, failures: number): Promise<Followed> {
  const { probe, parts } = watch;
  const canStream = probe.stream !== undefined && parts.tools.stream !== undefined && failures < streamTries;
  return canStream && probe.stream ? stream(watch, probe.stream) : poll(watch);
}

async function poll(watch: VendorWatch): Promise<Followed> {
  const { probe, parts, signal } = watch;
  const { clock, intervalMs, tools, maxDuty = 0.1 } = parts;
  const dueMs = clock.now() + lookDueMs(watch);
  let tookMs = 0;
  for (;;) {
    const pauseMs = Math.max(intervalMs - tookMs, tookMs / maxDuty - tookMs);
    if (clock.now() + pauseMs >= dueMs) {
      await watch.pause(dueMs - clock.now());
      return 'due';
    }
    await watch.pause(pauseMs);
    if (signal.aborted) return 'due';
    const startedAt = clock.now();
    const answer = await asked(watch, () => probe.telemetry(tools));
    tookMs = clock.now() - startedAt;
    if (signal.aborted) return 'due';
    if (answer.status !== 'present') {
      watch.learn(failedLook(watch.known(), answer.reason));
      return 'failed';
    }
    const changed = differs(watch.known(), answer);
    watch.learn(sampled(watch.known(), answer, clock.now()));
    if (changed) return 'changed';
  }
}

/** Feeds samples to the watcher; the result says what the text was worth. */
function reader(
  watch: VendorWatch,
  streaming: Streaming,
  changed: () => void,
): (text: string) => 'sample' | 'part' | 'junk' {
  let buffer = '';
  return (text) => {
    const { samples, rest } = streaming.split(buffer + text);
    buffer = rest.length > maxBuffered ? '' : rest;
    let worth: 'sample' | 'part' | 'junk' = rest.length > maxBuffered ? 'junk' : 'part';
    for (const each of samples) {
      const answer = answerOf(watch.probe.vendor, streaming.parse(each));
      if (answer.status !== 'present') {
        worth = worth === 'sample' ? worth : 'junk';
        continue;
      }
      worth = 'sample';
      if (differs(watch.known(), answer)) changed();
      watch.learn(sampled(watch.known(), answer, watch.parts.clock.now()));
    }
    return worth;
  };
}

function endReason(program: string, end: StreamEnd): string {
  const detail = end.detail === '' ? '' : ` (${end.detail})`;
  switch (end.why) {
    case 'silent':
      return `${program} prints no sample any more${detail}`;
    case 'junk':
      return `${program} prints what makes no sense${detail}`;
    case 'abandoned':
      return `${program} hangs and cannot be killed${detail}`;
    case 'busy':
      return `an earlier ${program} has not ended yet`;
    case 'missing':
      return `${program} cannot be started${detail}`;
    case 'exited':
    case 'aborted':
      return `${program} ended by itself${detail}`;
  }
}

async function stream(watch: VendorWatch, streaming: Streaming): Promise<Followed> {
  const { parts, signal } = watch;
  const { intervalMs, clock } = parts;
  const { silenceMs = Math.max(10_000, 3 * intervalMs) } = parts;
  const enough = new AbortController();
  const cancelDue = clock.at(clock.now() + lookDueMs(watch), () => enough.abort());
  let changed = false;
  const read = reader(watch, streaming, () => {
    changed = true;
    enough.abort();
  });
  let heard = false;
  const end = await parts.tools.stream?.(streaming.program, streaming.args(intervalMs), {
    onText(text) {
      if (signal.aborted || enough.signal.aborted) return 'part';
      const worth = read(text);
      heard ||= worth === 'sample';
      return worth;
    },
    signal: AbortSignal.any([signal, enough.signal]),
    silenceMs,
  });
  cancelDue();
  if (signal.aborted) return 'due';
  if (!end || end.why === 'aborted') return changed ? 'changed' : 'due';
  // A stream that has worked and exits is asked about soon; everything else is known to be wrong already.
  if (heard && end.why === 'exited') return 'changed';
  if (end.why !== 'exited') watch.learn(failedLook(watch.known(), endReason(streaming.program, end)));
  return 'failed';
}

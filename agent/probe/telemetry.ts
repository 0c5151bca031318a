/** Telemetry of one vendor between two inventory looks: one looping child where the tool can, else polling. */
import { askProcesses, learnProcesses } from './beside.ts';
import { differs, failedLook, sampled } from './inventory.ts';
import { withBusy } from './learned.ts';
import type { ProbeAnswer, VendorProbe } from './probe.ts';
import { answerOf, failed } from './reading.ts';
import { troubled } from './state.ts';
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
  const { probe, parts, signal } = watch;
  const { clock, intervalMs, maxDuty = 0.1, processesMs = 60_000 } = parts;
  const canStream = probe.stream !== undefined && parts.tools.stream !== undefined && failures < streamTries;
  const dueMs = clock.now() + lookDueMs(watch);
  let tookMs = 0;
  for (;;) {
    const pauseMs = Math.max(processesMs, 3 * intervalMs, tookMs / maxDuty);
    const untilMs = probe.processes === undefined ? dueMs : Math.min(dueMs, clock.now() + pauseMs);
    const end =
      canStream && probe.stream ? await stream(watch, probe.stream, untilMs) : await poll(watch, untilMs);
    if (end !== 'due' || signal.aborted || untilMs === dueMs) return end;
    tookMs = await askProcesses(watch);
  }
}

type Present = Extract<ProbeAnswer, { status: 'present' }>;

/** Takes a sample in. True when it speaks of other devices than the inventory does. */
function learnSample(watch: VendorWatch, answer: Present): boolean {
  const nowMs = watch.parts.clock.now();
  const before = watch.known();
  watch.learn(withBusy(sampled(before, answer, nowMs), watch.ours(), nowMs));
  return differs(before, answer);
}

async function poll(watch: VendorWatch, dueMs: number): Promise<Followed> {
  const { probe, parts, signal } = watch;
  const { clock, intervalMs, tools, maxDuty = 0.1 } = parts;
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
    const answer = await asked<ProbeAnswer>(watch, () => probe.telemetry(tools), failed);
    tookMs = clock.now() - startedAt;
    if (signal.aborted) return 'due';
    if (answer.status !== 'present') {
      watch.learn(failedLook(watch.known(), answer.reason));
      return 'failed';
    }
    const changed = learnSample(watch, answer);
    if (answer.processes !== undefined) await learnProcesses(watch, answer.processes);
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
      if (learnSample(watch, answer)) changed();
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

async function stream(watch: VendorWatch, streaming: Streaming, dueMs: number): Promise<Followed> {
  const { parts, signal } = watch;
  const { intervalMs, clock } = parts;
  const { silenceMs = Math.max(10_000, 3 * intervalMs) } = parts;
  const enough = new AbortController();
  const cancelDue = clock.at(dueMs, () => enough.abort());
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

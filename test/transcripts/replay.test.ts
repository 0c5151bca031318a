/**
 * Every recorded session is played again, each end in turn against today's other end: what a peer of that release says
 * must still be understood, and answered in its words.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawData } from 'ws';
import { describe, expect, it } from 'vitest';
import type { Dial, TransportEvents } from '../../agent/link/transport.ts';
import { capability, oldestSupported } from '../../proto/capability.ts';
import { decodeFrame } from '../../proto/frame.ts';
import type { AgentSocket } from '../../scheduler/session/socket.ts';
import { gist, messageOf, read, type Transcript } from './format.ts';
import { setStage } from './stage.ts';

const folder = join(import.meta.dirname, '../fixtures/transcripts');
const recorded = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

const gists = (transcript: Transcript, from: 'agent' | 'scheduler'): string[] =>
  transcript.entries.filter((entry) => entry.from === from).flatMap((entry) => gist(messageOf(entry)) ?? []);

/** What is said of each lease, in order, and of none (''). Which of two leases comes first, the simulated engine draws by
 * lot: any further step of the agent changes it, and no peer may depend on it. */
function byLease(lines: readonly string[]): Record<string, string[] | undefined> {
  return Object.fromEntries(Map.groupBy(lines, (line) => / (lease-\S+) /.exec(`${line} `)?.[1] ?? ''));
}

/** Today's scheduler hears the recorded agent: what it says. */
async function againstScheduler({ head, entries }: Transcript): Promise<{ said: string[]; ends: string[] }> {
  const stage = setStage(head);
  const said: string[] = [];
  let heard: ((data: RawData, isBinary: boolean) => void) | undefined;
  const socket: AgentSocket = {
    bufferedAmount: 0,
    send: (frame) => void said.push(...[gist(decodeFrame(frame).message) ?? []].flat()),
    close: () => said.push('closed'),
    terminate: () => said.push('closed'),
    pause: () => {},
    resume: () => {},
    on: (event: string, handler: never) => {
      if (event === 'message') heard = handler;
    },
  };
  stage.scheduler.start();
  const [first] = entries;
  stage.time.at(first?.at ?? 0, undefined, () => stage.network.listener?.accept(socket));
  for (const entry of entries)
    if (entry.from === 'agent')
      stage.time.at(entry.at + 3, undefined, () => heard?.(Buffer.from(entry.frame, 'hex'), true));
  await stage.play((entries.at(-1)?.at ?? 0) + 500);
  const leases = [...stage.scheduler.disk.leases.values()].sort((a, b) => a.epoch - b.epoch);
  return { said, ends: leases.map(({ leaseId, epoch, end }) => `${leaseId} ${epoch} ${end?.reason}`) };
}

/** Today's agent hears the recorded scheduler: what it says. */
async function againstAgent({ head, entries }: Transcript): Promise<string[]> {
  const stage = setStage(head);
  const said: string[] = [];
  const dial: Dial = (events: TransportEvents) => {
    const { now } = stage.time;
    const [first] = entries;
    for (const entry of entries)
      if (entry.from === 'scheduler')
        stage.time.at(now + entry.at - (first?.at ?? 0) + 3, stage.node.life, () =>
          events.frame(Buffer.from(entry.frame, 'hex')),
        );
    return {
      send: (bytes) => said.push(...[gist(decodeFrame(bytes).message) ?? []].flat()) >= 0,
      queuedBytes: 0,
      close: () => void said.push('closed'),
    };
  };
  stage.network.dial = () => dial;
  stage.node.start();
  await stage.play((entries.at(-1)?.at ?? 0) + 500);
  return said;
}

describe('recorded sessions', () => {
  it('are there for this release', () => {
    expect(recorded).toContain(`${capability}.jsonl`);
    for (const name of recorded) expect(Number.parseInt(name, 10)).toBeGreaterThanOrEqual(oldestSupported);
  });

  describe.each(recorded)('%s', (name) => {
    const transcript = read(readFileSync(join(folder, name), 'utf8'));

    it('holds whole lives', () => {
      const said = gists(transcript, 'agent').join('\n');
      for (const reason of ['completed', 'exit_nonzero', 'image_pull', 'cancelled', 'deadline'])
        expect(said).toContain(` ${reason}`);
    });

    it("its agent is understood by today's scheduler", async () => {
      const { said, ends } = await againstScheduler(transcript);
      expect(said).toEqual(gists(transcript, 'scheduler'));
      const recordedEnds = gists(transcript, 'agent').filter((line) => line.startsWith('leaseEnd '));
      expect(ends.toSorted()).toEqual(recordedEnds.map((line) => line.slice('leaseEnd '.length)).toSorted());
    });

    it("its scheduler is understood by today's agent", async () => {
      expect(byLease(await againstAgent(transcript))).toEqual(byLease(gists(transcript, 'agent')));
    });
  });
});

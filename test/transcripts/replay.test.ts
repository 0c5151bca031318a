/**
 * Every recorded session is played again, each end in turn against today's other end: what a peer of that release says
 * must still be understood, and answered in its words.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawData } from 'ws';
import { describe, expect, it } from 'vitest';
import type { Dial, TransportEvents } from '../../agent/link/transport.ts';
import type { NodeKey } from '../../agent/link/identity.ts';
import { capability, oldestSupported } from '../../proto/capability.ts';
import { decodeFrame } from '../../proto/frame.ts';
import { type NodeId, parseId } from '../../proto/ids.ts';
import type { Message, Usage } from '../../proto/messages.ts';
import { usageBytes } from '../../proto/signing.ts';
import type { AgentSocket } from '../../scheduler/session/socket.ts';
import { gist, messageOf, read, type Transcript } from './format.ts';
import { keyOf, setStage } from './stage.ts';

const folder = join(import.meta.dirname, '../fixtures/transcripts');
const recorded = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

const gists = (transcript: Transcript, from: 'agent' | 'scheduler'): string[] =>
  transcript.entries.filter((entry) => entry.from === from).flatMap((entry) => gist(messageOf(entry)) ?? []);

/** What is said of each lease, in order, and of none (''). Which of two leases comes first, the simulated engine draws by
 * lot: any further step of the agent changes it, and no peer may depend on it. */
function byLease(lines: readonly string[]): Record<string, string[] | undefined> {
  return Object.fromEntries(Map.groupBy(lines, (line) => / (lease-\S+) /.exec(`${line} `)?.[1] ?? ''));
}

/** `bytes` with every `from` in it as `to`, which is as long. */
function replaced(bytes: Buffer, from: Uint8Array | string, to: Uint8Array | string): Buffer {
  const latin = (one: Uint8Array | string): string =>
    typeof one === 'string' ? one : Buffer.from(one).toString('latin1');
  return Buffer.from(bytes.toString('latin1').replaceAll(latin(from), latin(to)), 'latin1');
}

/**
 * Today's scheduler gives leases other ids than the recorded one did, though the same to each grant: the recorded agent's
 * frames are heard with today's in the place of the recorded ones, byte for byte as they were otherwise, and signed anew.
 */
class Renaming {
  readonly #key: NodeKey;
  readonly #nodeId: NodeId;
  /** By epoch. */
  readonly #recorded: ReadonlyMap<number, string>;
  /** Recorded ids and today's. */
  readonly #pairs: [recorded: string, today: string][] = [];

  constructor({ head, entries }: Transcript) {
    this.#key = keyOf(head.privateKey);
    this.#nodeId = parseId('node', head.nodeId);
    const offers = entries.map(messageOf).filter((message) => message?.kind === 'offer');
    this.#recorded = new Map(offers.map(({ value }) => [value.epoch, value.leaseId]));
  }

  /** What today's scheduler says, in the words of the recording. */
  said(message: Message | undefined): string[] {
    if (message?.kind === 'offer') {
      const { leaseId, epoch } = message.value;
      const recorded = this.#recorded.get(epoch) ?? '';
      if (!this.#pairs.some(([, today]) => today === leaseId)) this.#pairs.push([recorded, leaseId]);
    }
    const line = gist(message);
    return line === undefined ? [] : [this.recorded(line)];
  }

  recorded(line: string): string {
    return this.#pairs.reduce((text, [recorded, today]) => text.replaceAll(today, recorded), line);
  }

  /** What the recorded agent said, of today's leases. */
  heard(frame: string): Buffer {
    const old: Buffer = Buffer.from(frame, 'hex');
    let renamed = old;
    for (const [recorded, today] of this.#pairs) renamed = replaced(renamed, recorded, today);
    const { signature } = usageIn(decodeFrame(old).message) ?? {};
    const usage = usageIn(decodeFrame(renamed).message);
    if (!usage || !signature || signature.length === 0) return renamed;
    return replaced(renamed, signature, this.#key.sign(usageBytes(this.#nodeId, usage)));
  }
}

function usageIn(message: Message | undefined): Usage | undefined {
  if (message?.kind === 'usage') return message.value;
  return message?.kind === 'leaseEnd' ? message.value.usage : undefined;
}

/** Today's scheduler hears the recorded agent: what it says. */
async function againstScheduler(transcript: Transcript): Promise<{
  said: string[];
  ends: string[];
  proofs: string[];
}> {
  const { head, entries } = transcript;
  const stage = setStage(head);
  const renaming = new Renaming(transcript);
  const said: string[] = [];
  let heard: ((data: RawData, isBinary: boolean) => void) | undefined;
  const socket: AgentSocket = {
    bufferedAmount: 0,
    send: (frame) => void said.push(...renaming.said(decodeFrame(frame).message)),
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
      stage.time.at(entry.at + 3, undefined, () => heard?.(renaming.heard(entry.frame), true));
  await stage.play((entries.at(-1)?.at ?? 0) + 500);
  const leases = [...stage.scheduler.disk.leases.values()].sort((a, b) => a.epoch - b.epoch);
  const ends = leases.map(({ leaseId, epoch, end }) => `${leaseId} ${epoch} ${end?.reason}`);
  const { usage } = stage.scheduler.disk;
  return {
    said,
    ends: ends.map((line) => renaming.recorded(line)),
    proofs: [...usage.values()].map(({ proof }) => proof),
  };
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
      const { said, ends, proofs } = await againstScheduler(transcript);
      // Agents below capability 2 do not sign.
      expect(new Set(proofs)).toEqual(new Set([transcript.head.capability < 2 ? 'unsigned' : 'signed']));
      expect(said).toEqual(gists(transcript, 'scheduler'));
      const recordedEnds = gists(transcript, 'agent').filter((line) => line.startsWith('leaseEnd '));
      expect(ends.toSorted()).toEqual(recordedEnds.map((line) => line.slice('leaseEnd '.length)).toSorted());
    });

    it("its scheduler is understood by today's agent", async () => {
      expect(byLease(await againstAgent(transcript))).toEqual(byLease(gists(transcript, 'agent')));
    });
  });
});

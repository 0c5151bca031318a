import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobView, WatchEvent } from '../proto/api.ts';
import { type Code, SuanlinkError } from '../proto/codes.ts';
import type { Client, Offsets } from './client/client.ts';
import { type FollowPorts, followJob, freshPart, missingText, pauseOf, type Seen } from './follow.ts';

const job = { id: 'job-x' } as JobView;
const everything = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');

/** One connection: pieces of the log as (from, to), how it ends. */
interface Connection {
  pieces: [from: number, to: number][];
  ends: 'end' | 'close' | Code;
  /** Fails before it says anything. */
  silent?: boolean;
}

/** A client whose watch behaves as `connections` say, one after another; then the whole rest and the end. */
function scripted(connections: Connection[], asked: Offsets[] = []): Client {
  const left = [...connections];
  const watch = async function* (_id: string, from: Offsets): AsyncGenerator<WatchEvent> {
    asked.push({ ...from });
    const next = left.shift() ?? { pieces: [[from.stdout, everything.length]], ends: 'end' };
    if (!next.silent) yield { type: 'state', job };
    for (const [start, end] of next.pieces) {
      const data = everything.subarray(start, end).toString('base64');
      yield {
        type: 'log',
        lease_id: 'lease-x',
        stream: 'stdout',
        offset: start,
        data,
        unix_ms: 0,
        dropped_bytes: 0,
      };
    }
    if (next.ends === 'end') yield { type: 'end', job };
    else if (next.ends !== 'close') throw new SuanlinkError(next.ends, 'scripted');
  };
  return { watch } as unknown as Client;
}

function ports(): FollowPorts & { pauses: number[]; time: number } {
  const made = {
    time: 0,
    pauses: [] as number[],
    sleep: async (ms: number) => void (made.time += ms),
    now: () => made.time,
    random: () => 1,
    lost: (_error: SuanlinkError, ms: number) => void made.pauses.push(ms),
    back: () => {},
  };
  return made;
}

const open = new AbortController().signal;

async function collect(seen: AsyncIterable<Seen>): Promise<{ text: string; ended: boolean }> {
  const parts: Buffer[] = [];
  let ended = false;
  for await (const each of seen) {
    if (each.type === 'log') parts.push(each.data);
    if (each.type === 'end') ended = true;
  }
  return { text: Buffer.concat(parts).toString(), ended };
}

const follow = (client: Client, at = ports(), reconnectMs = 900_000, signal = open) =>
  collect(followJob(client, 'job-x', { stdout: 0, stderr: 0 }, at, { reconnectMs }, signal));

describe('following a job', () => {
  it('goes on at the byte where the connection was lost', async () => {
    const asked: Offsets[] = [];
    const client = scripted(
      [
        {
          pieces: [
            [0, 5],
            [5, 9],
          ],
          ends: 'close',
        },
        { pieces: [[9, 12]], ends: 'unavailable' },
      ],
      asked,
    );
    expect(await follow(client)).toEqual({ text: everything.toString(), ended: true });
    expect(asked.map(({ stdout }) => stdout)).toEqual([0, 9, 12]);
  });

  it('begins again with each attempt, also over a lost connection', async () => {
    const asked: Offsets[] = [];
    const said: [string, number, string][][] = [
      [
        ['lease-1', 0, 'one '],
        ['lease-2', 0, 'tw'],
      ],
      [
        ['lease-2', 0, 'two '],
        ['lease-3', 0, 'three'],
      ],
    ];
    const watch = async function* (_id: string, from: Offsets): AsyncGenerator<WatchEvent> {
      asked.push({ ...from });
      const [first, ...rest] = said;
      said.splice(0, said.length, ...rest);
      for (const [lease_id, offset, text] of first ?? [])
        yield {
          ...{ type: 'log', lease_id, stream: 'stdout', offset, unix_ms: 0, dropped_bytes: 0 },
          data: Buffer.from(text).toString('base64'),
        };
      if (rest.length === 0) yield { type: 'end', job };
    };
    expect(await follow({ watch } as unknown as Client)).toEqual({ text: 'one two three', ended: true });
    expect(asked).toEqual([
      { stdout: 0, stderr: 0 },
      { lease: 'lease-2', stdout: 2, stderr: 0 },
    ]);
  });

  it('tells what was left out, once, and goes on behind it', async () => {
    const piece = (offset: number, text: string, dropped_bytes = 0): WatchEvent => ({
      ...{ type: 'log', lease_id: 'lease-x', stream: 'stdout', offset, unix_ms: 0, dropped_bytes },
      data: Buffer.from(text).toString('base64'),
    });
    const connections: WatchEvent[][] = [
      [piece(0, 'ab'), piece(2, '', 50), piece(52, 'c')],
      [piece(2, '', 50), piece(52, 'cd'), { type: 'log_removed', lease_id: 'lease-x', removed_at: 'then' }],
    ];
    const asked: Offsets[] = [];
    const watch = async function* (_id: string, from: Offsets): AsyncGenerator<WatchEvent> {
      asked.push({ ...from });
      const events = connections.shift() ?? [];
      yield* events;
      if (connections.length === 0) yield { type: 'end', job };
    };
    const seen: string[] = [];
    const client = { watch } as unknown as Client;
    for await (const one of followJob(
      client,
      'j',
      { stdout: 0, stderr: 0 },
      ports(),
      { reconnectMs: 9 },
      open,
    ))
      if (one.type === 'log') seen.push(one.data.toString());
      else if (one.type === 'left_out' || one.type === 'log_removed') seen.push(missingText(one));
    expect(seen).toEqual([
      'ab',
      "50 bytes of stdout were left out by the node's limit for logs",
      'c',
      'd',
      'the output of lease-x was removed by retention on then',
    ]);
    expect(asked[1]).toMatchObject({ stdout: 53 });
  });

  it('cuts off what overlaps and asks again for what is missing', async () => {
    const asked: Offsets[] = [];
    const client = scripted(
      [
        {
          pieces: [
            [0, 5],
            [3, 9],
            [0, 4],
            [11, 20],
          ],
          ends: 'end',
        },
      ],
      asked,
    );
    expect(await follow(client)).toEqual({ text: everything.toString(), ended: true });
    expect(asked.map(({ stdout }) => stdout)).toEqual([0, 9]);
  });

  it('gives each byte once and in order, whatever is sent', async () => {
    const piece = fc
      .tuple(fc.nat({ max: 36 }), fc.nat({ max: 36 }))
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
    const ends = fc.constantFrom<Connection['ends']>(
      'close',
      'unavailable',
      'protocol_error',
      'internal',
      'deadline_exceeded',
    );
    const connections = fc.array(fc.record({ pieces: fc.array(piece, { maxLength: 5 }), ends }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(connections, async (script) => {
        expect(await follow(scripted(script))).toEqual({ text: everything.toString(), ended: true });
      }),
    );
  });

  it.each<Code>(['not_found', 'unauthenticated', 'permission_denied', 'ca_mismatch'])(
    'does not try %s again',
    async (code) => {
      await expect(follow(scripted([{ pieces: [], ends: code }]))).rejects.toMatchObject({ code });
    },
  );

  it('gives up after the limit, and not before', async () => {
    const at = ports();
    const always: Connection[] = Array.from({ length: 100 }, () => ({
      pieces: [],
      ends: 'unavailable',
      silent: true,
    }));
    const dead = scripted(always);
    await expect(follow(dead, at, 60_000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(at.pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
  });

  it('begins with short pauses again once bytes have come', async () => {
    const at = ports();
    const lost: Connection = { pieces: [], ends: 'unavailable' };
    await follow(scripted([lost, lost, lost, { pieces: [[0, 1]], ends: 'close' }]), at);
    expect(at.pauses).toEqual([250, 500, 1000, 250]);
  });

  it('ends when it is told to, even in a pause', async () => {
    const stop = new AbortController();
    const at = { ...ports(), lost: () => stop.abort() };
    expect(
      await follow(
        scripted([{ pieces: [[0, 3]], ends: 'unavailable' }]),
        at as ReturnType<typeof ports>,
        1000,
        stop.signal,
      ),
    ).toEqual({
      text: '012',
      ended: false,
    });
  });
});

describe('its parts', () => {
  it('the fresh part of a chunk', () => {
    const data = Buffer.from('abcdef');
    expect(freshPart(10, 10, data).toString()).toBe('abcdef');
    expect(freshPart(12, 10, data).toString()).toBe('cdef');
    expect(freshPart(16, 10, data).toString()).toBe('');
    expect(freshPart(20, 10, data).toString()).toBe('');
    expect(freshPart(9, 10, data)).toBe('gap');
  });

  it('pauses grow to 30 s and never vanish', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const pause = pauseOf(attempt, random);
          expect(pause).toBeGreaterThanOrEqual(125);
          expect(pause).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

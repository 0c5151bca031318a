import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputPiece } from '../runtime.ts';
import { LogParser } from './log-parse.ts';

type Stream = OutputPiece['stream'];

/** One log entry as an engine writes it: bytes without a newline, and whether one followed. */
interface Entry {
  stream: Stream;
  line: Uint8Array;
  newline: boolean;
}

const entries = fc.array(
  fc.record<Entry>({
    stream: fc.constantFrom<Stream>('stdout', 'stderr'),
    line: fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.filter((byte) => byte !== 10)),
    newline: fc.boolean(),
  }),
  { maxLength: 15 },
);

function k8s({ stream, line, newline }: Entry): Buffer {
  const head = `2026-11-23T13:28:37.364742502+08:00 ${stream} ${newline ? 'F' : 'P'} `;
  return Buffer.concat([Buffer.from(head), line, Buffer.from('\n')]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** A record of Docker's `local` driver; `metadata` as 18.09 and later write it. */
function docker({ stream, line, newline }: Entry, last?: boolean): Buffer {
  const source = Buffer.from(stream);
  const partial = last === undefined ? !newline : true;
  const metadata = last === undefined ? [] : [...(last ? [8, 1] : []), 0x12, 2, 0x61, 0x62, 0x18, 3];
  const entry = Buffer.concat([
    Buffer.from([0x0a, ...varint(source.length)]),
    source,
    Buffer.from([0x10, ...varint(2 ** 60)]),
    Buffer.from([0x1a, ...varint(line.length)]),
    line,
    Buffer.from(partial ? [0x20, 1] : []),
    Buffer.from(metadata.length > 0 ? [0x2a, metadata.length, ...metadata] : []),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(entry.length);
  return Buffer.concat([length, entry, length]);
}

function parsed(format: 'k8s' | 'docker-local', bytes: Buffer, step: number): OutputPiece[] {
  const parser = new LogParser(format);
  const pieces: OutputPiece[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(...parser.push(bytes.subarray(at, at + step)));
  return pieces;
}

describe.each([
  ['k8s', k8s],
  ['docker-local', docker],
] as const)('LogParser for %s', (format, write) => {
  it('gives back exactly what was written, wherever a read ends', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 200 }), (written, step) => {
        const pieces = parsed(format, Buffer.concat(written.map((entry) => write(entry))), step);
        for (const stream of ['stdout', 'stderr'] as const) {
          const wanted = Buffer.concat(
            written
              .filter((entry) => entry.stream === stream)
              .flatMap(({ line, newline }) => [line, Buffer.from(newline ? '\n' : '')]),
          );
          let offset = 0;
          const got = pieces.filter((piece) => piece.stream === stream);
          for (const piece of got) {
            expect(piece.offset).toBe(offset);
            offset += piece.data.length;
          }
          expect(Buffer.concat(got.map(({ data }) => data)).equals(wanted)).toBe(true);
        }
      }),
    );
  });

  it('puts neighbours of one stream into one piece', () => {
    const line = { stream: 'stdout', line: Buffer.from('y'), newline: true } as const;
    const pieces = parsed(format, Buffer.concat(Array.from({ length: 500 }, () => write(line))), 1e6);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]?.data.length).toBe(1000);
  });

  it('refuses what is no such log', () => {
    expect(() =>
      parsed(format, Buffer.from('GET / HTTP/1.1\r\nHost: engine\r\n\r\n'.repeat(9)), 1e6),
    ).toThrow(expect.objectContaining({ code: 'engine_error' }));
  });

  it('waits for a record that is not all there yet', () => {
    const whole = write({ stream: 'stderr', line: Buffer.from('abc'), newline: true });
    const parser = new LogParser(format);
    expect(parser.push(whole.subarray(0, whole.length - 1))).toEqual([]);
    expect(parser.push(whole.subarray(whole.length - 1))).toEqual([
      { stream: 'stderr', offset: 0, data: Buffer.from('abc\n') },
    ]);
  });
});

describe('docker local', () => {
  it('ends a long line after its last part only', () => {
    const part = (text: string): Entry => ({ stream: 'stdout', line: Buffer.from(text), newline: false });
    const bytes = Buffer.concat([
      docker(part('long '), false),
      docker(part('line'), true),
      docker(part('rest'), false),
    ]);
    expect(Buffer.concat(parsed('docker-local', bytes, 7).map(({ data }) => data)).toString()).toBe(
      'long line\nrest',
    );
  });
});

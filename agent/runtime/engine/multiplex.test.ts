import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputPiece } from '../runtime.ts';
import { after, Demultiplexer } from './multiplex.ts';

function frame(stream: 0 | 1 | 2, data: Uint8Array): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

const frames = fc.array(fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.uint8Array({ maxLength: 40 })), {
  maxLength: 12,
});

/** Cuts `bytes` at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

function joined(pieces: readonly OutputPiece[], stream: OutputPiece['stream']): Buffer {
  return Buffer.concat(pieces.filter((piece) => piece.stream === stream).map(({ data }) => data));
}

describe('Demultiplexer', () => {
  it('gives every byte of each stream in order with its offset, wherever the transport cuts', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(1000), { maxLength: 30 }), (sent, places) => {
        const demultiplexer = new Demultiplexer();
        const whole = Buffer.concat(sent.map(([stream, data]) => frame(stream, data)));
        const pieces = cut(whole, places).flatMap((chunk) => demultiplexer.push(chunk));
        for (const [number, name] of [
          [1, 'stdout'],
          [2, 'stderr'],
        ] as const) {
          const wanted = Buffer.concat(sent.filter(([stream]) => stream === number).map(([, data]) => data));
          expect(joined(pieces, name).equals(wanted)).toBe(true);
          let offset = 0;
          for (const piece of pieces.filter(({ stream }) => stream === name)) {
            expect(piece.offset).toBe(offset);
            offset += piece.data.length;
          }
        }
        expect(demultiplexer.whole).toBe(true);
      }),
    );
  });

  it('knows that a stream broke inside a frame', () => {
    const one = frame(1, Buffer.from('abc'));
    for (let length = 1; length < one.length; length++) {
      const demultiplexer = new Demultiplexer();
      demultiplexer.push(one.subarray(0, length));
      expect(demultiplexer.whole).toBe(false);
    }
  });

  it('takes stdin frames, which some engines send for stdout, and empty frames', () => {
    const demultiplexer = new Demultiplexer();
    expect(demultiplexer.push(frame(2, new Uint8Array()))).toEqual([]);
    expect(demultiplexer.push(frame(0, Buffer.from('x')))).toEqual([
      { stream: 'stdout', offset: 0, data: Buffer.from('x') },
    ]);
  });

  it('hands on a large frame as it comes instead of keeping it', () => {
    const demultiplexer = new Demultiplexer();
    const whole = frame(1, Buffer.alloc(1_000_000, 7));
    expect(demultiplexer.push(whole.subarray(0, 108))).toMatchObject([{ offset: 0 }]);
    expect(demultiplexer.push(whole.subarray(108, 208))).toMatchObject([{ offset: 100 }]);
  });

  it.each([
    [3, 0, 0, 0, 0, 0, 0, 1],
    [1, 1, 0, 0, 0, 0, 0, 1],
    [72, 84, 84, 80, 47, 49, 46, 49],
  ])('refuses what is not framed (%i …)', (...header) => {
    expect(() => new Demultiplexer().push(Buffer.from(header))).toThrow(
      expect.objectContaining({ code: 'engine_error' }),
    );
  });
});

describe('after', () => {
  const piece: OutputPiece = { stream: 'stderr', offset: 10, data: Buffer.from('hello') };

  it.each([
    [0, 10, 'hello'],
    [10, 10, 'hello'],
    [12, 12, 'llo'],
    [14, 14, 'o'],
  ])('from %i on', (from, offset, text) => {
    expect(after({ stdout: 99, stderr: from }, piece)).toEqual({
      stream: 'stderr',
      offset,
      data: Buffer.from(text),
    });
  });

  it('gives nothing of what lies before, and no empty piece', () => {
    expect(after({ stdout: 0, stderr: 15 }, piece)).toBeUndefined();
    expect(after({ stdout: 0, stderr: 99 }, piece)).toBeUndefined();
    expect(after({ stdout: 0, stderr: 0 }, { ...piece, data: new Uint8Array() })).toBeUndefined();
  });
});

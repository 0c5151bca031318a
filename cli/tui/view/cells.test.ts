import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cut, cutLine, fit, lineWidth, segment, spread, textWidth, wrapText } from './cells.ts';

/** Text as it comes from operators and tools: ASCII, Chinese, signs, emoji, combining marks, control characters. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '风扇',
        '节点，',
        '（修）',
        '●',
        '█░',
        '…',
        '👩‍💻',
        '⏸',
        'é',
        'é',
        'ｱ',
        '한',
        '\u001b[31m',
        '\t',
        '🇨🇳',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('cells', () => {
  it('are counted as string-width counts them', () => {
    fc.assert(fc.property(text, (any) => textWidth(segment(any).text) === stringWidth(segment(any).text)));
  });

  it('never exceed the width that is asked for, and fill it', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 40 }), (a, b, width) => {
        const line = [segment(a), segment(b, 'warn')];
        expect(stringWidth(cut(segment(a).text, width))).toBeLessThanOrEqual(width);
        expect(stringWidth(cut(segment(a).text, width, 'start'))).toBeLessThanOrEqual(width);
        expect(lineWidth(cutLine(line, width))).toBeLessThanOrEqual(width);
        expect(lineWidth(fit(line, width))).toBe(width);
        expect(lineWidth(fit(line, width, 'right'))).toBe(width);
        expect(lineWidth(spread(line, [segment('x')], width))).toBe(width);
      }),
    );
  });

  it('wrap without losing anything but blanks', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 30 }), (any, width) => {
        const lines = wrapText(any, width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(segment(any).text.replaceAll(' ', ''));
      }),
    );
  });

  it('show what is cut off', () => {
    expect(cut('registry/team/image:1', 10)).toBe('registry/…');
    expect(cut('registry/team/image:1', 10, 'start')).toBe('…m/image:1');
    expect(cut('风扇坏了', 5)).toBe('风扇…');
  });
});

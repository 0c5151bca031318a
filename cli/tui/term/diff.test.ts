/** What is sent makes a real terminal show the next frame, whatever it showed before. */
import headless from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameDiff, paintedFrame } from './diff.ts';
import { paint } from './paint.ts';
import { cutLine, type Line, type Role, segment } from '../view/cells.ts';

const cols = 24;
const rows = 4;
const role = fc.constantFrom<Role[]>('plain', 'ok', 'warn', 'crit', 'muted');
const line: fc.Arbitrary<Line> = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'bc', '12%', '风扇', '节', '●', '█░░', ' ', '     ', 'x y'),
      role,
      fc.boolean(),
    ),
    { maxLength: 9 },
  )
  .map((parts) =>
    cutLine(
      parts.map(([text, of, bold]) => ({ ...segment(text, of), bold })),
      cols,
    ),
  );
const frames = fc.array(fc.array(line, { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 4 });

/** Every cell of the terminal: its character, colour and weight. */
function cells(terminal: headless.Terminal): string[] {
  return Array.from({ length: rows }, (_, y) => {
    const row = terminal.buffer.active.getLine(y);
    return Array.from({ length: cols }, (_unused, x) => {
      const cell = row?.getCell(x);
      const text = cell?.getChars() ?? '';
      const blank = text === '' || text === ' ';
      return blank ? '' : `${text}${cell?.getFgColor()}${cell?.isBold()}`;
    }).join('|');
  });
}

async function shown(texts: readonly string[]): Promise<string[]> {
  const terminal = new headless.Terminal({ cols, rows, allowProposedApi: true });
  for (const text of texts) await new Promise<void>((done) => terminal.write(text, done));
  return cells(terminal);
}

describe('the difference between two frames', () => {
  it('makes the terminal show the next one, as if it had been drawn afresh', async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (all) => {
        const painted = all.map((frame) => paintedFrame(frame.map((each) => paint(each, 'ansi'))));
        const steps = painted.map((frame, index) => frameDiff(painted[index - 1], frame, cols));
        const last = painted.at(-1) ?? paintedFrame([]);
        expect(await shown(steps)).toEqual(await shown([frameDiff(undefined, last, cols)]));
      }),
      { numRuns: 100 },
    );
  });

  it('is nothing when nothing has changed, and a few bytes for a number', () => {
    const one = (text: string): string =>
      paint([segment('card 0  '), segment(text, 'ok'), segment('  310W')], 'ansi');
    const before = paintedFrame([one('71%')]);
    const after = paintedFrame([one('72%')]);
    expect(frameDiff(before, before, cols)).toBe('');
    expect(frameDiff(before, after, cols)).toBe('\u001b[1;10H\u001b[32m2\u001b[m');
  });

  it('is plain text without colours', () => {
    expect(paint([segment('a', 'crit', { bold: true }), { text: 'b', inverse: true }], 'none')).toBe('ab');
  });
});

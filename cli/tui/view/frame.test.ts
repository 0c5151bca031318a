/** The pure view at every size: always as many rows as the terminal has, none wider, whatever the state. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { healthy, lease, troubled } from '../../../test/tui/snapshots.ts';
import { languages, translator } from '../../i18n/translate.ts';
import { screens, startState, type TuiState } from '../model/state.ts';
import { frame } from './frame.ts';
import { ascii, unicode } from './glyphs.ts';

const now = Date.UTC(2026, 10, 25, 8);
const start = startState({
  now,
  socket: '/run/suanlink/agent.sock',
  ownVersion: '0.1.0',
  language: 'en',
  readonly: false,
  intervalMs: 2000,
});
const live: TuiState = { ...start, connection: { kind: 'live' }, statusAt: now };
const down = { kind: 'down', message: '', since: now - 9000, retryAt: now + 4000 } as const;

/** States that look different. */
const states: [string, TuiState][] = [
  ['connecting', start],
  ['well', { ...live, status: healthy(8) }],
  ['in trouble', { ...live, status: troubled() }],
  [
    'large',
    { ...live, status: healthy(64, { leases: Array.from({ length: 200 }, (_, n) => lease(`n${n}x`)) }) },
  ],
  ['without cards', { ...live, status: healthy(0) }],
  ['without an agent', { ...start, connection: { ...down, cause: 'absent' } }],
  [
    'after an agent',
    { ...start, status: healthy(8), statusAt: now - 60_000, connection: { ...down, cause: 'lost' } },
  ],
  ['without the right', { ...start, connection: { ...down, cause: 'denied' } }],
  [
    'asked to drain',
    {
      ...live,
      status: healthy(2),
      prompt: { kind: 'drain', step: 'reason', reason: '风扇'.repeat(50), deadline: '', problem: '' },
    },
  ],
  ['with help', { ...live, status: healthy(2), help: true }],
  [
    'with a device',
    { ...live, status: troubled(), detail: { kind: 'device', id: healthy(8).devices[5]?.id ?? '' } },
  ],
  [
    'with a lease',
    { ...live, status: troubled(), detail: { kind: 'lease', id: healthy(8).leases[0]?.id ?? '' } },
  ],
];

function widths(state: TuiState, cols: number, rows: number): number[] {
  const { lines } = frame(state, cols, rows, unicode, translator(state.language));
  return lines.map((line) => stringWidth(line.map(({ text }) => text).join('')));
}

/** The sizes between which the layout changes, odd ones, and the largest. */
const sizes: [number, number][] = [20, 39, 40, 60, 79, 80, 100, 120, 250].flatMap(
  (cols): [number, number][] => [
    [cols, 5],
    [cols, 8],
    [cols, 15],
    [cols, 24],
    [cols, 30 + (cols % 51)],
  ],
);

describe.each(states)('the view %s', (_name, state) => {
  it('fits every size in both languages', () => {
    for (const language of languages)
      for (const screen of screens)
        for (const [cols, rows] of sizes) {
          const seen = widths({ ...state, language, screen }, cols, rows);
          expect(seen.length).toBe(rows);
          expect(Math.max(...seen), `${screen} at ${cols}x${rows} in ${language}`).toBeLessThanOrEqual(cols);
        }
  });

  it('draws with ASCII alone where it must', () => {
    for (const screen of screens) {
      const { lines } = frame({ ...state, screen }, 100, 30, ascii, translator('en'));
      const text = lines
        .flat()
        .map((piece) => piece.text)
        .join('')
        .replaceAll('中文', '')
        .replaceAll(/[风扇]/g, '');
      expect(/[^ -~]/u.exec(text)?.[0]).toBeUndefined();
    }
  });
});

/** The fleet's pure view at every size: always as many rows as the terminal has, none wider, whatever the state. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { fleetEvents, fleetOf } from '../../../../test/tui/fleets.ts';
import { languages, translator } from '../../../i18n/translate.ts';
import { ascii, unicode } from '../../view/glyphs.ts';
import { reduceFleet } from '../model/reduce.ts';
import { fleetScreens, type FleetState, startFleet } from '../model/state.ts';
import { fleetExtent, fleetFrame } from './frame.ts';
import { fleetOnce } from './once.ts';

const now = Date.UTC(2026, 10, 25, 8);
const start = startFleet({ now, url: 'https://pool.example:7443', language: 'en', intervalMs: 2000 });
const down = { kind: 'down', message: 'ECONNREFUSED', since: now - 9000, retryAt: now + 4000 } as const;

const told = (count: number): FleetState =>
  reduceFleet(start, { kind: 'fleet', fleet: fleetOf(fleetEvents(count)) }, now).state;
/** The state on another screen. */
function on(state: FleetState, screen: number, cols = 100, rows = 30): FleetState {
  const extent = fleetExtent(state, cols, rows, 0);
  return reduceFleet(state, { kind: 'key', key: String(screen + 1), extent }, now).state;
}

const large = told(10_000);
const states: [string, FleetState][] = [
  ['connecting', start],
  ['of ten thousand nodes', large],
  ['of three nodes', told(3)],
  ['of none', told(0)],
  ['without a scheduler', { ...start, connection: { ...down, cause: 'absent' } }],
  ['after a scheduler', { ...told(200), connection: { ...down, cause: 'lost' } }],
  ['without the right', { ...start, connection: { ...down, cause: 'denied' } }],
  ['with help', { ...told(200), help: true }],
  ['being filtered', { ...told(200), prompt: { list: 'nodes', text: '掉卡'.repeat(60), before: '' } }],
  [
    'with a node that is asked for',
    { ...told(200), detail: { kind: 'node', id: large.fleet?.nodes[3]?.id ?? '' } },
  ],
];
const sizes = [20, 40, 60, 80, 100, 120, 250].flatMap((cols) =>
  [5, 8, 15, 24, 41, 80].map((rows) => [cols, rows] as const),
);

describe.each(states)('the fleet %s', (_name, state) => {
  it('fits every size in both languages', () => {
    for (const language of languages)
      for (const [screen, name] of fleetScreens.entries()) {
        const shown = state.detail ? state : on(state, screen);
        for (const [cols, rows] of sizes) {
          const { lines } = fleetFrame({ ...shown, language }, cols, rows, unicode, translator(language));
          const widths = lines.map((line) => stringWidth(line.map(({ text }) => text).join('')));
          expect(widths.length).toBe(rows);
          expect(Math.max(...widths), `${name} at ${cols}x${rows} in ${language}`).toBeLessThanOrEqual(cols);
        }
      }
  });

  it('draws with ASCII alone where it must', () => {
    for (const screen of fleetScreens.keys()) {
      const { lines } = fleetFrame(on(state, screen), 100, 30, ascii, translator('en'));
      const text = lines
        .flat()
        .map((piece) => piece.text)
        .join('')
        .replaceAll(/[掉卡中文训练]/g, '');
      expect(/[^ -~]/u.exec(text)?.[0]).toBeUndefined();
    }
  });
});

describe('the grid', () => {
  const text = (state: FleetState, cols: number, rows: number): string[] =>
    fleetFrame(state, cols, rows, unicode, translator('en')).lines.map((line) =>
      line.map((piece) => piece.text).join(''),
    );

  it('has a dot for each node, and the row of the cursor in sight', () => {
    const rows = text(told(200), 120, 40);
    const grid = rows.filter((row) => /gpu-\d+ +[▸·●▲✖]{50}/.test(row));
    expect(grid.length).toBe(2);
    expect(grid.join('').match(/[▸·●▲✖]/g)?.length).toBe(200 + 1);
    const end = reduceFleet(
      large,
      { kind: 'key', key: 'G', extent: fleetExtent(large, 120, 40, 0) },
      now,
    ).state;
    expect(text(end, 120, 40).join('\n')).toMatch(/▸ gpu-9900 .*▸\n/);
    expect(text(end, 120, 40).join('\n')).toMatch(/9\d\d\d-10000\/10000[^]*▸ gpu-9999 /);
  });

  it('says what its dots mean, and which alerts there are', () => {
    const all = text(large, 120, 40).join('\n');
    expect(all).toMatch(/· \d+ idle .*● \d+ full .*▲ 200 ill .*✖ 100 offline/);
    expect(all).toMatch(/✖ OFFLINE \d+ {2}\d+ leases {2}gpu-/);
    expect(all).toMatch(/▲ ILL CARDS 200 {2}gpu-3 #5 掉卡 xid 79, gpu-53/);
  });

  it('is dimmed when the scheduler is gone', () => {
    const gone: FleetState = { ...told(200), connection: { ...down, cause: 'lost' } };
    const { lines } = fleetFrame(gone, 120, 40, unicode, translator('en'));
    const dots = lines.flat().filter(({ text: piece }) => /^[·●▲✖]{3,}$/.test(piece));
    expect(dots.length).toBeGreaterThan(0);
    expect(dots.every(({ role }) => role === 'muted')).toBe(true);
  });
});

describe('lists longer than they may be', () => {
  it('say so', () => {
    const shown = (screen: number): string =>
      fleetFrame(on(large, screen), 120, 40, unicode, translator('en'))
        .lines.flat()
        .map(({ text }) => text)
        .join('');
    expect(shown(2)).toMatch(/the first 40 of 9000/);
    expect(shown(3)).toMatch(/the newest 40 of 1234/);
  });
});

describe('the table', () => {
  it('has every node', () => {
    const state = told(300);
    const layout = { size: 'normal', cols: 120, rows: 24, header: 2, body: 20, footer: 1 } as const;
    const lines = fleetOnce({ state, layout, glyphs: unicode, t: translator('en') });
    const text = lines.map((line) => line.map((piece) => piece.text).join('')).join('\n');
    expect(text.match(/^ +gpu-\d+ /gm)?.length).toBe(300);
  });
});

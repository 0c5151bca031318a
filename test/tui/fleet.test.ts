/** The fleet's view: the built program in a real pseudo-terminal, over a real scheduler with nodes in every state. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FleetPoolView } from '../../proto/fleet.ts';
import { startTestFleet, type TestFleet } from './fleet.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let fleet: TestFleet;
const open: Terminal[] = [];
beforeAll(async () => {
  fleet = await startTestFleet();
  // As soon as everything stands where it is meant to.
  const look = async (): Promise<unknown> => {
    const { leases } = (await fleet.ask('/v1/leases')) as { leases: { state: string }[] };
    return expect(leases.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  };
  await vi.waitFor(look, 15_000);
}, 30_000);
afterAll(async () => {
  for (const terminal of open) terminal.kill('SIGKILL');
  await fleet.remove();
});

const program = join(import.meta.dirname, '../../dist/suanlink');

/** The program on a pipe. */
function piped(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/dev/null', LANG: 'en_US.UTF-8' };
    execFile(program, args, { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function document(): Promise<unknown> {
  return JSON.parse((await piped([...fleet.args, '--json'])).stdout);
}

function view(more: readonly string[] = [], at: { cols?: number; rows?: number } = {}): Terminal {
  const terminal = openTerminal({ args: [...fleet.args, ...more], ...at });
  open.push(terminal);
  return terminal;
}

/** What each screen says in every language, and in each, from 60 columns on. */
const screens: readonly { key: string; always: RegExp; en: RegExp; zh: RegExp }[] = [
  { key: '1', always: /◐ 1 [^]*● 1 [^]*‖ 2 [^]*▸ node-0/, en: /1 full[^]*NODE/, zh: /1 占满[^]*节点/ },
  {
    key: '2',
    always: /node-1 +◐ [^]*node-4 +‖ /,
    en: /node-3 +▲ ILL[^]*node-7 +✖ OFFLINE/,
    zh: /node-3 +▲ 异常[^]*node-7 +✖ 离线/,
  },
  { key: '3', always: /▸ \w{8} +16 /, en: /CARDS +WAITED/, zh: /卡 +已等待/ },
  { key: '4', always: /▸ \w{8} +● /, en: /● RUNNING/, zh: /● 运行/ },
  { key: '5', always: /▸ tenant-0 +3 /, en: /IN USE↓/, zh: /在用卡↓/ },
  { key: '6', always: /xid 79/, en: /✖ OFFLINE|▲ OFFLINE[^]*▲ ILL CARDS/, zh: /▲ 离线[^]*▲ 卡异常/ },
];
const sizes = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

describe('every screen', () => {
  it.concurrent.each(['always', 'never'])(
    'at every size in both languages, colour %s',
    { timeout: 60_000 },
    async (color) => {
      const terminal = view(['--color', color, '--lang', 'en']);
      await terminal.shows(/4\/12 ready/, 15_000);
      for (const [cols, rows] of sizes) {
        terminal.resize(cols, rows);
        for (const { key, always, en, zh } of screens) {
          for (const [word, quit] of [
            [en, 'quit'],
            [zh, '退出'],
          ] as const) {
            terminal.type(key);
            await terminal.shows(new RegExp(`^(?:.*\\n){${rows - 1}}.*q ${quit}$`));
            await terminal.shows(cols >= 80 ? word : always);
            expect(terminal.text()).toMatch(always);
            for (const row of terminal.rows()) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
            terminal.type('L');
          }
        }
      }
      const codes = new Set([...terminal.sent().matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code));
      if (color === 'never') expect([...codes].filter((code) => code !== '' && code !== '0')).toEqual([]);
      else expect([...codes].filter((code) => /38|48/.test(code ?? ''))).toEqual([]);
    },
  );
});

describe('the keys', () => {
  it('move, sort, filter, open and close', { timeout: 60_000 }, async () => {
    const terminal = view([], { cols: 120, rows: 30 });
    await terminal.shows(/4\/12 ready/, 15_000);
    const steps: readonly [keys: string, shown: RegExp][] = [
      ['\u001b[C', /▸ node-1 /],
      ['l\u001b[D', /▸ node-0 /],
      ['2', /▸ node-0 /],
      ['G', /▸ node-11 /],
      ['g', /▸ node-0 /],
      ['j', /▸ node-1 /],
      ['o', /STATE↓[^]*▸ node-1 /],
      ['O', /reversed/],
      ['O', /STATE↓/],
      ['/draining\r', /filter: draining[^]*▸ node-4 +‖ DRAINING[^]*换风扇/],
      ['\r', /node-4 {2}‖ DRAINING[^]*labels +at=4[^]*● OK/],
      ['\u001b', /▸ node-4 /],
      ['\u001b', /node-7[^]*▸ node-4 +‖ DRAINING[^]*node-0/],
      ['/used>0 util<5\r', /nothing matches/],
      ['\u001b', /node-11/],
      ['3', /▸ \w{8} +16 /],
      ['\r', /waits +no node has 16 free cards[^]*Why here, why not there/],
      ['\u001b', /▸ \w{8} +16 /],
      ['5\r', /filter: tenant-0[^]*▸ \w{8} +● RUNNING/],
      ['\r', /node +node-[12] /i],
      ['\u001b', /▸ \w{8} +● RUNNING/],
      ['6', /▸ ▲ /],
      ['\r', /id +node-\w{20}/],
      ['\u001b', /▸ ▲ /],
      ['?', /Keys[^]*any key closes this/],
      ['x', /WHAT/],
      ['p', /PAUSED/],
      ['p', /live again/],
      ['c', /copied/],
    ];
    for (const [keys, shown] of steps) {
      terminal.type(keys);
      await terminal.shows(shown, 4_000).catch((cause: unknown) => {
        throw new Error(`after ${JSON.stringify(keys)}: ${String(cause)}`, { cause });
      });
    }
    terminal.type('q');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
  });
});

describe('once', () => {
  it('prints the table or the document, and says by its exit code how the fleet is', {
    timeout: 30_000,
  }, async () => {
    const table = await piped([...fleet.args, '--once']);
    expect(table.stdout).toMatch(/4\/12 ready[^]*OFFLINE 5[^]*node-3 +▲ ILL/);
    expect(table.code).toBe(1);
    const { schema, node_states: states } = (await document()) as FleetPoolView;
    expect(schema).toBe('suanlink.fleet/v1');
    expect(states).toMatchObject({ ready: 4, draining: 1, cordoned: 1, starting: 1, offline: 5 });
    const none = await piped([
      'top',
      '--fleet',
      '--once',
      '--scheduler',
      'http://127.0.0.1:9',
      '--token-file',
      '/dev/null',
    ]);
    expect([none.code, none.stdout]).toEqual([3, '']);
  });
});

describe('a scheduler that goes and comes back', () => {
  it('is told with the next try, what was known dimmed, and shown again by itself', {
    timeout: 60_000,
  }, async () => {
    const terminal = view(['--ascii'], { cols: 100, rows: 30 });
    await terminal.shows(/4\/12 ready/, 15_000);
    await fleet.stop();
    await terminal.shows(/SCHED X (?:LOST|NO ANSWER)[^]*trying (?:again in|now)[^]*shown dimmed/);
    expect(terminal.text()).toMatch(/node-0/);
    await fleet.start();
    await terminal.shows(/SCHED \* CONNECTED/, 20_000);
    await terminal.shows(/0\/12 ready/, 20_000);
    terminal.type('q');
    await terminal.ended;
  });
});

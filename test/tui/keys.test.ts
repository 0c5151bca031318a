/** Every key, by what the terminal shows after it; and every size, by one program that is resized through them. */
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindings } from '../../cli/tui/model/keys.ts';
import { type ScriptedAgent, scriptedAgent } from './agent.ts';
import { healthy, lease, troubled } from './snapshots.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const at = '2026-11-25T08:00:00Z';
let agent: ScriptedAgent;
let terminal: Terminal;
beforeAll(async () => {
  agent = await scriptedAgent({
    ...healthy(40),
    leases: [lease('f3a7kq'), lease('b2b2b2', { org: 'fudan', age_ms: 9_000_000 })],
  });
  agent.happened({ at, severity: 'warn', kind: 'drain', subject: '', detail: 'fan' });
  for (let number = 1; number <= 60; number += 1)
    agent.log.push({ number, at, stream: 'stdout', text: `step ${number} ${'x'.repeat(120)}end` });
  terminal = openTerminal({
    args: ['top', '--socket', agent.socket, '--interval', '1'],
    cols: 120,
    rows: 30,
  });
  await terminal.shows(/910B3/, 15_000);
});
afterAll(async () => {
  terminal.kill('SIGKILL');
  await agent.remove();
});

const up = '\u001b[A';
const down = '\u001b[B';
const escape = '\u001b';

/** What is typed, and what is then on the screen; in this order, each from where the one before has led. */
const steps: readonly [keys: string, shown: RegExp][] = [
  ['2', /1-25\/40[^]*▸ +0 910B3/],
  ['j', /▸ +1 910B3/],
  [down, /▸ +2 910B3/],
  ['k', /▸ +1 910B3/],
  [up, /▸ +0 910B3/],
  ['\u001b[6~', /▸ +23 910B3/],
  ['\u001b[5~', /▸ +0 910B3/],
  ['G', /16-40\/40[^]*▸ +39 910B3/],
  ['g', /▸ +0 910B3/],
  ['o', /UTIL↓/],
  ['ooo', /POWER↓/],
  ['O', /reversed/],
  ['O', /POWER↓/],
  ['oo', /LEASE↓/],
  ['o', /#↓/],
  ['/util>95\r', /filter: util>95[^]*(?:9[6-9]|100)%/],
  ['/', / \/ util>95/],
  ['\u0015nothing here\r', /nothing matches nothing here; Esc clears/],
  [escape, /1-25\/40/],
  ['\r', /910B3 #0 {2}● OK/],
  ['\r', /f3a7kqaa {2}● RUNNING/],
  [escape, /▸ +0 910B3/],
  ['l', /Output {2}following[^]*step 60/],
  [up, /G follows again/],
  ['w', /xend\n/],
  ['w', /x…\n/],
  ['t', /08:00:00 step/],
  ['t', /\n step/],
  ['f', /following; ↑ stops/],
  [escape, /f3a7kqaa {2}● RUNNING[^]*python3 train\.py/],
  [escape, /▸ +0 910B3/],
  ['3', /▸ f3a7kqaa/],
  ['o', /AGE↓[^]*b2b2b2aa[^]*f3a7kqaa/],
  ['4', /▲ draining/],
  ['5', /organisation tsinghua/],
  ['\t', /▸ +0 910B3/],
  ['\u001b[Z', /organisation tsinghua/],
  ['1', /LEASE +STATE/],
  ['p', /PAUSED/],
  ['p', /live again/],
  ['?', /redraw[^]*中文/],
  ['x', /▸ +0 910B3/],
  ['L', /代理 ● 运行/],
  ['L', /AGENT ● RUNNING/],
  ['c', /copied ascend-0000:00:00\.0/],
  ['r', /910B3/],
  ['d', /Drain this node\. Reason:/],
  [escape, /d drain/],
  ['R', /dials the scheduler/],
  ['x', /End lease f3a7kqaa here\? Type f3a7:/],
  ['zzzz\r', /not f3a7/],
  ['\u0015f3a7\r', /End f3a7kqaa\. Reason:/],
  ['too hot\r', /lease f3a7kqaa is being ended/],
  ['s', /no container runs for it/],
];

describe('the keys', () => {
  it('each do what the help says', { timeout: 60_000 }, async () => {
    for (const [keys, shown] of steps) {
      terminal.type(keys);
      await terminal.shows(shown, 3_000);
    }
    expect(terminal.sent()).toContain(
      `\u001b]52;c;${Buffer.from('ascend-0000:00:00.0').toString('base64')}\u0007`,
    );
    expect(agent.asked).toEqual(['reconnect', `end ${lease('f3a7kq').id} too hot`]);
  });

  it('are all in the help, and none means two things', () => {
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('takes leases again when asked to and told that it is meant', async () => {
    const drained = healthy(8);
    agent.say({ ...drained, agent: { ...drained.agent, state: 'draining', drain_reason: 'fan' } });
    await terminal.shows(/u undrain/);
    terminal.type('u');
    await terminal.shows(/Take leases again\? y\/n/);
    terminal.type('n');
    await terminal.hides(/Take leases again/);
    terminal.type('uy');
    await terminal.shows(/\n takes leases again$/);
    expect(agent.asked.at(-1)).toBe('undrain');
  });
});

describe('the sizes', () => {
  it('from 20x5 to 250x80 never overlap, wrap or crash', { timeout: 90_000 }, async () => {
    agent.say(troubled());
    const sizes: [number, number][] = [];
    for (let cols = 20; cols <= 250; cols += 23)
      for (const rows of [5, 8, 15, 24, 41, 80]) sizes.push([cols, rows]);
    for (const screen of ['1', '2', '3', '4', '5']) {
      terminal.type(screen);
      for (const [cols, rows] of sizes.filter((_, index) => index % 5 === Number(screen) - 1)) {
        terminal.resize(cols, rows);
        if (cols < 40 || rows < 8) {
          // As much of the sentence as fits.
          await terminal.shows(
            `need 40x8, have ${cols}x${rows}`.length > cols
              ? /^need 40x8, have .*…/
              : new RegExp(`^need 40x8, have ${cols}x${rows}`),
          );
          continue;
        }
        await terminal.shows(new RegExp(`^suanlink gpu-07(?:.*\\n){${rows - 1}}.*q quit$`));
        expect(Math.max(...terminal.rows().map((row) => stringWidth(row)))).toBeLessThanOrEqual(cols);
      }
    }
    terminal.resize(80, 24);
    terminal.type('1');
    await terminal.shows(/^suanlink gpu-07(?:.*\n){23}.*q quit$/);
    terminal.type('q');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
  });
});

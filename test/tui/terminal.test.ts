/** The built program in a real pseudo-terminal; what is asserted is what that terminal shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusLease } from '../../proto/status.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedAgent, scriptedAgent } from './agent.ts';
import { healthy, troubled } from './snapshots.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let agent: ScriptedAgent;
const open: Terminal[] = [];
beforeAll(async () => {
  agent = await scriptedAgent(healthy(8));
});
afterAll(async () => {
  for (const terminal of open) terminal.kill('SIGKILL');
  await agent.remove();
});

function top(
  args: readonly string[] = [],
  at: { cols?: number; rows?: number; env?: Record<string, string> } = {},
): Terminal {
  const terminal = openTerminal({ args: ['top', '--socket', agent.socket, ...args], ...at });
  open.push(terminal);
  return terminal;
}

describe('the view in a terminal', () => {
  it('shows the node, its cards and leases, and changes screens by key', async () => {
    agent.say(healthy(8));
    const terminal = top();
    await terminal.shows(/suanlink gpu-07 .*AGENT ● RUNNING .*SCHED ● CONNECTED .*ACCEPTING/);
    expect(terminal.rows()[3]).toMatch(/▸ +0 910B3 +● OK .*2\.9\/64G +40C +90W f3a7kqaa/);
    terminal.type('3');
    await terminal.shows(/▸ f3a7kqaa +● RUNNING/);
    terminal.type('\r');
    await terminal.shows(/lease-f3a7kqaaaaaaaaaaaaaa \/ 1/);
    terminal.type('\u001b');
    await terminal.shows(/▸ f3a7kqaa/);
    terminal.type('5');
    await terminal.shows(/organisation tsinghua/);
    terminal.type('?');
    await terminal.shows(/redraw/);
    terminal.type(' ');
    await terminal.hides(/redraw/);
    terminal.type('q');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
  });

  it('says in Chinese what is wrong and what to do', async () => {
    agent.say(troubled());
    const terminal = top(['--lang', 'zh-CN'], { cols: 120, rows: 40 });
    await terminal.shows(/调度 ✖ 离线 \d+s 后重试 \(#7\)/);
    await terminal.shows(/✖ 910B3 #5: xid 79: GPU has fallen off the bus → 已不再提供/);
    terminal.type('L');
    expect((await terminal.shows(/SCHED ✖ OFFLINE/)).index).toBeGreaterThan(0);
    terminal.type('q');
    await terminal.ended;
  });

  it('draws without a colour where there is to be none', async () => {
    agent.say(troubled());
    const terminal = top([], { env: { NO_COLOR: '1' } });
    await terminal.shows(/✖ FAIL/);
    terminal.type('q');
    await terminal.ended;
    expect(
      [...terminal.sent().matchAll(/\u001b\[[\d;]*m/g)]
        .map(([code]) => code)
        .filter((code) => !/^\u001b\[0?m$/.test(code)),
    ).toEqual([]);
  });

  it.each(['q', '\u0003', 'SIGTERM', 'SIGHUP'])('gives the terminal back after %j', async (how) => {
    agent.say(healthy(2));
    const terminal = top();
    await terminal.shows(/910B3/);
    if (how.startsWith('SIG')) terminal.kill(how);
    else terminal.type(how);
    await terminal.ended;
    expect(terminal.sent()).toMatch(/\u001b\[\?1049h/);
    expect(terminal.sent().trimEnd()).toMatch(/\u001b\[\?25h\u001b\[\?1049l$/);
    expect(terminal.buffer().buffer.active.type).toBe('normal');
  });

  it('gives the terminal back after a fault of its own, and says where the report is', async () => {
    const home = mkdtempSync(join(tmpdir(), 'suanlink-top-'));
    const broken = await scriptedAgent({ ...healthy(2), leases: [undefined as unknown as StatusLease] });
    const terminal = openTerminal({
      args: ['top', '--socket', broken.socket],
      cols: 220,
      env: { XDG_STATE_HOME: home },
    });
    open.push(terminal);
    expect((await terminal.ended).exitCode).toBe(1);
    expect(terminal.buffer().buffer.active.type).toBe('normal');
    const said = await terminal.shows(/suanlink top: .*; the report is in (\S+)/);
    expect(readFileSync(said[1] ?? '', 'utf8')).toMatch(/TypeError/);
    await broken.remove();
    rmSync(home, { recursive: true });
  });

  it('asks for a reason and a deadline before it drains, and acts on nothing when read-only', async () => {
    agent.say(healthy(2));
    agent.asked.length = 0;
    const terminal = top();
    await terminal.shows(/910B3/);
    terminal.type('d');
    await terminal.shows(/Drain this node. Reason:/);
    terminal.type('fan 风扇\r');
    await terminal.shows(/End what runs after/);
    terminal.type('soon\r');
    await terminal.shows(/soon.* is not/);
    terminal.type('\u001530m\r');
    await terminal.shows(/drains/);
    expect(agent.asked).toEqual(['drain fan 风扇 1800000']);
    terminal.type('q');
    await terminal.ended;
    const watching = top(['--readonly']);
    await watching.shows(/READ-ONLY/);
    watching.type('dxuRs');
    await watching.still();
    expect(watching.text()).not.toMatch(/Drain|Reason|drain/);
    watching.type('q');
    await watching.ended;
    expect(agent.asked).toEqual(['drain fan 风扇 1800000']);
  });

  it('says that the agent has gone, what to do, and shows it again when it is back', async () => {
    agent.say(healthy(4));
    const terminal = top();
    await terminal.shows(/910B3/);
    await agent.stop();
    await terminal.shows(/AGENT ✖ (?:LOST|NOT RUNNING)/, 2000);
    await terminal.shows(/systemctl start suanlink/);
    await terminal.shows(/shown dimmed/);
    await agent.start();
    expect((await terminal.shows(/AGENT ● RUNNING/, 4000)).index).toBeGreaterThan(0);
    terminal.type('q');
    await terminal.ended;
  });

  it('lends screen and keys to a shell in a container, and has both again', async () => {
    const home = mkdtempSync(join(tmpdir(), 'suanlink-top-'));
    // An engine's command line that opens a shell here.
    writeFileSync(join(home, 'podman'), '#!/bin/sh\necho "asked: $*"\nPS1="inside> " exec sh -i\n', {
      mode: 0o755,
    });
    const one = healthy(2);
    agent.say({ ...one, engine: { ...one.engine, description: 'podman 4.3.1 at /run/p.sock' } });
    const terminal = top([], { env: { PATH: `${home}:${process.env['PATH']}` } });
    await terminal.shows(/910B3/);
    terminal.type('3s');
    await terminal.shows(/asked: --remote --url unix:\/\/\/run\/p\.sock exec -it \w+ sh[^]*inside>/);
    terminal.type('echo $((40 + 2)); exit 3\r');
    await terminal.shows(/^suanlink gpu-07 [^]*the shell ended with 3/);
    terminal.type('5');
    await terminal.shows(/organisation tsinghua/);
    terminal.type('q');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
    rmSync(home, { recursive: true });
  });

  it('follows every change of size, and believes a small one', async () => {
    agent.say(healthy(16));
    const terminal = top();
    await terminal.shows(/910B3/);
    for (const [cols, rows] of [
      [60, 15],
      [39, 7],
      [120, 40],
      [200, 60],
      [41, 9],
      [80, 24],
    ] as const) {
      terminal.resize(cols, rows);
      await terminal.shows(cols < 40 ? /need 40x8, have 39x7/ : /^suanlink gpu-07[^]*q quit$/);
      expect(terminal.rows().length).toBe(rows);
    }
    expect(terminal.rows()[3]).toMatch(/0 910B3/);
    terminal.type('q');
    await terminal.ended;
  });
});

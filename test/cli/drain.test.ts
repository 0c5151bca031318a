/** `suanlink drain` and `undrain` against the real control socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalServer, serveLocal } from '../../agent/local/server.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { StatusLease, StatusSnapshot } from '../../proto/status.ts';
import { start, suanlink } from './run-cli.ts';

let dir = '';
let socket = '';
let server: LocalServer;
let state = { draining: false, reason: '', deadlineMs: undefined as number | undefined };
let leases: Partial<StatusLease>[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-drain-'));
  socket = join(dir, 'a.sock');
  state = { draining: false, reason: '', deadlineMs: undefined };
  leases = [];
  server = await serveLocal(socket, {
    status: () =>
      ({
        schema: 'suanlink.status/v1',
        agent: {
          name: 'gpu-07',
          state: state.draining ? 'draining' : 'running',
          drain_reason: state.reason,
          drain_left_ms: state.deadlineMs ?? null,
        },
        leases,
      }) as StatusSnapshot,
    drain: async (reason, deadlineMs) => {
      if (reason === 'broken') throw new SuanlinkError('storage_failed', 'the disk is gone');
      state = { draining: true, reason, deadlineMs };
    },
    undrain: async () => {
      state = { draining: false, reason: '', deadlineMs: undefined };
    },
    reconnect() {},
    recent: () => ({ schema: 'suanlink.recent/v1', seq: 0, events: [], ended: [] }),
    log: (id) => ({ schema: 'suanlink.log/v1', lease_id: id, lines: [] }),
    end() {},
  });
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

const cli = (...args: string[]) => suanlink([...args, '--socket', socket]);
const running = (id: string): Partial<StatusLease> => ({ id, state: 'running', job_id: `job-${id}` });

describe('drain', () => {
  it('says what it has done, and undrain too', async () => {
    leases = [running('lease-a'), { id: 'lease-b', state: 'ended' }];
    const drained = await cli('drain', '--reason', 'new fan', '--deadline', '30m');
    expect(drained.stdout.toString()).toBe('gpu-07 drains: new fan (1 lease left, stopped in 30m00s)\n');
    expect(drained.code).toBe(0);
    expect(state).toEqual({ draining: true, reason: 'new fan', deadlineMs: 1_800_000 });
    const again = await cli('undrain');
    expect(again.stdout.toString()).toBe('gpu-07 takes leases again\n');
    expect(state.draining).toBe(false);
  });

  it('waits until nothing blocks it, and says who does', async () => {
    leases = [running('lease-a'), running('lease-b')];
    const waiting = start(['drain', '--wait', '--socket', socket]);
    await waiting.says(/waiting for lease-a \(running, job-lease-a\), lease-b \(running, job-lease-b\)\n/);
    leases = [running('lease-b')];
    await waiting.says(/waiting for lease-b \(running, job-lease-b\)\n/);
    leases = [];
    const { code, stdout } = await waiting.ended;
    expect(code).toBe(0);
    expect(stdout.toString()).toBe('gpu-07 drains: no reason given (no lease left)\n');
    expect(state.deadlineMs).toBeUndefined();
  });

  it('stops waiting when somebody ends the drain', async () => {
    leases = [running('lease-a')];
    const waiting = start(['drain', '--wait', '--socket', socket]);
    await waiting.says(/waiting for lease-a/);
    state.draining = false;
    const { code, stderr } = await waiting.ended;
    expect(stderr).toContain('somebody has ended the drain meanwhile');
    expect(code).toBe(6);
  });

  it.each([
    [['--deadline', 'soon'], 2, /is not a duration/],
    [['--deadline', '1000d'], 2, /deadline_ms must be a number from 0 to/],
    [['--reason', 'broken'], 1, /the disk is gone/],
  ])('%j is refused', async (args, code, words) => {
    const ended = await cli('drain', ...args);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(code);
  });

  it('says what to do when no agent runs', async () => {
    const ended = await suanlink(['drain', '--socket', join(dir, 'none.sock')]);
    expect(ended.stderr).toMatch(/no agent answers at .*none\.sock; start it/);
    expect(ended.code).not.toBe(0);
  });
});

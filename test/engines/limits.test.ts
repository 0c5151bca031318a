/** What a container may do, seen from inside, and what it used, seen from outside. */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type CgroupCounters, type Cgroups, createCgroups } from '../../agent/runtime/cgroup.ts';
import { parseMounts } from '../../agent/runtime/cgroup-parse.ts';
import { createEngine } from '../../agent/runtime/engine/engine.ts';
import { readOwnLimits } from '../../agent/runtime/engine/own-limits.ts';
import { eachEngine } from './bed.ts';

eachEngine('limits', (bed) => {
  const inside = async (script: string, more = {}): Promise<string> =>
    (await bed.run(bed.script(`{ ${script}; } 2>&1`, more))).taken.stdout.toString().trim();

  it('no capabilities, no new privileges, a seccomp filter', async () => {
    const status = await inside('cat /proc/self/status');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(status).toContain(`${set}:\t0000000000000000`);
    expect(status).toContain('NoNewPrivs:\t1');
    expect(status).toContain('Seccomp:\t2');
  });

  it('ulimits as asked', async () => {
    expect(await inside('ulimit -Hn; ulimit -Sn; ulimit -Hu; ulimit -Su')).toBe('1024\n1024\n1024\n1024');
  });

  it('ulimits never above our own', async () => {
    const own = readOwnLimits();
    const limits = { ...bed.spec([]).limits, nofile: 2 ** 30, nproc: 2 ** 30 };
    const nproc = bed.kind === 'podman' ? Math.min(own.nproc, 32_768) : own.nproc;
    expect(await inside('ulimit -Hn; ulimit -Hu', { limits })).toBe(`${own.nofile}\n${nproc}`);
  });

  it('no network but loopback', async () => {
    expect(await inside('ls /sys/class/net')).toBe('lo');
  });

  it('a process namespace of its own', async () => {
    expect(await inside('echo $$; ls /proc | grep -c "^[0-9]"')).toMatch(/^1\n[1-4]$/);
  });

  it('a root file system that cannot be written, and a tmpfs that can, up to its size', async () => {
    const script =
      'touch /root/x || touch /etc/x || echo root is read-only; ' +
      'cat /bin/busybox > /tmp/true; chmod +x /tmp/true; /tmp/true && echo tmp runs programs; ' +
      'head -c 9000000 /dev/zero > /tmp/big || echo tmp is full; stat -c %a /tmp';
    const said = await inside(script, { tmpfs: { '/tmp': 8 * 2 ** 20 } });
    expect(said).toMatch(/root is read-only\ntmp runs programs\n.*\ntmp is full\n1777$/s);
  });

  it('a root file system that can be written where the job asks for it', async () => {
    expect(await inside('touch /root/x && echo ok', { readOnlyRoot: false })).toBe('ok');
  });

  it('shared memory of the size asked for', async () => {
    expect(await inside('mount | grep /dev/shm')).toMatch(/size=1024k/);
  });

  it('so many processes and no more', async () => {
    const limits = { ...bed.spec([]).limits, pids: 8 };
    const said = await inside('i=0; while [ $i -lt 20 ]; do sleep 0.2 & i=$((i+1)); done; wait', { limits });
    expect(said).toMatch(/can't fork|Resource temporarily unavailable/);
  });

  it('so much CPU time and no more', async () => {
    const limits = { ...bed.spec([]).limits, cpuMilli: 200 };
    const { exited } = await bed.run(
      bed.script('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done', { limits }),
    );
    const whole = await bed.run(bed.script('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'));
    const ms = (of: { startedAtMs?: number; finishedAtMs?: number }): number =>
      (of.finishedAtMs ?? 0) - (of.startedAtMs ?? 0);
    expect(ms(exited)).toBeGreaterThan(2 * ms(whole.exited));
  });

  it('mounts read-only', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-mount-'));
    try {
      writeFileSync(join(dir, 'file'), 'from the host\n');
      const mounts = [{ hostPath: dir, containerPath: '/mnt/driver', readOnly: true as const }];
      expect(await inside('cat /mnt/driver/file; touch /mnt/driver/x || echo refused', { mounts })).toMatch(
        /^from the host\n.*Read-only file system\nrefused$/,
      );
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('the devices that were granted and no others', async () => {
    const devices = [{ hostPath: '/dev/zero', containerPath: '/dev/accel0', permissions: 'rw' }];
    const said = await inside(
      'head -c 3 /dev/accel0 | od -An -tx1; ls /dev | grep -c -E "^(kmsg|mem|vda|sda|fuse|kvm)$"',
      { devices },
    );
    expect(said).toMatch(/^00 00 00\n0$/);
  });

  it('CDI devices, or an error where the engine cannot (Docker before 25)', async () => {
    const dir = '/var/run/cdi';
    const had = existsSync(dir);
    const file = join(dir, `suanlink-test-${randomBytes(4).toString('hex')}.json`);
    mkdirSync(dir, { recursive: true });
    const node = { path: '/dev/card0', hostPath: '/dev/zero', type: 'c', major: 1, minor: 5 };
    const device = { name: '0', containerEdits: { env: ['CARD=zero'], deviceNodes: [node] } };
    try {
      writeFileSync(
        file,
        JSON.stringify({ cdiVersion: '0.5.0', kind: 'suanlink.test/card', devices: [device] }),
      );
      const said = inside('echo $CARD; head -c 2 /dev/card0 | od -An -tx1', {
        cdi: ['suanlink.test/card=0'],
      });
      if (bed.kind === 'podman' || (await bed.runtime.info()).cdi)
        expect(await said).toMatch(/^zero\n *00 00$/);
      else await expect(said).rejects.toMatchObject({ code: 'container_start_failed' });
    } finally {
      rmSync(file, { force: true });
      if (!had) rmSync(dir, { recursive: true, force: true });
    }
  });

  it('a CDI device that is not there is an error, never passed over', async () => {
    const made = async (): Promise<unknown> =>
      bed.run(bed.spec(['true'], { cdi: ['suanlink.test/card=none-such'] }));
    await expect(made()).rejects.toMatchObject({ code: /^container_(create|start)_failed$/ });
  });

  describe('use', () => {
    let cgroups: Cgroups;
    beforeAll(async () => {
      cgroups = createCgroups(await bed.runtime.info());
    });

    /** Runs `script` under a parent cgroup and reads its counters as the agent does. */
    const metered = async (script: string, memoryBytes = 64 * 2 ** 20) => {
      const spec = bed.script(script, { limits: { ...bed.spec([]).limits, memoryBytes } });
      const lease = `${spec.labels.lease}.1`;
      const cgroupParent = cgroups.parentFor(lease, memoryBytes);
      if (cgroupParent === undefined) throw new Error('no parent cgroup can be made here');
      const id = await bed.runtime.create({ ...spec, cgroupParent });
      let counters: CgroupCounters | undefined;
      const { drained } = await bed.runtime.start(
        id,
        () => {},
        () => (counters = cgroups.read(lease, id)),
      );
      await drained;
      const exited = await bed.runtime.wait(id, new AbortController().signal);
      await bed.runtime.remove(id);
      await cgroups.remove(lease);
      expect(leftCgroups(lease)).toEqual([]);
      return { counters, exited };
    };

    it('counts CPU time', async () => {
      const idle = await metered('sleep 0.5');
      expect(idle.counters?.exact).toBe(true);
      expect(idle.counters?.cpuNanos).toBeLessThan(250e6);
      const busy = await metered('i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done');
      const ranMs = (busy.exited.finishedAtMs ?? 0) - (busy.exited.startedAtMs ?? 0);
      expect(busy.counters?.cpuNanos).toBeGreaterThan(4 * (idle.counters?.cpuNanos ?? 0));
      expect(busy.counters?.cpuNanos).toBeLessThan((ranMs + 250) * 1e6);
    });

    it('counts the memory peak', async () => {
      const { counters } = await metered(
        'x=$(head -c 30000000 /dev/zero | tr "\\000" x); true',
        128 * 2 ** 20,
      );
      expect(counters?.memoryPeakBytes).toBeGreaterThan(30e6);
      expect(counters?.memoryPeakBytes).toBeLessThanOrEqual(128 * 2 ** 20);
      expect(counters?.oomKills).toBe(0);
    });

    it('tells that the kernel killed it for memory', async () => {
      const script = 'x=$(head -c 90000000 /dev/zero | tr "\\000" x); echo survived';
      for (let round = 0; round < 3; round++) {
        // Podman 4.3 does not say so itself where cgroups are v1, and Docker not always; the kernel's counters do.
        const { counters, exited } = await metered(script, 32 * 2 ** 20);
        expect(exited.exitCode).toBe(137);
        expect(counters?.oomKills).toBeGreaterThan(0);
      }
    });

    it('does not take another kill for one for memory', async () => {
      const killed = await metered('sh -c "kill -9 \\$\\$"; exit $?');
      expect(killed.exited).toMatchObject({ exitCode: 137, oomKilled: false });
      expect(killed.counters?.oomKills).toBe(0);
      const full = await metered(
        'head -c 60000000 /bin/busybox /bin/busybox > /dev/null; exit 137',
        8 * 2 ** 20,
      );
      expect(full.counters?.oomKills).toBe(0);
    });

    it('is exact in ten runs of ten', async () => {
      for (let round = 0; round < 10; round++) {
        const { counters } = await metered('echo hello');
        expect(counters).toMatchObject({ exact: true, oomKills: 0 });
        expect(counters?.cpuNanos).toBeGreaterThan(1e6);
      }
    });
  });
});

it('clears up parents that a crash has left, once they are old', async () => {
  const root = parseMounts(readFileSync('/proc/self/mounts', 'utf8')).all[0] ?? '';
  const path = join(root, `suanlink-lease-left-${randomBytes(4).toString('hex')}`);
  const info = await createEngine({ socketPath: inject('engines')[0]?.socketPath ?? '' }).info();
  const cgroups = createCgroups(info);
  mkdirSync(join(path, 'conmon'), { recursive: true });
  await cgroups.removeAll();
  expect(existsSync(path)).toBe(true);
  utimesSync(path, 1e9, 1e9);
  await cgroups.removeAll();
  expect(existsSync(path)).toBe(false);
});

/** Cgroup directories of a lease, in any hierarchy. */
function leftCgroups(lease: string): string[] {
  return readdirSync('/sys/fs/cgroup').flatMap((name) => {
    const path = join('/sys/fs/cgroup', name, `suanlink-${lease}`);
    return existsSync(path) ? [path] : [];
  });
}

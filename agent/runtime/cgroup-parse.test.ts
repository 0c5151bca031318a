import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCgroups } from './cgroup.ts';
import { parseKeyed, parseMounts, parseNumber, usualPlaces } from './cgroup-parse.ts';
import type { EngineInfo } from './runtime.ts';

describe('parseMounts', () => {
  it('hybrid: v1 controllers and a v2 mount', () => {
    const text = [
      'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0',
      'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0',
      'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0',
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
      '',
    ].join('\n');
    const { controllers, all } = parseMounts(text);
    expect(controllers.get('cpuacct')).toBe('/sys/fs/cgroup/cpu,cpuacct');
    expect(controllers.get('memory')).toBe('/sys/fs/cgroup/memory');
    expect(controllers.get('unified')).toBe('/sys/fs/cgroup/unified');
    expect(all).toHaveLength(3);
  });

  it('leaves out what is mounted read-only, as in a container', () => {
    expect(parseMounts('cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid 0 0\n').all).toEqual([]);
  });
});

it.each([
  ['12\n', 12],
  ['0', 0],
  ['max\n', undefined],
  ['', undefined],
  [undefined, undefined],
])('parseNumber %j', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

it('parseKeyed takes the whole key', () => {
  const text = 'usage_usec 34399\nuser_usec 1\noom_kill_disable 0\noom_kill 2\n';
  expect(parseKeyed(text, 'usage_usec')).toBe(34_399);
  expect(parseKeyed(text, 'oom_kill')).toBe(2);
  expect(parseKeyed(text, 'oom')).toBeUndefined();
});

describe('createCgroups over directories', () => {
  let root: string;
  const id = 'c0ffee';
  const lease = 'lease-aaaaaaaaaaaaaaaaaaaa.1';
  const info: EngineInfo = {
    engine: 'podman',
    version: '4.3.1',
    cgroupVersion: 1,
    cgroupDriver: 'cgroupfs',
    rootless: false,
    runtimes: ['runc'],
    cdi: false,
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'suanlink-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const v1 = (more: Partial<EngineInfo> = {}) => {
    for (const name of ['cpuacct', 'memory']) mkdirSync(join(root, name), { recursive: true });
    const mounts = ['cpuacct', 'memory']
      .map((name) => `cgroup ${root}/${name} cgroup rw,${name} 0 0`)
      .join('\n');
    return createCgroups({ ...info, ...more }, parseMounts(mounts), 1000);
  };
  const v2 = (more: Partial<EngineInfo> = {}) =>
    createCgroups(
      { ...info, cgroupVersion: 2, ...more },
      parseMounts(`cgroup2 ${root} cgroup2 rw,nosuid 0 0`),
      1000,
    );

  it('Docker on v1: the parent counts, kills stand in the child', () => {
    put(`cpuacct/suanlink-${lease}/cpuacct.usage`, '5000\n');
    put(`memory/suanlink-${lease}/memory.max_usage_in_bytes`, '900\n');
    put(`memory/suanlink-${lease}/memory.oom_control`, 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n');
    put(`cpuacct/suanlink-${lease}/${id}/cpuacct.usage`, '5000\n');
    put(`memory/suanlink-${lease}/${id}/memory.oom_control`, 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
    expect(v1({ engine: 'docker' }).read(lease, id)).toEqual({
      cpuNanos: 5000,
      memoryPeakBytes: 900,
      oomKills: 1,
      exact: true,
    });
  });

  it('Podman: the container itself; then the parent less the monitor; then nothing new', () => {
    const cgroups = v1();
    put(`cpuacct/suanlink-${lease}/cpuacct.usage`, '9000\n');
    put(`cpuacct/suanlink-${lease}/conmon/cpuacct.usage`, '3000\n');
    put(`cpuacct/suanlink-${lease}/libpod-${id}/cpuacct.usage`, '6000\n');
    put(`memory/suanlink-${lease}/libpod-${id}/memory.max_usage_in_bytes`, '77\n');
    expect(cgroups.read(lease, id)).toEqual({
      cpuNanos: 6000,
      memoryPeakBytes: 77,
      oomKills: 0,
      exact: true,
    });
    rmSync(join(root, `cpuacct/suanlink-${lease}/libpod-${id}`), { recursive: true });
    put(`cpuacct/suanlink-${lease}/cpuacct.usage`, '9900\n');
    put(`cpuacct/suanlink-${lease}/conmon/cpuacct.usage`, '3900\n');
    expect(cgroups.read(lease, id)).toMatchObject({ cpuNanos: 6000, exact: true });
    rmSync(join(root, `cpuacct/suanlink-${lease}/conmon`), { recursive: true });
    expect(cgroups.read(lease, id)).toBeUndefined();
    expect(v1().read(lease, id)).toMatchObject({ cpuNanos: 9900, exact: false });
  });

  it('v2: microseconds, memory.peak, memory.events of the whole tree', () => {
    put(`suanlink-${lease}/cpu.stat`, 'usage_usec 34\nuser_usec 30\n');
    put(`suanlink-${lease}/memory.peak`, '4096\n');
    put(`suanlink-${lease}/memory.events`, 'low 0\noom 1\noom_kill 1\noom_group_kill 0\n');
    expect(v2({ engine: 'docker' }).read(lease, id)).toEqual({
      cpuNanos: 34_000,
      memoryPeakBytes: 4096,
      oomKills: 1,
      exact: true,
    });
  });

  it('v2 without memory.peak (kernels before 5.19) takes what is used now', () => {
    put(`suanlink-${lease}/cpu.stat`, 'usage_usec 34\n');
    put(`suanlink-${lease}/memory.current`, '2048\n');
    expect(v2({ engine: 'docker' }).read(lease, id)?.memoryPeakBytes).toBe(2048);
  });

  it.each([
    ['systemd', { cgroupDriver: 'systemd' as const }],
    ['rootless', { rootless: true }],
  ])('%s: no parent; the container’s own cgroup while it is there', (_name, more) => {
    const cgroups = v2(more);
    expect(cgroups.parentFor(lease)).toBeUndefined();
    expect(cgroups.read(lease, id)).toBeUndefined();
    for (const place of usualPlaces('podman', id, 1000)) {
      put(`${place}/cpu.stat`, 'usage_usec 7\n');
      expect(cgroups.read(lease, id)).toMatchObject({ cpuNanos: 7000, exact: false });
      rmSync(join(root, place), { recursive: true });
    }
  });

  it('no parent without the right to make one, nor of a name that is none', () => {
    expect(createCgroups(info, parseMounts(''), 0).parentFor(lease)).toBeUndefined();
    expect(v1().parentFor('../x')).toBeUndefined();
    expect(v1().parentFor(lease)).toBe(`/suanlink-${lease}`);
  });

  it('removes a lease everywhere', async () => {
    const cgroups = v1();
    for (const controller of ['cpuacct', 'memory'])
      mkdirSync(join(root, controller, `suanlink-${lease}`, 'conmon'), { recursive: true });
    await cgroups.remove(lease);
    expect(readdirSync(join(root, 'cpuacct'))).toEqual([]);
    expect(readdirSync(join(root, 'memory'))).toEqual([]);
    mkdirSync(join(root, 'cpuacct', `suanlink-${lease}`));
    cgroups.sweep();
    expect(readdirSync(join(root, 'cpuacct'))).toEqual([]);
  });

  it('leaves alone what is young, what runs, and what is not ours', async () => {
    const cgroups = v1();
    const names = ['docker', 'suanlink-lease-busy', 'suanlink-lease-new', 'suanlink-test-old'];
    for (const name of names) put(`cpuacct/${name}/cgroup.procs`, name.endsWith('busy') ? '42\n' : '');
    for (const name of names.filter((one) => !one.endsWith('new')))
      utimesSync(join(root, 'cpuacct', name), 1e9, 1e9);
    await cgroups.removeAll();
    expect(readdirSync(join(root, 'cpuacct')).sort()).toEqual(names);
  });
});

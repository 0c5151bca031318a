import { describe, expect, it } from 'vitest';
import { decodeCreated, decodeInfo, decodeInspect, decodeList, decodeOwner, decodeStats } from './decode.ts';

const lease = 'lease-aaaaaaaaaaaaaaaaaaaa';
const labels = { 'suanlink.agent': 'agent-1', 'suanlink.lease': lease, 'suanlink.epoch': '4', other: 'x' };

function inspect(state: object, more: object = {}): string {
  return JSON.stringify({
    Id: 'c0ffee',
    Name: '/suanlink-1',
    State: { Status: 'running', ExitCode: 0, Error: '', Pid: 0, ...state },
    Config: { Labels: labels, Image: 'app:1' },
    HostConfig: { LogConfig: { Type: 'local' } },
    LogPath: '',
    ...more,
  });
}

const ours = { id: 'c0ffee', name: 'suanlink-1', agent: 'agent-1', lease, epoch: 4, image: 'app:1' };

describe('decodeInspect', () => {
  it('a running container', () => {
    const state = {
      Status: 'running',
      Pid: 42,
      StartedAt: '2026-11-23T13:28:37.364742502Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    };
    expect(decodeInspect(inspect(state))).toEqual({
      observed: { ...ours, state: 'running', pid: 42, startedAtMs: Date.UTC(2026, 10, 23, 13, 28, 37, 364) },
      settled: false,
      over: false,
      logPath: '',
      logDriver: 'local',
    });
  });

  it('one that has ended, by a clock of another time zone', () => {
    const state = {
      Status: 'exited',
      ExitCode: 137,
      OOMKilled: true,
      StartedAt: '2026-11-23T21:28:37.5+08:00',
      FinishedAt: '2026-11-23T21:28:38.062+08:00',
    };
    const { observed, settled } = decodeInspect(inspect(state));
    expect(observed).toEqual({
      ...ours,
      state: 'exited',
      exitCode: 137,
      oomKilled: true,
      startedAtMs: Date.UTC(2026, 10, 23, 13, 28, 37, 500),
      finishedAtMs: Date.UTC(2026, 10, 23, 13, 28, 38, 62),
    });
    expect(settled).toBe(true);
  });

  it('one whose start failed keeps the words of the engine', () => {
    const state = { Status: 'created', ExitCode: 127, Error: 'exec: "nosuch": not found' };
    expect(decodeInspect(inspect(state)).observed).toEqual({
      ...ours,
      state: 'created',
      error: 'exec: "nosuch": not found',
    });
  });

  it.each([
    ['created', 'created', false, false],
    ['initialized', 'created', false, false],
    ['running', 'running', false, false],
    ['paused', 'running', false, false],
    ['restarting', 'running', false, false],
    ['stopping', 'running', false, false],
    ['stopped', 'exited', false, true],
    ['exited', 'exited', true, true],
    ['dead', 'exited', true, true],
  ])('%s is %s, settled %s, over %s', (status, state, settled, over) => {
    const decoded = decodeInspect(inspect({ Status: status }));
    expect([decoded.observed?.state, decoded.settled, decoded.over]).toEqual([state, settled, over]);
  });

  it('one that ran when the machine went down, as Podman 4.3 has it afterwards, is over', () => {
    const state = {
      Status: 'created',
      StartedAt: '2026-11-26T00:56:58.971515065Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    };
    const { observed, settled, over } = decodeInspect(inspect(state));
    expect([observed?.state, observed?.exitCode, settled, over]).toEqual(['created', undefined, true, true]);
    const { over: fresh } = decodeInspect(inspect({ ...state, StartedAt: '0001-01-01T00:00:00Z' }));
    expect(fresh).toBe(false);
  });

  it.each([
    { 'suanlink.lease': 'lease-../..' },
    { 'suanlink.epoch': 'x' },
    { 'suanlink.epoch': '-1' },
    { 'suanlink.epoch': '1.5' },
    { 'suanlink.agent': undefined },
  ])('labels that do not parse are not ours: %j', (wrong) => {
    const text = inspect({}, { Config: { Labels: { ...labels, ...wrong } } });
    expect(decodeInspect(text).observed).toBeUndefined();
  });

  it.each(['', '[]', 'null', '{"State":7}', '{"State":{},"Config":{}}', '{"Id":"x"'])(
    'refuses %j',
    (text) => {
      expect(() => decodeInspect(text)).toThrow(expect.objectContaining({ code: 'engine_error' }));
    },
  );

  it('refuses an exit code that is none', () => {
    expect(() => decodeInspect(inspect({ Status: 'exited', ExitCode: '0' }))).toThrow(
      expect.objectContaining({ code: 'engine_error' }),
    );
  });
});

describe('decodeList', () => {
  it('keeps ours and those that only look like ours apart', () => {
    const entry = { Id: 'a', Names: ['/one'], Image: 'app:1', State: 'created' };
    const text = JSON.stringify([
      { ...entry, Labels: labels },
      { ...entry, Id: 'b', State: 'exited', Names: null, Labels: { 'suanlink.agent': 'agent-1' } },
      { ...entry, Id: 'c', Labels: null },
    ]);
    expect(decodeList(text)).toEqual([
      {
        id: 'a',
        name: 'one',
        image: 'app:1',
        state: 'created',
        labels: { agent: 'agent-1', lease, epoch: 4 },
      },
      { id: 'b', name: '', image: 'app:1', state: 'exited', labels: undefined },
      { id: 'c', name: 'one', image: 'app:1', state: 'created', labels: undefined },
    ]);
  });

  it.each(['{}', '[7]', '[{"Id":7}]', '[{"Id":"a"}]'])('refuses %j', (text) => {
    expect(() => decodeList(text)).toThrow(expect.objectContaining({ code: 'engine_error' }));
  });
});

describe('decodeInfo', () => {
  it('Docker 20.10', () => {
    const info = {
      CgroupDriver: 'cgroupfs',
      CgroupVersion: '1',
      Runtimes: { runc: { path: 'runc' }, 'io.containerd.runc.v2': {} },
      DockerRootDir: '/var/lib/docker',
      SecurityOptions: ['name=seccomp,profile=default'],
    };
    const version = { Version: '20.10.24+dfsg1', Components: [{ Name: 'Engine' }, { Name: 'containerd' }] };
    expect(decodeInfo(JSON.stringify(info), JSON.stringify(version))).toEqual({
      info: {
        engine: 'docker',
        version: '20.10.24+dfsg1',
        cgroupVersion: 1,
        cgroupDriver: 'cgroupfs',
        rootless: false,
        runtimes: ['runc', 'io.containerd.runc.v2'],
        cdi: false,
      },
      rootDir: '/var/lib/docker',
      runtimePaths: { runc: 'runc', 'io.containerd.runc.v2': '' },
    });
  });

  it('a rootless Docker with systemd and CDI, after the API document of 1.47', () => {
    const info = {
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
      CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    };
    expect(decodeInfo(JSON.stringify(info), '{"Version":"28.0.1"}').info).toMatchObject({
      cgroupVersion: 2,
      cgroupDriver: 'systemd',
      rootless: true,
      cdi: true,
    });
  });

  it('Podman 4.3', () => {
    const info = { CgroupDriver: 'cgroupfs', CgroupVersion: '1', Rootless: false, Runtimes: { runc: {} } };
    const version = { Version: '4.3.1', Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] };
    expect(decodeInfo(JSON.stringify(info), JSON.stringify(version)).info).toMatchObject({
      engine: 'podman',
      version: '4.3.1',
    });
  });
});

describe('decodeStats', () => {
  const stats = (memory: object): string =>
    JSON.stringify({ cpu_stats: { cpu_usage: { total_usage: 29_450_059 } }, memory_stats: memory });

  it('takes off the page cache that would go first', () => {
    expect(decodeStats(stats({ usage: 1000, stats: { total_inactive_file: 300 } }))).toEqual({
      cpuNanos: 29_450_059,
      memoryBytes: 700,
    });
    expect(decodeStats(stats({ usage: 1000, stats: { inactive_file: 200 } }))?.memoryBytes).toBe(800);
    expect(decodeStats(stats({ usage: 1000 }))?.memoryBytes).toBe(1000);
  });

  it.each(['', '\n', stats({}), stats({ usage: 0 }), '{"cpu_stats":{},"memory_stats":{}}'])(
    'gives nothing for a container that does not run: %j',
    (text) => {
      expect(decodeStats(text)).toBeUndefined();
    },
  );
});

it('decodeCreated and decodeOwner give ids', () => {
  expect(decodeCreated('{"Id":"abc","Warnings":[]}')).toBe('abc');
  expect(() => decodeCreated('{}')).toThrow(expect.objectContaining({ code: 'engine_error' }));
  expect(decodeOwner(inspect({}))).toEqual({ id: 'c0ffee', labels: { agent: 'agent-1', lease, epoch: 4 } });
});

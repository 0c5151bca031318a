import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseId } from '../../../proto/ids.ts';
import type { ContainerSpec } from '../runtime.ts';
import { dockerBody, podmanBody } from './create-body.ts';

const own = { nofile: 20_000, nproc: 96_365 };
const lease = parseId('lease', 'lease-aaaaaaaaaaaaaaaaaaaa');
const spec: ContainerSpec = {
  name: 'suanlink-lease-1',
  image: 'app',
  command: ['run', '--fast'],
  entrypoint: ['sh', '-c'],
  env: { A: '1', B: 'x=y' },
  workingDir: '/work',
  user: '1000:1000',
  labels: { agent: 'agent-1', lease, epoch: 3 },
  limits: {
    cpuMilli: 1500,
    memoryBytes: 2 ** 30,
    pids: 512,
    shmBytes: 2 ** 26,
    nofile: 65_536,
    nproc: 65_536,
  },
  network: 'none',
  readOnlyRoot: true,
  tmpfs: { '/tmp': 1024 },
  devices: [{ hostPath: '/dev/davinci0', containerPath: '/dev/davinci0', permissions: 'rw' }],
  mounts: [
    { hostPath: '/usr/local/Ascend/driver', containerPath: '/usr/local/Ascend/driver', readOnly: true },
  ],
  cdi: ['nvidia.com/gpu=0'],
  runtime: 'runc',
  cgroupParent: '/suanlink-x',
};
const bare: ContainerSpec = {
  name: spec.name,
  image: 'app',
  command: [],
  env: {},
  labels: spec.labels,
  limits: spec.limits,
  network: 'bridge',
  readOnlyRoot: false,
  tmpfs: {},
  devices: [],
  mounts: [],
  cdi: [],
};

describe('dockerBody', () => {
  it('of everything', () => {
    expect(dockerBody(spec, 'docker.io/library/app:latest', own)).toEqual({
      Image: 'docker.io/library/app:latest',
      Cmd: ['run', '--fast'],
      Entrypoint: ['sh', '-c'],
      Env: ['A=1', 'B=x=y'],
      WorkingDir: '/work',
      User: '1000:1000',
      Labels: { 'suanlink.agent': 'agent-1', 'suanlink.lease': lease, 'suanlink.epoch': '3' },
      AttachStdin: false,
      Tty: false,
      HostConfig: {
        Privileged: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        NetworkMode: 'none',
        IpcMode: 'private',
        ReadonlyRootfs: true,
        Memory: 2 ** 30,
        MemorySwap: 2 ** 30,
        CpuPeriod: 100_000,
        CpuQuota: 150_000,
        PidsLimit: 512,
        ShmSize: 2 ** 26,
        Ulimits: [
          { Name: 'nofile', Soft: 20_000, Hard: 20_000 },
          { Name: 'nproc', Soft: 65_536, Hard: 65_536 },
        ],
        Tmpfs: { '/tmp': 'rw,exec,nosuid,nodev,mode=1777,size=1024' },
        Mounts: [
          {
            Type: 'bind',
            Source: '/usr/local/Ascend/driver',
            Target: '/usr/local/Ascend/driver',
            ReadOnly: true,
            BindOptions: { Propagation: 'rprivate' },
          },
        ],
        Devices: [{ PathOnHost: '/dev/davinci0', PathInContainer: '/dev/davinci0', CgroupPermissions: 'rw' }],
        DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
        Runtime: 'runc',
        CgroupParent: '/suanlink-x',
        RestartPolicy: { Name: 'no' },
        LogConfig: { Type: 'local', Config: { 'max-size': '1000g', 'max-file': '1', compress: 'false' } },
      },
    });
  });

  it("leaves the image's own command, directory and user where the spec has none", () => {
    const body = dockerBody(bare, 'app', own);
    for (const key of ['Cmd', 'Entrypoint', 'WorkingDir', 'User']) expect(body).not.toHaveProperty(key);
    for (const key of ['Runtime', 'CgroupParent', 'DeviceRequests'])
      expect(body).not.toHaveProperty(['HostConfig', key]);
  });
});

describe('podmanBody', () => {
  it('of everything', () => {
    expect(podmanBody(spec, 'docker.io/library/app:latest', own)).toEqual({
      name: 'suanlink-lease-1',
      image: 'docker.io/library/app:latest',
      command: ['run', '--fast'],
      entrypoint: ['sh', '-c'],
      env: { A: '1', B: 'x=y' },
      work_dir: '/work',
      user: '1000:1000',
      labels: { 'suanlink.agent': 'agent-1', 'suanlink.lease': lease, 'suanlink.epoch': '3' },
      privileged: false,
      cap_drop: ['ALL'],
      no_new_privileges: true,
      netns: { nsmode: 'none' },
      ipcns: { nsmode: 'private' },
      read_only_filesystem: true,
      httpproxy: false,
      systemd: 'false',
      stop_timeout: 0,
      resource_limits: {
        memory: { limit: 2 ** 30, swap: 2 ** 30 },
        cpu: { period: 100_000, quota: 150_000 },
        pids: { limit: 512 },
      },
      shm_size: 2 ** 26,
      r_limits: [
        { type: 'nofile', soft: 20_000, hard: 20_000 },
        { type: 'nproc', soft: 32_768, hard: 32_768 },
      ],
      mounts: [
        {
          destination: '/tmp',
          type: 'tmpfs',
          source: 'tmpfs',
          options: ['rw', 'exec', 'nosuid', 'nodev', 'mode=1777', 'size=1024'],
        },
        {
          destination: '/usr/local/Ascend/driver',
          type: 'bind',
          source: '/usr/local/Ascend/driver',
          options: ['rbind', 'rprivate', 'ro', 'nosuid', 'nodev'],
        },
      ],
      devices: [{ path: '/dev/davinci0:/dev/davinci0:rw' }, { path: 'nvidia.com/gpu=0' }],
      oci_runtime: 'runc',
      cgroup_parent: '/suanlink-x',
      log_configuration: { driver: 'k8s-file' },
    });
  });
});

describe('whatever the spec says', () => {
  const limit = fc.integer({ min: 1, max: 2 ** 40 });
  const anySpec = fc.record({
    limits: fc.record({
      cpuMilli: limit,
      memoryBytes: limit,
      pids: limit,
      shmBytes: limit,
      nofile: limit,
      nproc: limit,
    }),
    network: fc.constantFrom<ContainerSpec['network']>('none', 'bridge'),
    readOnlyRoot: fc.boolean(),
    env: fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
    command: fc.array(fc.string(), { maxLength: 4 }),
  });

  it('privileges stay dropped and ulimits stay ours', () => {
    fc.assert(
      fc.property(anySpec, (fields) => {
        const given = { ...bare, ...fields };
        const docker = dockerBody(given, 'app', own)['HostConfig'] as {
          Ulimits: { Name: 'nofile' | 'nproc'; Hard: number }[];
          CpuQuota: number;
        };
        expect(docker).toMatchObject({
          Privileged: false,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          MemorySwap: given.limits.memoryBytes,
        });
        expect(docker).not.toHaveProperty('PidMode');
        for (const { Name, Hard } of docker.Ulimits) expect(Hard).toBeLessThanOrEqual(own[Name]);
        expect(docker.CpuQuota).toBeGreaterThanOrEqual(1000);
        const podman = podmanBody(given, 'app', own);
        expect(podman).toMatchObject({ privileged: false, cap_drop: ['ALL'], no_new_privileges: true });
        for (const name of ['pidns', 'userns', 'seccomp_profile_path', 'selinux_opts'])
          expect(podman).not.toHaveProperty(name);
        expect(podman['netns']).toEqual({ nsmode: fields.network });
      }),
    );
  });
});

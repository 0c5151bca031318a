import { describe, expect, test } from 'vitest';
import { cgroupFacts } from './cgroup-owner.ts';

const id = 'a'.repeat(63) + '1';
const inner = 'b'.repeat(63) + '2';

describe('the container of a process', () => {
  test.each([
    [
      'Docker, cgroupfs, v1',
      `12:pids:/docker/${id}\n11:cpu,cpuacct:/docker/${id}\n1:name=systemd:/docker/${id}\n`,
    ],
    ['Docker, systemd, v2', `0::/system.slice/docker-${id}.scope\n`],
    ['Docker, rootless', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope\n`],
    ['Docker, under a parent of ours', `3:memory:/suanlink-lease-1/${id}\n0::/\n`],
    ['Podman, cgroupfs', `0::/libpod_parent/libpod-${id}\n`],
    ['Podman, systemd', `0::/machine.slice/libpod-${id}.scope/container\n`],
    ['Podman, under a parent of ours', `0::/suanlink-lease-1/libpod-${id}\n`],
    ['hybrid, with v2 at the root', `4:memory:/docker/${id}\n0::/\n`],
    ['containerd', `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope\n`],
    ['CRI-O', `0::/kubepods.slice/crio-${id}.scope\n`],
    ['Kubernetes, v1', `5:devices:/kubepods/burstable/pod7/${id}\n`],
    ['a cgroup that is being removed', `0::/docker/${id} (deleted)\n`],
  ])('%s', (_, text) => {
    expect(cgroupFacts(text)?.containers).toEqual([id]);
  });

  test('in a container has both, the outer one first', () => {
    expect(cgroupFacts(`5:cpu:/docker/${id}/docker/${inner}\n0::/\n`)?.containers).toEqual([id, inner]);
  });

  test('is none for its monitor, a short id or another name', () => {
    for (const path of [`/libpod_parent/libpod-conmon-${id}`, `/docker/${id.slice(1)}`, `/x/${id}x`])
      expect(cgroupFacts(`0::${path}\n`)?.containers).toEqual([]);
  });
});

describe('the unit of a process outside of containers', () => {
  test.each([
    ['0::/system.slice/ollama.service\n', 'ollama.service'],
    ['0::/user.slice/user-1000.slice/session-3.scope\n', 'session-3.scope'],
    ['0::/system.slice/slurmstepd.scope/job_42/step_0/user/task_0\n', 'slurm job 42'],
    ['9:memory:/slurm/uid_1000/job_7/step_batch\n0::/system.slice/slurmd.service\n', 'slurm job 7'],
    ['0::/init.scope\n', 'init.scope'],
    ['0::/\n', ''],
  ])('%j is %j', (text, unit) => {
    expect(cgroupFacts(text)).toEqual({ containers: [], unit });
  });
});

test('a text that is no such file says nothing', () => {
  expect(cgroupFacts('')).toBeUndefined();
  expect(cgroupFacts('garbage')).toBeUndefined();
});

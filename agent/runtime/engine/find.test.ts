import { describe, expect, it } from 'vitest';
import { parsePreferred, socketCandidates } from './find.ts';
import { parseLimits } from './own-limits.ts';

describe('socketCandidates', () => {
  it('for root', () => {
    expect(socketCandidates('auto', {}, 0)).toEqual([
      '/var/run/docker.sock',
      '/run/podman/podman.sock',
      '/run/user/0/podman/podman.sock',
    ]);
  });

  it('for a user: their own Podman before the system’s', () => {
    expect(socketCandidates('auto', { XDG_RUNTIME_DIR: '/run/user/7' }, 7)).toEqual([
      '/var/run/docker.sock',
      '/run/user/7/docker.sock',
      '/run/user/7/podman/podman.sock',
      '/run/podman/podman.sock',
    ]);
  });

  it('takes DOCKER_HOST first, if it is a socket', () => {
    expect(socketCandidates('docker', { DOCKER_HOST: 'unix:///x.sock' }, 0)).toEqual([
      '/x.sock',
      '/var/run/docker.sock',
    ]);
    expect(socketCandidates('docker', { DOCKER_HOST: 'tcp://1.2.3.4:2375' }, 0)).toEqual([
      '/var/run/docker.sock',
    ]);
  });

  it('takes a named socket and no other', () => {
    expect(socketCandidates({ socketPath: '/y.sock' }, { DOCKER_HOST: 'unix:///x.sock' }, 0)).toEqual([
      '/y.sock',
    ]);
  });
});

describe('parsePreferred', () => {
  it.each(['auto', 'docker', 'podman'])('%s', (word) => {
    expect(parsePreferred(word)).toBe(word);
  });

  it('a socket', () => {
    expect(parsePreferred('unix:///run/x.sock')).toEqual({ socketPath: '/run/x.sock' });
  });

  it.each(['', 'Docker', '/run/x.sock', 'unix://relative', 'tcp://host:1'])('refuses %j', (word) => {
    expect(() => parsePreferred(word)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

describe('parseLimits', () => {
  it('takes hard limits, and a large number for none', () => {
    const text = [
      'Limit                     Soft Limit           Hard Limit           Units     ',
      'Max processes             96365                unlimited            processes ',
      'Max open files            1024                 20000                files     ',
    ].join('\n');
    expect(parseLimits(text)).toEqual({ nofile: 20_000, nproc: 1_048_576 });
  });
});

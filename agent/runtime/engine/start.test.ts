import { describe, expect, it } from 'vitest';
import { startError } from './start.ts';

/** Words of engines and what they mean: those of Docker 20.10 and Podman 4.3 with runc 1.1 as seen here, the others as
 * their users reported them (the issue is named). */
const words: [engine: string, status: number, text: string, code: string][] = [
  ['docker 20.10', 400, 'exec: "nosuch": executable file not found in $PATH: unknown', 'command_not_found'],
  ['docker 20.10', 400, 'exec: "/x": stat /x: no such file or directory: unknown', 'command_not_found'],
  ['docker 20.10', 400, 'exec: "/etc": permission denied: unknown', 'command_not_executable'],
  [
    'podman 4.3',
    500,
    'runc: runc create failed: exec: "nosuch": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found',
    'command_not_found',
  ],
  [
    'podman with crun (containers/crun#1688)',
    500,
    'crun: executable file `nonexistent` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found',
    'command_not_found',
  ],
  [
    'podman with crun (podman#9377)',
    500,
    'open executable: Operation not permitted: OCI permission denied',
    'command_not_executable',
  ],
  [
    'docker 26 (rustfs#254)',
    400,
    'unable to start container process: exec: "/data": is a directory: unknown: permission denied.',
    'command_not_executable',
  ],
  [
    'podman with crun (containers/crun#2193)',
    500,
    'crun: open /sys/fs/cgroup/x/cgroup.freeze: No such file or directory: OCI runtime attempted to invoke a command that was not found',
    'container_start_failed',
  ],
  [
    'podman with crun (podman#25080)',
    500,
    'crun: open `/home/u1/overlay/41/merged`: Permission denied: OCI permission denied',
    'container_start_failed',
  ],
  [
    'podman 4.3',
    500,
    'runc: error setting rlimit type 6: operation not permitted: OCI permission denied',
    'container_start_failed',
  ],
  [
    'docker 20.10',
    500,
    'error gathering device information while adding custom device "/dev/x": no such file or directory',
    'container_start_failed',
  ],
  [
    'docker 20.10',
    500,
    'could not select device driver "cdi" with capabilities: []',
    'container_start_failed',
  ],
  ['docker 20.10', 404, 'No such container: abc', 'not_found'],
  ['podman 4.3', 404, 'no container with name or ID "abc" found: no such container', 'not_found'],
];

describe('startError', () => {
  it.each(words)('%s: %i %s: %s', (_engine, status, text, code) => {
    const answer = { status, text: JSON.stringify({ message: text }), headers: {} };
    expect(startError(answer, 'abc').code).toBe(code);
  });

  it('names the command in the message', () => {
    const text = JSON.stringify({
      message: 'OCI runtime create failed: exec: "nosuch": executable file not found',
    });
    expect(startError({ status: 400, text, headers: {} }, 'abc').message).toBe(
      'the image has no such command: exec: "nosuch": executable file not found',
    );
  });
});

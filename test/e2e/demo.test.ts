/** `suanlink demo`, to its end and interrupted at several points: nothing of ours is left behind. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { launch } from './harness.ts';

/** Processes whose command line names a demo's state directory. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes('/suanlink-demo-') ? [line] : [];
      } catch {
        return []; // It has ended while we looked.
      }
    });
}

/** Everything that a demo on the supervised Podman could leave. */
function left(): { processes: string[]; containers: string; images: string; files: string[] } {
  const podman = (...args: string[]): string => execFileSync('podman', args, { encoding: 'utf8' }).trim();
  return {
    processes: processes(),
    containers: podman('ps', '-aq', '--filter', 'label=suanlink.lease'),
    images: podman('images', '-q', 'suanlink.local/demo'),
    files: readdirSync(tmpdir()).filter((name) => name.startsWith('suanlink-demo-')),
  };
}

const nothing = { processes: [], containers: '', images: '', files: [] };

describe('the demo', () => {
  it('runs a container, shows the bill, and leaves nothing behind', async () => {
    const demo = launch(['demo', '--engine', 'podman']);
    expect({ code: await demo.exited, said: demo.said() }).toEqual({
      code: 0,
      said: expect.stringContaining('sum 1999999000000'),
    });
    expect(demo.said()).toMatch(/card-seconds +\d+\.\d+ .*\n.*CPU-seconds/);
    expect(demo.said()).toContain('simulated accelerators');
    expect(left()).toEqual(nothing);
  }, 60_000);

  it.each([100, 600, 1200, 1800, 2600])(
    'leaves nothing behind after Ctrl-C at %i ms',
    async (afterMs) => {
      const demo = launch(['demo', '--engine', 'podman']);
      await sleep(afterMs);
      demo.child.kill('SIGINT');
      expect(await demo.exited).toBe(130);
      expect(left()).toEqual(nothing);
    },
    60_000,
  );
});

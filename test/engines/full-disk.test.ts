/** Engines whose disk is too small for an image: what a pull says, and that the space can be seen from here. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createEngine } from '../../agent/runtime/engine/engine.ts';
import { busyboxRootfs } from '../../cli/demo/image.ts';
import { startEngine } from '../../scripts/engines.ts';
import { pushImage } from '../../scripts/test-registry.ts';
import { never } from './bed.ts';

const mib = 2 ** 20;
const { address } = inject('registry');

beforeAll(async () => {
  const big = { path: 'big', kind: 'file', data: randomBytes(96 * mib) } as const;
  await pushImage(address, 'suanlink/big', '1', busyboxRootfs([big]));
});

describe.each(['docker', 'podman'] as const)('%s on a disk of 64 MiB', (kind) => {
  it('says so by code, shows its free space, and still pulls what fits', async () => {
    await using undo = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'sl-'));
    undo.defer(() => rmSync(dir, { recursive: true, force: true }));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dir]);
    undo.defer(() => void execFileSync('umount', ['-l', dir]));
    const engine = await startEngine(kind, join(dir, 'e'));
    undo.defer(() => engine.stop());
    const runtime = createEngine({ socketPath: engine.socketPath });
    undo.defer(() => runtime.close());
    const before = await runtime.disk();
    expect(before?.totalBytes).toBe(64 * mib);
    expect(before?.freeBytes).toBeGreaterThan(16 * mib);
    await expect(runtime.pull(`${address}/suanlink/big:1`, undefined, () => {}, never)).rejects.toMatchObject(
      {
        code: 'no_capacity',
        message: expect.stringContaining('insufficient disk'),
      },
    );
    expect(await runtime.imageId(`${address}/suanlink/big:1`)).toBeUndefined();
    await pushImage(address, 'suanlink/small', '1', busyboxRootfs());
    await runtime.pull(`${address}/suanlink/small:1`, undefined, () => {}, never);
    expect(await runtime.imageId(`${address}/suanlink/small:1`)).toMatch(/^(sha256:)?[0-9a-f]{64}$/);
  }, 180_000);
});

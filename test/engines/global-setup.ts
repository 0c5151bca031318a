/**
 * Starts both engines once for all tests that need them and says where they are; an engine that cannot be started
 * fails the run with the reason. What it started it takes away again, whatever the tests left in it.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { startRegistry, type TestRegistry } from '../../scripts/test-registry.ts';
import { testImage } from './provided.ts';

/** Called by vitest before the first test; the result is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-engines-'));
  // gVisor makes its root in here as nobody.
  chmodSync(dir, 0o711);
  const running: (TestEngine | TestRegistry)[] = [];
  const stop = async (): Promise<void> => {
    const ended = await Promise.allSettled(running.map((one) => one.stop()));
    rmSync(dir, { recursive: true, force: true });
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  };
  try {
    const started = await Promise.allSettled([
      startEngine('docker', join(dir, 'd')),
      startEngine('podman', join(dir, 'p')),
      startRegistry(join(dir, 'r')),
    ]);
    for (const result of started) if (result.status === 'fulfilled') running.push(result.value);
    const [docker, podman, registry] = started.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }) as [TestEngine, TestEngine, TestRegistry];
    await Promise.all([importTestImage(docker, testImage), importTestImage(podman, testImage)]);
    project.provide('engines', [
      { kind: docker.kind, socketPath: docker.socketPath },
      { kind: podman.kind, socketPath: podman.socketPath },
    ]);
    project.provide('registry', { address: registry.address, guarded: registry.guarded });
  } catch (caught) {
    await stop();
    throw caught;
  }
  return stop;
}

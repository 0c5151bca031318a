/** Images on real engines: import, removal, and pulls from a registry on loopback, open and guarded. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { busyboxRootfs } from '../../cli/demo/image.ts';
import type { PullProgress } from '../../agent/runtime/runtime.ts';
import { pushImage, registryAccount } from '../../scripts/test-registry.ts';
import { eachEngine, never } from './bed.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

eachEngine('images', (bed) => {
  const { runtime } = bed;
  const { address, guarded } = inject('registry');
  const name = `suanlink/${bed.agent}`;
  const seen = new Set<string>();

  /** Pulls and remembers what to remove. */
  const pull = async (
    image: string,
    auth?: { username: string; password: string },
  ): Promise<PullProgress[]> => {
    seen.add(image);
    const progress: PullProgress[] = [];
    await runtime.pull(image, auth, (p) => progress.push(p), never);
    return progress;
  };

  beforeAll(async () => {
    await pushImage(address, name, '1', busyboxRootfs());
  });
  afterEach(async () => {
    for (const image of seen) await runtime.removeImage(image);
    seen.clear();
  });

  describe('pull', () => {
    it('brings an image that runs', async () => {
      const image = `${address}/${name}:1`;
      await expect(runtime.create(bed.spec(['true'], { image }))).rejects.toMatchObject({
        code: 'image_not_found',
      });
      const progress = await pull(image);
      expect(progress.length).toBeGreaterThan(0);
      expect(progress.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes)).toBe(true);
      const { taken, id } = await bed.run(bed.spec(['echo', 'pulled'], { image }));
      expect(taken.stdout.toString()).toBe('pulled\n');
      await runtime.remove(id);
    });

    it('by digest', async () => {
      const digest = await pushImage(address, name, '2', busyboxRootfs());
      const image = `${address}/${name}@${digest}`;
      await pull(image);
      const { exited, id } = await bed.run(bed.spec(['true'], { image }));
      expect(exited.exitCode).toBe(0);
      await runtime.remove(id);
    });

    it('does nothing when the image is here', async () => {
      await pull(`${address}/${name}:1`);
      expect(await pull(`${address}/${name}:1`)).toEqual([]);
    });

    it.each(['none:1', 'deep/er/none:latest'])('of %s: image_not_found', async (missing) => {
      await expect(pull(`${address}/${missing}`)).rejects.toMatchObject({ code: 'image_not_found' });
    });

    it('of a tag that is not there: image_not_found', async () => {
      await expect(pull(`${address}/${name}:none`)).rejects.toMatchObject({ code: 'image_not_found' });
    });

    it('without credentials: image_pull_denied', async () => {
      await expect(pull(`${guarded}/${name}:1`)).rejects.toMatchObject({ code: 'image_pull_denied' });
    });

    it('with wrong credentials: image_pull_denied, and the password is in no message', async () => {
      const auth = { username: 'tenant', password: 'wrong-secret' };
      const refused = await pull(`${guarded}/${name}:1`, auth).catch((caught: unknown) => caught);
      expect(refused).toMatchObject({ code: 'image_pull_denied' });
      expect(String(refused)).not.toContain('wrong-secret');
    });

    it('with the right credentials', async () => {
      await pull(`${guarded}/${name}:1`, registryAccount);
      const { exited, id } = await bed.run(bed.spec(['true'], { image: `${guarded}/${name}:1` }));
      expect(exited.exitCode).toBe(0);
      await runtime.remove(id);
    });

    it('from a registry that does not answer: image_pull_failed', async () => {
      await expect(pull('127.0.0.1:1/team/app:1')).rejects.toMatchObject({ code: 'image_pull_failed' });
    });

    it('of what is no name: image_not_found', async () => {
      await expect(runtime.pull('not a name', undefined, () => {}, never)).rejects.toMatchObject({
        code: 'image_not_found',
      });
    });

    it('ends with its signal', async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const abort = new AbortController();
      const pulling = runtime.pull(`127.0.0.1:${port}/a/b:1`, undefined, () => {}, abort.signal);
      setTimeout(() => abort.abort(new Error('enough')), 200);
      await expect(pulling).rejects.toThrow('enough');
      silent.closeAllConnections();
      silent.close();
    });
  });

  describe('import', () => {
    const image = 'suanlink.test/imported:1';

    it('makes an image from a tar that comes in pieces, again and again, and leaves none without a name', async () => {
      const before = await count();
      for (const extra of ['one', 'two']) {
        const rootfs = busyboxRootfs([{ path: 'which', kind: 'file', data: Buffer.from(extra) }]);
        await runtime.importImage(image, inChunks(rootfs, 100_000));
        const { taken, id } = await bed.run(bed.spec(['cat', '/which'], { image }));
        expect(taken.stdout.toString()).toBe(extra);
        await runtime.remove(id);
      }
      expect(await count()).toBe(before + 1);
      await runtime.removeImage(image);
      expect(await count()).toBe(before);
      await expect(runtime.create(bed.spec(['true'], { image }))).rejects.toMatchObject({
        code: 'image_not_found',
      });
    });

    it('of what is no tar is an error of the engine', async () => {
      const junk = inChunks(Buffer.alloc(200_000, 'not a tar'), 50_000);
      await expect(runtime.importImage('suanlink.test/junk:1', junk)).rejects.toMatchObject({
        code: 'engine_error',
      });
    });

    it('removing an image that is gone is fine; one in use is a conflict', async () => {
      await runtime.removeImage('suanlink.test/none:1');
      await runtime.importImage(image, inChunks(busyboxRootfs(), 2 ** 20));
      const id = await bed.launch(bed.spec(['sleep', '60'], { image }));
      await expect(runtime.removeImage(image)).rejects.toMatchObject({ code: 'conflict' });
      await runtime.remove(id);
      await runtime.removeImage(image);
    });

    const count = async (): Promise<number> =>
      (JSON.parse((await bed.raw('GET', '/v1.41/images/json')).body) as unknown[]).length;
  });
});

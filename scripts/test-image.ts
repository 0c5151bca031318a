/**
 * The image that the demo, tests and benches run: the machine's own static busybox with links for the commands they
 * use, built in memory, since no registry may be reachable.
 */
import { readFileSync } from 'node:fs';
import { engineRequest } from './engine-request.ts';
import type { EngineKind } from './engines.ts';
import { type TarEntry, tarOf } from './tar.ts';

const applets =
  'awk cat chmod date dd echo env false grep head hostname id kill ls mkdir mount nproc od printf ps pwd rm sed seq ' +
  'sh sha256sum sleep stat tail tee test touch tr true wc wget yes';

/** Root file system of the test image as a tar: /bin, /etc/passwd, /tmp and the usual mount points; about 2 MB. */
export function testRootfs(extra: readonly TarEntry[] = []): Uint8Array<ArrayBuffer> {
  const text = (path: string, content: string, mode = 0o644): TarEntry => ({
    path,
    kind: 'file',
    data: Buffer.from(content),
    mode,
  });
  return tarOf([
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys'].map((path): TarEntry => ({ path, kind: 'directory' })),
    { path: 'tmp', kind: 'directory', mode: 0o1777 },
    { path: 'bin/busybox', kind: 'file', data: readFileSync('/bin/busybox'), mode: 0o755 },
    ...applets.split(' ').map((name): TarEntry => ({ path: `bin/${name}`, kind: 'link', target: 'busybox' })),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'),
    text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    text('etc/not-executable', 'a file without the x bit\n'),
    ...extra,
  ]);
}

/** Imports the test image as `reference` (`name:tag`) straight through an engine's API. */
export async function importTestImage(
  engine: { kind: EngineKind; socketPath: string },
  reference: string,
): Promise<void> {
  const [name = '', tag = 'latest'] = reference.split(/:(?=[^/]*$)/);
  const path =
    engine.kind === 'docker'
      ? `/v1.41/images/create?fromSrc=-&repo=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`
      : `/v4.0.0/libpod/images/import?reference=${encodeURIComponent(`${name}:${tag}`)}`;
  const answer = await engineRequest(engine.socketPath, 'POST', path, testRootfs(), {
    'content-type': 'application/x-tar',
  });
  if (answer.status !== 200) throw new Error(`import of ${reference}: ${answer.status} ${answer.body}`);
}

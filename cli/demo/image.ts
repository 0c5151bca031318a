/**
 * A small image for the demo, tests and benches, built in memory from the machine's own static busybox: no registry may
 * be reachable. The only edge is reading busybox itself.
 */
import { readFileSync } from 'node:fs';
import { SuanlinkError } from '../../proto/codes.ts';
import { type TarEntry, tarOf } from '../tar.ts';

const applets =
  'awk cat chmod date dd echo env false grep head hostname id kill ls mkdir mount nproc od printf ps pwd rm sed seq ' +
  'sh sha256sum sleep stat tail tee test touch tr true wc wget yes';

function text(path: string, content: string): TarEntry {
  return { path, kind: 'file', data: Buffer.from(content), mode: 0o644 };
}

/** Root file system as a tar: /bin with busybox and links, /etc/passwd, /tmp, mount points; about 2 MB.
 * `container_create_failed` when there is no static busybox on this machine. */
export function busyboxRootfs(extra: readonly TarEntry[] = []): Uint8Array<ArrayBuffer> {
  let busybox: Uint8Array;
  try {
    busybox = readFileSync('/bin/busybox');
  } catch (cause) {
    throw new SuanlinkError(
      'container_create_failed',
      'there is no /bin/busybox to make the demo image from: apt-get install busybox-static',
      { cause },
    );
  }
  return tarOf([
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys'].map((path): TarEntry => ({ path, kind: 'directory' })),
    { path: 'tmp', kind: 'directory', mode: 0o1777 },
    { path: 'bin/busybox', kind: 'file', data: busybox, mode: 0o755 },
    ...applets.split(' ').map((name): TarEntry => ({ path: `bin/${name}`, kind: 'link', target: 'busybox' })),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'),
    text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    text('etc/not-executable', 'a file without the x bit\n'),
    ...extra,
  ]);
}

/** A TCP proxy that cuts its connections: for what clients do when the network fails. */
import { connect, createServer, type Socket } from 'node:net';

/** A running proxy. */
export interface FlakyProxy extends AsyncDisposable {
  port: number;
  /** Connections taken so far. */
  readonly taken: number;
  /** Cuts what is open; while `closed`, new connections are cut as well. */
  cut(closed?: boolean): void;
}

/** A proxy to a loopback port that cuts a connection once `afterBytes` have come back over it (0: never by itself). */
export async function flakyProxy(target: number, afterBytes: () => number): Promise<FlakyProxy> {
  const open = new Set<Socket>();
  let isClosed = false;
  let taken = 0;
  const server = createServer((near) => {
    taken += 1;
    if (isClosed) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const limit = afterBytes();
    let seen = 0;
    open.add(near);
    const end = (): void => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (limit > 0 && seen >= limit) {
        near.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => near.resetAndDestroy());
        far.destroy();
      } else if (!near.write(chunk)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get taken() {
      return taken;
    },
    cut(closed = false) {
      isClosed = closed;
      for (const socket of open) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

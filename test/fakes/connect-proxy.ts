/** An HTTP proxy that answers CONNECT, on loopback: it knows names that nobody else knows, and sees what a proxy sees. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** How it behaves. */
export interface ProxyOptions {
  /** `host:port` as clients ask for it → the loopback port that is there; any other gets 502. */
  routes: Readonly<Record<string, number>>;
  /** `USER:PASSWORD` that it wants; missing: it lets everybody in. */
  credentials?: string;
  /** Answers this to each CONNECT; 0: nothing at all. */
  always?: number;
}

/** A running one. */
export interface ConnectProxy extends AsyncDisposable {
  port: number;
  /** `http://127.0.0.1:PORT`, with credentials when it has some in mind. */
  url(credentials?: string): string;
  /** Targets that were asked for, in order. */
  asked: string[];
  /** All bytes that went through it, both ways. */
  seen(): string;
  /** Cuts every connection. */
  drop(): void;
}

/** Starts one. */
export async function connectProxy(options: ProxyOptions): Promise<ConnectProxy> {
  const asked: string[] = [];
  const seen: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(400).end());
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
  };
  server.on('connection', keep);
  server.on('connect', (request, near: Socket, head: Buffer) => {
    const target = request.url ?? '';
    asked.push(target);
    const refuse = (status: number): void => void near.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    if (options.always === 0) return;
    if (options.always !== undefined) return refuse(options.always);
    const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`;
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) return refuse(407);
    const port = options.routes[target];
    if (port === undefined) return refuse(502);
    const far = connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      near.pipe(far);
      far.pipe(near);
    });
    keep(far);
    for (const socket of [near, far]) {
      socket.on('data', (chunk: Buffer) => seen.push(chunk));
      socket.on('close', () => [near, far].forEach((each) => each.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const drop = (): void => open.forEach((socket) => socket.destroy());
  return {
    port,
    url: (credentials) => `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`,
    asked,
    seen: () => Buffer.concat(seen).toString('latin1'),
    drop,
    async [Symbol.asyncDispose]() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Beside the scheduler: a server that holds WebSockets of the same library and answers each message with one, nothing
 * else. Its clients send one every ten seconds, as a heartbeat would. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { LeanSocket } from '../load/socket.ts';

/** What the parent asks for. */
export type Order = { kind: 'serve' } | { kind: 'dial'; port: number; count: number; localAddress: string };

function serve(): void {
  const http = createServer();
  const server = new WebSocketServer({ server: http, clientTracking: false, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', () => socket.send('0123456789'));
  });
  http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
}

function dial({ port, count, localAddress }: Extract<Order, { kind: 'dial' }>): void {
  let open = 0;
  for (let n = 0; n < count; n += 1)
    setTimeout(() => {
      const socket: LeanSocket = new LeanSocket(
        port,
        {
          open: () => {
            open += 1;
            setTimeout(() => setInterval(() => socket.send(Buffer.alloc(30)), 10_000), (n * 10_000) / count);
            if (open === count) process.send?.({ port });
          },
          message: () => {},
          closed: () => {},
        },
        localAddress,
      );
    }, n / 2);
}

process.on('message', (order: Order) => (order.kind === 'serve' ? serve() : dial(order)));
process.on('disconnect', () => process.exit(0));

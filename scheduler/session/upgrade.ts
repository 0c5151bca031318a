/** From an HTTP upgrade request to an agent's WebSocket (edge). */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { maxFrameBytes } from '../../proto/frame.ts';

const subprotocol = 'suanlink.v1';

function refuseUpgrade(socket: Duplex, status: string, text: string): void {
  const head = [
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${text}`);
}

function asksForUs(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === subprotocol);
}

/** The bytes of a message as `ws` hands it over. */
export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Answers upgrade requests: those of our subprotocol become sockets, unless `isFull`. */
export function createUpgrade(
  isFull: () => boolean,
  accept: (socket: WebSocket) => void,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Twice the limit, so that a frame a little over it gets an answer with the reason.
    maxPayload: 2 * maxFrameBytes,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  return (request, socket, head) => {
    if (!asksForUs(request))
      refuseUpgrade(socket, '400 Bad Request', `this path speaks the subprotocol ${subprotocol}\n`);
    else if (isFull())
      refuseUpgrade(socket, '503 Service Unavailable', 'too many agents are connecting at once\n');
    else server.handleUpgrade(request, socket, head, accept);
  };
}

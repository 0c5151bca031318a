/** The transport over a WebSocket (edge). */
import { WebSocket } from 'ws';
import { maxFrameBytes } from '../../proto/frame.ts';
import type { Dial } from './transport.ts';

/** WebSocket subprotocol of `suanlink.v1`. */
const subprotocol = 'suanlink.v1';

/** A word for why a socket failed, from Node's error codes and TLS reasons. */
function classify(error: Error & { code?: string }): { code: string; message: string } {
  const tls = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME/i.test(`${error.code} ${error.message}`);
  if (tls) return { code: 'ca_mismatch', message: `TLS: ${error.message}` };
  return { code: 'unavailable', message: error.message || String(error.code) };
}

/** Dials `url` (`wss://…/v1/agent`), trusting `caPem` alone; '' for plain `ws://` on loopback. */
export function dialWebSocket(url: string, caPem: string): Dial {
  return (events) => {
    const socket = new WebSocket(url, subprotocol, {
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handshakeTimeout: 10_000,
      ...(caPem ? { ca: caPem, rejectUnauthorized: true } : {}),
    });
    let cause = { code: 'unavailable', message: 'the connection was closed' };
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) events.frame(data);
    });
    socket.on('error', (error: Error & { code?: string }) => {
      cause = classify(error);
    });
    socket.on('close', () => events.closed(cause));
    return {
      send(bytes) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(bytes);
        return true;
      },
      get queuedBytes() {
        return socket.bufferedAmount;
      },
      close() {
        if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
        else socket.close();
        setTimeout(() => socket.terminate(), 1000).unref();
      },
    };
  };
}

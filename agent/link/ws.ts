/** The transport over a WebSocket (edge). */
import { WebSocket } from 'ws';
import { SuanlinkError } from '../../proto/codes.ts';
import { maxFrameBytes } from '../../proto/frame.ts';
import type { Proxy } from '../../proto/proxy.ts';
import { TunnelAgent } from '../../proto/tunnel.ts';
import type { Dial } from './transport.ts';

/** WebSocket subprotocol of `suanlink.v1`. */
const subprotocol = 'suanlink.v1';

/** A word for why a socket failed, from Node's error codes and TLS reasons; a proxy has said it itself. */
function classify(error: Error & { code?: string }): { code: string; message: string } {
  if (error instanceof SuanlinkError) return { code: error.code, message: error.message };
  const tls = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME/i.test(`${error.code} ${error.message}`);
  if (tls) return { code: 'ca_mismatch', message: `TLS: ${error.message}` };
  return { code: 'unavailable', message: error.message || String(error.code) };
}

/** Dials `url` (`wss://…/v1/agent`), trusting `caPem` alone; '' for plain `ws://` on loopback. Through `proxy`, if any. */
export function dialWebSocket(url: string, caPem: string, proxy?: Proxy): Dial {
  const trust = caPem ? { ca: caPem, rejectUnauthorized: true } : {};
  return (events) => {
    const socket = new WebSocket(url, subprotocol, {
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handshakeTimeout: 10_000,
      ...trust,
      ...(proxy && { agent: new TunnelAgent(proxy, trust) }),
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

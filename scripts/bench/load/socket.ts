/**
 * A WebSocket client that costs next to nothing, for benches that must share their machine with thousands of model
 * agents: a plain TCP socket, whole frames only. What it sends is masked with zeroes, as the protocol lets a client
 * choose; the server reads it like any other.
 */
import { connect, type Socket } from 'node:net';

/** What happens on a connection. */
export interface LeanEvents {
  open(): void;
  /** One binary message; its bytes are valid until it returns. */
  message(bytes: Buffer): void;
  closed(): void;
}

const key = 'c3VhbmxpbmsgYmVuY2ggIA==';

/** The header of a binary message of `length` bytes from a client. */
function head(length: number): Buffer {
  if (length < 126) return Buffer.from([0x82, 0x80 | length, 0, 0, 0, 0]);
  if (length > 0xffff) throw new Error('this client sends no frames over 64 KiB');
  return Buffer.from([0x82, 0x80 | 126, length >> 8, length & 255, 0, 0, 0, 0]);
}

/** One connection to `ws://127.0.0.1:port/v1/agent`. */
export class LeanSocket {
  readonly #socket: Socket;
  readonly #events: LeanEvents;
  #isOpen = false;
  #rest: Buffer | undefined;
  #out: Uint8Array[] = [];
  #isReading = false;

  /** `localAddress`: one of the loopback's, since each has only some 28,000 ports to connect from. */
  constructor(port: number, events: LeanEvents, localAddress = '127.0.0.1') {
    this.#events = events;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, localAddress });
    this.#socket.once('connect', () =>
      this.#socket.write(
        `GET /v1/agent HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: suanlink.v1\r\n\r\n`,
      ),
    );
    this.#socket.on('data', (chunk) => this.#read(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.once('close', () => events.closed());
  }

  /** Bytes that the kernel has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Sends a message; what is sent while a message is being handled goes out together. */
  send(bytes: Uint8Array): void {
    this.#out.push(head(bytes.length), bytes);
    if (!this.#isReading) this.#flush();
  }

  close(): void {
    this.#socket.destroy();
  }

  #flush(): void {
    const out = this.#out;
    if (out.length === 0) return;
    this.#out = [];
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(out));
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    this.#isReading = true;
    if (!this.#isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) {
        this.#rest = bytes;
        this.#isReading = false;
        return;
      }
      if (!bytes.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) return this.close();
      this.#isOpen = true;
      this.#events.open();
      bytes = bytes.subarray(end + 4);
    }
    const left = this.#messages(bytes);
    if (left.length > 0) this.#rest = Buffer.from(left);
    this.#isReading = false;
    this.#flush();
  }

  /** Hands on the whole messages of `bytes`; gives what is left. */
  #messages(bytes: Buffer): Buffer {
    let at = 0;
    while (bytes.length - at >= 2) {
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
      const from = at + 2 + extra;
      if (bytes.length < from) break;
      const length =
        extra === 0
          ? short
          : extra === 2
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      if (bytes.length < from + length) break;
      const opcode = (bytes[at] ?? 0) & 0x0f;
      at = from + length;
      if (opcode === 2) this.#events.message(bytes.subarray(from, at));
      else if (opcode === 8) this.#socket.end();
    }
    return bytes.subarray(at);
  }
}

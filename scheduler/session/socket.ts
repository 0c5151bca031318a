/** One agent's connection as the sessions see it: the part of a `ws` WebSocket that they use, so that a connection in
 * memory can stand in for one. */
import type { RawData } from 'ws';

/** A connection. After `close` or `terminate` the event `close` comes once, last. */
export interface AgentSocket {
  /** Bytes sent and not yet taken by the peer's machine. */
  readonly bufferedAmount: number;
  send(frame: Uint8Array): void;
  /** Says goodbye with a WebSocket close code. */
  close(code: number): void;
  /** Cuts the connection without a word. */
  terminate(): void;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  on(event: 'message', heard: (data: RawData, isBinary: boolean) => void): unknown;
  on(event: 'close', closed: () => void): unknown;
  on(event: 'error', failed: (error: Error) => void): unknown;
}

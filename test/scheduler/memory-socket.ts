/** A connection to the scheduler without a network. */
import { decodeFrame } from '../../proto/frame.ts';
import type { Frame } from '../../proto/messages.ts';
import type { AgentSocket } from '../../scheduler/session/socket.ts';

/** A connection in memory, seen from the scheduler. */
export class MemorySocket implements AgentSocket {
  readonly bufferedAmount = 0;
  /** Frames that the scheduler sends. */
  toAgent: (frame: Frame) => void = () => {};
  /** The scheduler has cut it. */
  cut: () => void = () => {};
  #message: (data: Buffer, isBinary: boolean) => void = () => {};
  #closed: () => void = () => {};

  send(frame: Uint8Array): void {
    this.toAgent(decodeFrame(frame));
  }

  close(): void {
    this.#closed();
  }

  terminate(): void {
    this.cut();
    this.#closed();
  }

  pause(): void {}

  resume(): void {}

  on(event: 'message' | 'close' | 'error', heard: never): void {
    if (event === 'message') this.#message = heard;
    if (event === 'close') this.#closed = heard;
  }

  /** A frame of the agent. */
  say(bytes: Uint8Array): void {
    this.#message(Buffer.from(bytes), true);
  }
}

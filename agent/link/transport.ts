/** A connection that carries frames: what the link's driver needs, whether a WebSocket or an in-memory twin. */

/** Where a transport reports to; `closed` is called exactly once, last. */
export interface TransportEvents {
  frame(bytes: Uint8Array): void;
  closed(cause: { code: string; message: string }): void;
}

/** One connection. */
export interface Transport {
  /** Queues one frame; false when the connection is closed. */
  send(bytes: Uint8Array): boolean;
  /** Bytes queued here and not yet handed to the network. */
  readonly queuedBytes: number;
  close(): void;
}

/** Opens a connection; it may still fail, which `closed` reports. */
export type Dial = (events: TransportEvents) => Transport;

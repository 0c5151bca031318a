/** What the view asks of the world; `run.tsx` does it. Types only. */

/** One thing to do. */
export type Effect =
  | { kind: 'drain'; reason: string; deadlineMs?: number }
  | { kind: 'undrain' }
  | { kind: 'reconnect' }
  | { kind: 'cancel'; lease: string; reason: string }
  | { kind: 'shell'; lease: string }
  | { kind: 'copy'; text: string }
  | { kind: 'retry' }
  | { kind: 'quit' };

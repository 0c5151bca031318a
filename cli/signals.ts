/** Ctrl-C and its relatives for a command that must clean up: the first asks, the second leaves at once. */
import { constants } from 'node:os';

const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Caught = (typeof caught)[number];

/** The signals that came while a command ran. */
export interface Signals {
  /** The first that came. */
  readonly first: Caught | undefined;
  /** 128 + the first signal's number; 130 for Ctrl-C. */
  readonly exitCode: number;
  /** Aborted by the second. */
  readonly aborted: AbortSignal;
  /** Calls `run` at the first signal, or now when it has come already. */
  onFirst(run: (signal: Caught) => void): void;
  /** Back to the default: the next signal ends the process. */
  stop(): void;
}

/** Listens from now on. */
export function onSignals(): Signals {
  const second = new AbortController();
  let first: Caught | undefined;
  let told: ((signal: Caught) => void) | undefined;
  const hear = (signal: Caught): void => {
    if (first !== undefined) {
      second.abort();
      return;
    }
    first = signal;
    told?.(signal);
  };
  for (const signal of caught) process.on(signal, hear);
  return {
    get first() {
      return first;
    },
    get exitCode() {
      return 128 + constants.signals[first ?? 'SIGINT'];
    },
    aborted: second.signal,
    onFirst(run) {
      told = run;
      if (first !== undefined) run(first);
    },
    stop() {
      for (const signal of caught) process.off(signal, hear);
    },
  };
}

/**
 * Every error that crosses a boundary of suanlink has one of these codes: on the wire, in the HTTP API, in exit
 * codes, in logs. The table is closed; adding a code is a protocol change (docs/checklists/message.md).
 *
 * An error's message says what *we* were doing and what to do next; its `cause` says what went wrong below.
 */

/** One row: what it means, whether the same request may succeed later, and its HTTP status. */
interface CodeFacts {
  readonly meaning: string;
  readonly retryable: boolean;
  readonly http: number;
}

/** The closed table. Sorted by who has to act. */
export const codes = {
  invalid_argument: {
    meaning: 'a field of the request is missing, of the wrong type or out of range',
    retryable: false,
    http: 400,
  },
  config_invalid: { meaning: 'a configuration file cannot be used as it is', retryable: false, http: 400 },
  unauthenticated: {
    meaning: 'no token, or one that is unknown, expired or revoked',
    retryable: false,
    http: 401,
  },
  permission_denied: {
    meaning: 'the token is good but its role or organisation may not do this',
    retryable: false,
    http: 403,
  },
  not_found: { meaning: 'no such thing, or none that this token may see', retryable: false, http: 404 },
  conflict: {
    meaning: 'the thing exists in another form (an idempotency key used with another request)',
    retryable: false,
    http: 409,
  },
  too_large: { meaning: 'a frame, body or list is over its limit', retryable: false, http: 413 },
  resource_exhausted: {
    meaning: 'a limit or quota is reached; later it may not be',
    retryable: true,
    http: 429,
  },
  unavailable: {
    meaning: 'the peer cannot be reached or is starting, stopping or overloaded',
    retryable: true,
    http: 503,
  },
  deadline_exceeded: { meaning: 'the answer did not come in time', retryable: true, http: 504 },
  internal: { meaning: 'a defect of suanlink; the log has the cause', retryable: false, http: 500 },

  ca_mismatch: {
    meaning: "the scheduler's certificate authority is not the one whose hash the token carries",
    retryable: false,
    http: 403,
  },
  join_token_used: { meaning: 'this join token has already enrolled a node', retryable: false, http: 403 },
  join_token_expired: { meaning: 'this join token is past its expiry', retryable: false, http: 403 },
  bad_signature: {
    meaning: 'the signature does not prove possession of the key of this identity',
    retryable: false,
    http: 403,
  },
  session_superseded: {
    meaning: 'a newer session of the same node has taken over',
    retryable: false,
    http: 409,
  },
  protocol_error: {
    meaning: 'a frame that this side cannot read or that does not belong here',
    retryable: false,
    http: 400,
  },

  stale_epoch: {
    meaning: 'the message belongs to an earlier grant of this lease',
    retryable: false,
    http: 409,
  },
  stale_inventory: {
    meaning: 'the lease was granted against another inventory generation',
    retryable: true,
    http: 409,
  },
  no_capacity: { meaning: 'the node has not got these resources free', retryable: true, http: 409 },
  device_unavailable: {
    meaning: 'a leased accelerator cannot be given to a container on its node',
    retryable: true,
    http: 409,
  },
  owner_policy: {
    meaning: "the node's owner does not lend it so: to this organisation, now, for so long or so many cards",
    retryable: true,
    http: 409,
  },
  draining: { meaning: 'the node takes no new leases', retryable: true, http: 409 },

  image_not_found: { meaning: 'no such image here or at its registry', retryable: false, http: 404 },
  image_pull_denied: { meaning: 'the registry refused the pull', retryable: false, http: 403 },
  image_pull_failed: { meaning: 'the pull did not finish', retryable: true, http: 502 },
  command_not_found: { meaning: 'the image has no such command', retryable: false, http: 400 },
  command_not_executable: {
    meaning: 'the command is there but cannot be executed',
    retryable: false,
    http: 400,
  },
  container_create_failed: {
    meaning: 'the engine refused to create the container',
    retryable: false,
    http: 500,
  },
  container_start_failed: {
    meaning: 'the engine could not start the container',
    retryable: false,
    http: 500,
  },
  engine_unavailable: {
    meaning: 'the container engine does not answer on its socket',
    retryable: true,
    http: 503,
  },
  engine_error: {
    meaning: 'the container engine answered with an error of its own',
    retryable: true,
    http: 502,
  },

  state_locked: { meaning: 'another process holds this state directory', retryable: false, http: 409 },
  storage_failed: {
    meaning: 'state cannot be written; nothing was acknowledged',
    retryable: true,
    http: 500,
  },
} as const satisfies Record<string, CodeFacts>;

/** A word of the closed table. */
export type Code = keyof typeof codes;

/** True when `word` is a code of this release; unknown words from a newer peer become `internal`. */
export function isCode(word: string): word is Code {
  return Object.hasOwn(codes, word);
}

/** The one error class. `details` holds small facts for programs; never secrets. */
export class SuanlinkError extends Error {
  override readonly name = 'SuanlinkError';
  readonly code: Code;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: Code,
    message: string,
    options: { cause?: unknown; details?: Record<string, string | number | boolean> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return codes[this.code].retryable;
  }

  /** Anything caught at an edge, as our error: ours unchanged, all else wrapped with `code` and its cause kept. */
  static from(caught: unknown, code: Code = 'internal', doing = 'unexpected failure'): SuanlinkError {
    if (caught instanceof SuanlinkError) return caught;
    const below = caught instanceof Error ? caught.message : String(caught);
    return new SuanlinkError(code, `${doing}: ${below}`, { cause: caught });
  }
}

/** Marks a `switch` as complete: a new member of the union does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new SuanlinkError('internal', `unhandled case ${JSON.stringify(value)}`);
}

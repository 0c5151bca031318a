/**
 * Runs `session.ts` over a transport and a clock (edge of the link stage), and carries messages both ways.
 *
 * Best-effort messages go out at once or not at all. State-bearing ones wait in the journal's outbox: `pump` sends them
 * in order, from the scheduler's `received_seq` on, with at most `windowBytes` unacknowledged, so that a big log never
 * stands between a renewal and the wire for longer than that window takes. Frames heard are decoded here; one that
 * cannot be read ends the connection with the reason in the log, never the agent.
 */
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import { capability } from '../../proto/capability.ts';
import { decodeFrame, encodeFrame } from '../../proto/frame.ts';
import type { NodeId } from '../../proto/ids.ts';
import type { Challenge, Message, Welcome } from '../../proto/messages.ts';
import { helloBytes } from '../../proto/signing.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { NodeKey } from './identity.ts';
import { deadline, initial, type LinkAction, type LinkEvent, type LinkState, step } from './session.ts';
import type { Dial, Transport } from './transport.ts';

/** Unacknowledged bytes in flight, at most. */
const windowBytes = 1024 * 1024;
/** A message that is not confirmed for so long has been lost, or the scheduler is stuck: a new session sends it again. */
const confirmMs = 30_000;

/** What the link needs from the rest of the agent; handed over by `system.ts`. */
export interface LinkPorts {
  /** Frames after `seq` from the outbox. */
  outbox(afterSeq: number, limit: number): Promise<{ seq: number; frame: Uint8Array }[]>;
  /** A session stands: say what is held and offered. */
  ready(welcome: Welcome): void;
  /** A message of the scheduler. */
  message(message: Message): void;
  /** Everything up to `seq` is durable at the scheduler. */
  acknowledged(seq: number): void;
  /** The state has changed. */
  changed(state: LinkState): void;
}

/** Who we are at the scheduler. */
export interface LinkIdentity {
  nodeId: NodeId;
  nodeName: string;
  key: NodeKey;
  bootId: string;
  agentVersion: string;
}

/** The link's driver; see the head of this file. */
export class Link {
  readonly #dial: Dial;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Log;
  readonly #identity: LinkIdentity;
  readonly #ports: LinkPorts;
  #state: LinkState;
  #transport: Transport | undefined;
  #cancelTimer: () => void = () => {};
  #sentSeq = 0;
  #inFlight: { seq: number; bytes: number; at: number }[] = [];
  #cancelConfirm: () => void = () => {};
  #inFlightBytes = 0;
  #pumping = false;
  #pumpAgain = false;

  constructor(parts: {
    dial: Dial;
    clock: Clock;
    random: () => number;
    log: Log;
    identity: LinkIdentity;
    ports: LinkPorts;
  }) {
    this.#dial = parts.dial;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#log = parts.log;
    this.#identity = parts.identity;
    this.#ports = parts.ports;
    this.#state = initial(parts.clock.now());
  }

  /** Where the link is. */
  get state(): LinkState {
    return this.#state;
  }

  /** Starts dialling. */
  start(): void {
    this.#feed({ kind: 'due' });
  }

  /** Drops the connection, if any, and dials now. */
  reconnect(): void {
    this.#feed({ kind: 'reconnect' });
  }

  /** Hangs up for good. */
  stop(): void {
    this.#feed({ kind: 'stop' });
  }

  /** Sends a best-effort message now; false when there is no session. */
  send(message: Message): boolean {
    if (this.#state.state !== 'ready' || !this.#transport) return false;
    return this.#transport.send(encodeFrame({ seq: 0, ack: 0, message }));
  }

  /** Sends what is in the outbox as far as the window goes. */
  pump(): void {
    this.#pumpAgain = true;
    if (this.#pumping) return;
    // What could not be read now is asked for again at the next occasion; renewals go on meanwhile.
    this.#pumpAll().catch((error: unknown) =>
      this.#log.error('outbox_not_read', { error: SuanlinkError.from(error) }),
    );
  }

  async #pumpAll(): Promise<void> {
    this.#pumping = true;
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        while (this.#state.state === 'ready' && this.#inFlightBytes < windowBytes) {
          const transport = this.#transport;
          const rows = await this.#ports.outbox(this.#sentSeq, 32);
          if (!transport || rows.length === 0 || !this.#transmit(transport, rows)) break;
        }
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** False when another session has begun meanwhile, or this one is over. */
  #transmit(transport: Transport, rows: readonly { seq: number; frame: Uint8Array }[]): boolean {
    if (this.#transport !== transport || this.#state.state !== 'ready') return false;
    for (const { seq, frame } of rows) {
      if (seq <= this.#sentSeq) continue;
      if (!transport.send(frame)) return false;
      this.#sentSeq = seq;
      this.#inFlight.push({ seq, bytes: frame.length, at: this.#clock.now() });
      this.#inFlightBytes += frame.length;
    }
    this.#awaitConfirmation();
    return true;
  }

  /** Sees to it that what is in flight is confirmed, or sent again. */
  #awaitConfirmation(): void {
    this.#cancelConfirm();
    const [oldest] = this.#inFlight;
    if (!oldest || this.#state.state !== 'ready') return;
    this.#cancelConfirm = this.#clock.at(oldest.at + confirmMs, () => {
      const message = `message ${oldest.seq} was not confirmed for ${confirmMs / 1000} s`;
      if (this.#inFlight[0] === oldest && this.#state.state === 'ready')
        this.#feed({ kind: 'lost', cause: { code: 'deadline_exceeded', message } });
    });
  }

  #feed(event: LinkEvent): void {
    const before = this.#state;
    const { next, actions } = step(before, event, this.#clock.now(), this.#random());
    this.#state = next;
    this.#cancelTimer();
    const due = deadline(next);
    if (due !== Number.POSITIVE_INFINITY)
      this.#cancelTimer = this.#clock.at(due, () => this.#feed({ kind: 'due' }));
    for (const action of actions) this.#act(action);
    if (next.state !== before.state) {
      const cause = 'cause' in next ? next.cause : {};
      this.#log.info('link', { state: next.state, ...cause });
      this.#ports.changed(next);
    }
  }

  #act(action: LinkAction): void {
    switch (action.kind) {
      case 'dial':
        this.#open();
        return;
      case 'greet':
        this.#greet(action.challenge);
        return;
      case 'ready':
        this.#resume(action.welcome);
        return;
      case 'hang_up': {
        const old = this.#transport;
        this.#transport = undefined;
        this.#cancelConfirm();
        old?.close();
        return;
      }
      default:
        assertNever(action);
    }
  }

  #open(): void {
    const transport: Transport = this.#dial({
      frame: (bytes) => {
        if (this.#transport === transport) this.#heard(bytes);
      },
      closed: (cause) => {
        if (this.#transport !== transport) return;
        this.#transport = undefined;
        this.#feed({ kind: 'lost', cause });
      },
    });
    this.#transport = transport;
  }

  #greet(challenge: Challenge): void {
    const { nodeId, nodeName, key, bootId, agentVersion } = this.#identity;
    const signature = key.sign(helloBytes(challenge.nonce, challenge.schedulerId, nodeId));
    const hello: Message = {
      kind: 'hello',
      value: { nodeId, signature, capability, agentVersion, bootId, nodeName },
    };
    this.#transport?.send(encodeFrame({ seq: 0, ack: 0, message: hello }));
  }

  #resume(welcome: Welcome): void {
    this.#sentSeq = welcome.receivedSeq;
    this.#inFlight = [];
    this.#inFlightBytes = 0;
    this.#cancelConfirm();
    this.#ports.acknowledged(welcome.receivedSeq);
    this.#ports.ready(welcome);
    this.pump();
  }

  #heard(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      this.#feed({ kind: 'heard' });
      if (frame.ack > 0) this.#acked(frame.ack);
      if (frame.message) this.#receive(frame.message);
    } catch (caught) {
      const error = SuanlinkError.from(caught, 'protocol_error', 'reading a frame');
      this.#log.warn('frame_refused', { error });
      this.#transport?.close();
    }
  }

  #receive(message: Message): void {
    if (message.kind === 'challenge') this.#feed({ kind: 'challenge', challenge: message.value });
    else if (message.kind === 'welcome') this.#feed({ kind: 'welcome', welcome: message.value });
    else if (message.kind === 'refuse') this.#feed({ kind: 'refused', refuse: message.value });
    else if (this.#state.state === 'ready') this.#ports.message(message);
  }

  #acked(seq: number): void {
    while (this.#inFlight[0] && this.#inFlight[0].seq <= seq)
      this.#inFlightBytes -= this.#inFlight.shift()?.bytes ?? 0;
    this.#awaitConfirmation();
    this.#ports.acknowledged(seq);
    this.pump();
  }
}

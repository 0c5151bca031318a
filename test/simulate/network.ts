/**
 * The network between agents and the scheduler in virtual time: connections that carry frames in order with a delay, and
 * everything that goes wrong with them. Frames inside a connection are lost, doubled and swapped too, which TCP would
 * not do, but a proxy that loses its mind might; the protocol must stand it.
 */
import type { RawData } from 'ws';
import type { Dial, Transport, TransportEvents } from '../../agent/link/transport.ts';
import { decodeFrame } from '../../proto/frame.ts';
import type { Message } from '../../proto/messages.ts';
import type { AgentSocket } from '../../scheduler/session/socket.ts';
import type { Chance } from './chance.ts';
import type { Story } from './story.ts';
import type { Life, SimTime } from './time.ts';

/** What goes wrong between one node and the scheduler. Chances are per frame. */
export interface Weather {
  drop: number;
  double: number;
  swap: number;
  /** Median delay in ms. */
  delayMs: number;
  /** Frames in that direction stand still until then (true ms). */
  upUntil: number;
  downUntil: number;
}

/** Nothing goes wrong. */
export function fairWeather(): Weather {
  return { drop: 0, double: 0, swap: 0, delayMs: 2, upUntil: 0, downUntil: 0 };
}

/** Where agents connect to: the scheduler that runs, if one does. */
export interface Listener {
  life: Life;
  accept(socket: AgentSocket): void;
}

/** Hears every message that the scheduler sends. */
export type Overheard = (message: Message) => void;

/** Sees every frame when it leaves. */
export type Tap = (to: 'agent' | 'server', bytes: Uint8Array) => void;

interface End {
  life: Life;
  receive: (bytes: Uint8Array) => void;
  closed: (why: string) => void;
  isClosed: boolean;
  lastAt: number;
}

/** One connection. */
export class Connection {
  readonly agent: End;
  server: End | undefined;
  isCut = false;
  readonly #net: Network;
  readonly #weather: Weather;
  readonly #name: string;

  constructor(net: Network, name: string, weather: Weather, life: Life, events: TransportEvents) {
    this.#net = net;
    this.#name = name;
    this.#weather = weather;
    this.agent = {
      life,
      receive: (bytes) => events.frame(bytes),
      closed: (why) => events.closed({ code: 'unavailable', message: why }),
      isClosed: false,
      lastAt: 0,
    };
  }

  /** Sends a frame from one end to the other. */
  send(to: 'agent' | 'server', bytes: Uint8Array): void {
    const end = to === 'agent' ? this.agent : this.server;
    if (!end || this.isCut) return;
    this.#net.tap?.(to, bytes);
    const { time, chance, story } = this.#net;
    const weather = this.#weather;
    if (chance.is(weather.drop)) return story.fault('frame_lost', this.#name, this.#frame(bytes));
    const still = to === 'agent' ? weather.downUntil : weather.upUntil;
    const at = Math.max(time.now, still) + chance.delay(weather.delayMs, 20_000);
    const isSwapped = chance.is(weather.swap);
    if (isSwapped) story.fault('frame_swapped', this.#name, this.#frame(bytes));
    // In order, but for those that are overtaken.
    const due = isSwapped ? at + 20 : Math.max(at, end.lastAt);
    if (!isSwapped) end.lastAt = due;
    const deliver = (): void => {
      if (!this.isCut && !end.isClosed) end.receive(bytes);
    };
    time.at(due, end.life, deliver);
    this.#net.left(to, this.#name, bytes);
    if (chance.is(weather.double)) {
      story.fault('frame_doubled', this.#name, this.#frame(bytes));
      time.at(due + chance.whole(0, 50), end.life, deliver);
    }
  }

  /** Closes it: what is on the way is lost, and each end hears of it, or does not. */
  cut(why: string, heard: { agent: boolean; server: boolean } = { agent: true, server: true }): void {
    if (this.isCut) return;
    this.isCut = true;
    for (const [end, hears] of [
      [this.agent, heard.agent],
      [this.server, heard.server],
    ] as const)
      if (end && hears) this.#close(end, why);
    this.#net.forget(this);
  }

  /** One end says goodbye: what it sent before still arrives. */
  finish(by: 'agent' | 'server', why: string): void {
    if (this.isCut) return;
    const [own, other] = by === 'agent' ? [this.agent, this.server] : [this.server, this.agent];
    if (own) own.isClosed = true;
    if (!other) return this.cut(why);
    this.#net.time.at(other.lastAt + 1, undefined, () =>
      this.cut(why, { agent: by === 'server', server: by === 'agent' }),
    );
  }

  #close(end: End, why: string): void {
    const { time, chance } = this.#net;
    time.after(chance.delay(3, 100), end.life, () => {
      if (end.isClosed) return;
      end.isClosed = true;
      end.closed(why);
    });
  }

  #frame(bytes: Uint8Array): string {
    return decodeFrame(bytes).message?.kind ?? 'ack';
  }
}

/** All connections. */
export class Network {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly story: Story;
  listener: Listener | undefined;
  tap: Tap | undefined;
  /** By node: what is to be done once, right after its next renewal has left. */
  readonly afterRenewal = new Map<string, () => void>();
  readonly #connections = new Map<Connection, string>();
  readonly #overheard: Overheard;

  constructor(time: SimTime, chance: Chance, story: Story, overheard: Overheard) {
    this.time = time;
    this.chance = chance;
    this.story = story;
    this.#overheard = overheard;
  }

  /** How the process `life` on the node `name` dials. */
  dial(name: string, life: Life, weather: Weather): Dial {
    return (events): Transport => {
      const connection = new Connection(this, name, weather, life, events);
      this.#connections.set(connection, name);
      const arrive = Math.max(0, weather.upUntil - this.time.now) + this.chance.delay(5, 200);
      this.time.after(arrive, undefined, () => this.#arrive(connection));
      return {
        send: (bytes) => {
          if (connection.agent.isClosed) return false;
          connection.send('server', bytes);
          return true;
        },
        queuedBytes: 0,
        close: () => connection.finish('agent', 'the agent hung up'),
      };
    };
  }

  /** Connections of a node. */
  of(name: string): Connection[] {
    return [...this.#connections].filter(([, of]) => of === name).map(([connection]) => connection);
  }

  /** Every connection. */
  all(): Connection[] {
    return [...this.#connections.keys()];
  }

  /** A frame has left. */
  left(to: 'agent' | 'server', name: string, bytes: Uint8Array): void {
    const run = to === 'server' ? this.afterRenewal.get(name) : undefined;
    if (!run || decodeFrame(bytes).message?.kind !== 'renew') return;
    this.afterRenewal.delete(name);
    run();
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  #arrive(connection: Connection): void {
    if (connection.isCut || !connection.agent.life.alive) return connection.cut('gone');
    const { listener } = this;
    if (!listener?.life.alive) return connection.cut('connection refused');
    const handlers: {
      message?: (data: RawData, isBinary: boolean) => void;
      close?: () => void;
    } = {};
    connection.server = {
      life: listener.life,
      receive: (bytes) => handlers.message?.(Buffer.from(bytes), true),
      closed: () => handlers.close?.(),
      isClosed: false,
      lastAt: 0,
    };
    const socket: AgentSocket = {
      bufferedAmount: 0,
      send: (frame) => {
        const { message } = decodeFrame(frame);
        if (message) this.#overheard(message);
        connection.send('agent', frame);
      },
      close: () => connection.finish('server', 'the scheduler hung up'),
      terminate: () => connection.cut('the scheduler cut the connection', { agent: true, server: true }),
      pause: () => {},
      resume: () => {},
      on: (event: string, handler: never) => Object.assign(handlers, { [event]: handler }),
    };
    this.time.after(0, listener.life, () => listener.accept(socket));
  }
}

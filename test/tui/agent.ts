/** An agent that says what a test tells it to: the agent's own control socket over scripted status documents. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalPort, type LocalServer, serveLocal } from '../../agent/local/server.ts';
import type { LogLine, NodeEvent, RecentDocument, StatusLease, StatusSnapshot } from '../../proto/status.ts';

/** A stand-in for the agent. */
export interface ScriptedAgent {
  socket: string;
  /** What was asked of it, in order. */
  asked: string[];
  /** What leases have written. */
  log: LogLine[];
  /** Something has happened: told with the next status. */
  happened(event: Omit<NodeEvent, 'seq'>): void;
  /** A lease has ended lately. */
  ended(lease: StatusLease): void;
  /** Says something else from now on, and tells those who watch. */
  say(status: StatusSnapshot): void;
  /** Hangs up and listens no more. */
  stop(): Promise<void>;
  /** Listens again. */
  start(): Promise<void>;
  /** Stops, and removes what it has made. */
  remove(): Promise<void>;
}

/** Starts one that says `first`. */
export async function scriptedAgent(first: StatusSnapshot): Promise<ScriptedAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'suanlink-top-'));
  const socket = join(folder, 'agent.sock');
  const asked: string[] = [];
  let status = first;
  const recent: RecentDocument = { schema: 'suanlink.recent/v1', seq: 0, events: [], ended: [] };
  const withSeq = (): StatusSnapshot => ({ ...status, agent: { ...status.agent, recent_seq: recent.seq } });
  let server: LocalServer | undefined;
  const port: LocalPort = {
    status: withSeq,
    drain: async (reason, deadlineMs) => {
      asked.push(`drain ${reason} ${deadlineMs ?? 'never'}`);
    },
    undrain: async () => void asked.push('undrain'),
    reconnect: () => void asked.push('reconnect'),
    recent: () => recent,
    log(id, after) {
      const lines = agent.log.filter(({ number }) => number > after);
      return { schema: 'suanlink.log/v1', lease_id: id, lines };
    },
    end: (id, reason) => void asked.push(`end ${id} ${reason}`),
  };
  const agent: ScriptedAgent = {
    socket,
    asked,
    log: [],
    happened(event) {
      recent.seq += 1;
      recent.events.push({ seq: recent.seq, ...event });
      server?.changed();
    },
    ended(lease) {
      recent.seq += 1;
      recent.ended.push(lease);
      server?.changed();
    },
    say(next) {
      status = next;
      server?.changed();
    },
    async stop() {
      await server?.close();
      server = undefined;
    },
    async start() {
      server = await serveLocal(socket, port);
    },
    async remove() {
      await agent.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await agent.start();
  return agent;
}

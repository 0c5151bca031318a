/** What a planted fault is, and the hands that plant them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Round } from '../../cli/doctor/main.ts';
import type { ConnectProxy } from '../fakes/connect-proxy.ts';
import { type Bed, type EngineAnswers, goodEngine } from './bed.ts';

/** What is outside of the machine that is looked at. */
export interface World {
  /** A scheduler that is well, and its authority. */
  url: string;
  caHash: string;
  caPem: string;
  /** Has the scheduler's certificate, and is an hour behind; answers as a scheduler, but takes no WebSocket. */
  proxyUrl: string;
  /** Takes connections and speaks no TLS. */
  muteUrl: string;
  /** An HTTP proxy that wants `node:hush` and knows the scheduler as pool.example:7443. */
  tunnel: ConnectProxy;
  /** Of another scheduler. */
  foreignCa: string;
}

/** Something broken, and what the doctor has to say of it. */
export interface Fault {
  name: string;
  plant(bed: Bed, world: World): void | Promise<void>;
  check: string;
  level: 'warn' | 'fail';
  finding: string;
  /** The next step, in part. */
  next: RegExp;
  round?: Partial<Round>;
}

/** The agent's state on a bed. */
export const state = '/var/lib/suanlink/agent';

/** Makes character devices below the bed's /dev. */
export function mknod(bed: Bed, ...names: string[]): void {
  mkdirSync(join(bed.root, 'dev'), { recursive: true });
  for (const name of names) execFileSync('mknod', [join(bed.root, 'dev', name), 'c', '1', '3']);
}

/** The nodes of one NVIDIA card. */
export function nodes(bed: Bed): void {
  mknod(bed, 'nvidia0', 'nvidiactl', 'nvidia-uvm');
}

/** Puts a program of the system onto the bed. */
export function program(bed: Bed, name: string, script: string, mode = 0o755): void {
  bed.write(`/usr/bin/${name}`, `#!/bin/sh\n${script}\n`, mode);
}

/** Enrols the node with the scheduler at `url`. */
export function enrolled(bed: Bed, url: string, caPem: string): void {
  const enrolment = { node_id: `node-${'a'.repeat(20)}`, org: 'acme', scheduler_url: url, ca_pem: caPem };
  bed.write(`${state}/enrolment.json`, JSON.stringify(enrolment), 0o600);
}

/** Enrols the node with `scheduler`, which it reaches through `proxy`. */
export function behind(bed: Bed, world: World, proxy: string, scheduler = 'pool.example'): void {
  bed.write('/etc/suanlink/agent.yaml', `name: node-7\nproxy: ${proxy}\n`, 0o600);
  enrolled(bed, `https://${scheduler}:7443`, world.caPem);
}

/** A drop-in of the agent's unit. */
export function dropIn(bed: Bed, text: string): void {
  bed.write('/etc/systemd/system/suanlink-agent.service.d/10-local.conf', `[Service]\n${text}\n`);
}

/** The good engine with some of its answers changed. */
export function engine(change: { info?: object; version?: object }): EngineAnswers {
  return {
    info: { ...goodEngine.info, ...change.info },
    version: { ...goodEngine.version, ...change.version },
  };
}

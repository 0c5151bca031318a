/** A compute node: a machine with a disk, an engine and cards, and the real agent as a process on it. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Clock } from '../../agent/base/clock.ts';
import { openPolicy } from '../../agent/capacity/policy.ts';
import { emptyDisk, type JournalDisk } from '../../agent/lease/journal-memory.ts';
import type { NodeKey } from '../../agent/link/identity.ts';
import type { ProbedDevice } from '../../agent/probe/probe.ts';
import type { ProbeSnapshot } from '../../agent/probe/snapshot.ts';
import type { Agent } from '../../agent/parts.ts';
import { startAgent } from '../../agent/system.ts';
import { type NodeId, parseOrg } from '../../proto/ids.ts';
import type { NodeRecord } from '../../scheduler/records.ts';
import type { Chance } from './chance.ts';
import { type DiskManner, goodDisk, simJournal } from './disks.ts';
import { SimGuard } from './guard.ts';
import { engineInfo, SimEngine } from './engine.ts';
import { fairWeather, type Network, type Weather } from './network.ts';
import type { Story } from './story.ts';
import { type Life, MachineClock, newLife, type SimTime } from './time.ts';

const org = parseOrg('acme');
const mib = 2 ** 20;

/** Keys are made once per process: what they are changes nothing. */
const keys = Array.from({ length: 8 }, () => generateKeyPairSync('ed25519'));

function nodeKey(n: number): NodeKey {
  const pair = keys[n % keys.length];
  if (!pair) throw new Error('no key');
  return {
    publicKey: rawKey(pair.publicKey),
    sign: (data) => new Uint8Array(sign(null, data, pair.privateKey)),
  };
}

function rawKey(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url'));
}

/** What every node of a run shares. */
export interface NodeParts {
  time: SimTime;
  chance: Chance;
  story: Story;
  network: Network;
}

/** See the head of this file. */
export class SimNode {
  readonly name: string;
  readonly nodeId: NodeId;
  readonly engine: SimEngine;
  readonly weather: Weather = fairWeather();
  readonly disk: DiskManner = goodDisk();
  readonly journal: JournalDisk = emptyDisk();
  readonly clock: MachineClock;
  readonly failedCards = new Set<string>();
  readonly cards: string[];
  life: Life = newLife('none');
  agent: Agent | undefined;
  /** When the agent last began to work (true ms). */
  upSince = 0;
  readonly guard: SimGuard;
  /** Restarts of the agent happen, as systemd would do; not while this is set. */
  isHeldDown = false;
  readonly #parts: NodeParts;
  readonly #key: NodeKey;
  #boots = 1;
  #inventoryChanged: () => void = () => {};

  constructor(parts: NodeParts, n: number, nodeId: NodeId, cards: number, key: NodeKey = nodeKey(n)) {
    this.#parts = parts;
    this.name = `node${n}`;
    this.nodeId = nodeId;
    this.#key = key;
    this.engine = new SimEngine(parts.time, parts.chance.fork(), parts.story, this.name);
    this.guard = new SimGuard(this.engine, parts.time);
    this.clock = new MachineClock(parts.time, parts.chance.whole(10_000, 10_000_000));
    this.cards = Array.from({ length: cards }, (_, i) => `GPU-${n}-${i}`);
    this.life.alive = false;
  }

  /** How the scheduler knows it. */
  record(): NodeRecord {
    const { nodeId: id, name } = this;
    const { publicKey } = this.#key;
    return { id, org, name, publicKey, sessionEpoch: 0, receivedSeq: 0, enrolledUnixMs: 0 };
  }

  /** Starts the agent. */
  start(): void {
    if (this.life.alive) return;
    const { time, chance, story } = this.#parts;
    const life = newLife(this.name);
    this.life = life;
    story.tell(this.name, 'the agent starts');
    const started = this.#start(life);
    started.then(
      (agent) => {
        if (!life.alive) return;
        this.agent = agent;
        this.upSince = time.now;
      },
      (error: unknown) => {
        story.tell(this.name, `the agent does not start: ${String(error)}`);
        this.crash();
        time.after(chance.whole(500, 2000), undefined, () => this.restart());
      },
    );
  }

  /** The process is gone, as by SIGKILL. */
  crash(): void {
    if (!this.life.alive) return;
    this.life.alive = false;
    this.agent = undefined;
    for (const connection of this.#parts.network.of(this.name))
      connection.cut('the agent died', { agent: false, server: true });
  }

  /** Systemd's part: a dead agent comes back. */
  restart(): void {
    if (!this.isHeldDown) this.start();
  }

  /** The machine goes down and comes up again: containers die, times of the old boot mean nothing. */
  reboot(): void {
    this.life.alive = false;
    this.agent = undefined;
    for (const connection of this.#parts.network.of(this.name))
      connection.cut('no answer', { agent: false, server: this.#parts.chance.is(0.5) });
    this.engine.reboot(this.#parts.chance.is(0.5));
    this.guard.reboot();
    this.clock.reboot();
    this.#boots += 1;
    this.failedCards.clear();
  }

  /** A card fails, or is well again. */
  setCard(card: string, isWell: boolean): void {
    if (isWell) this.failedCards.delete(card);
    else this.failedCards.add(card);
    this.#parts.time.after(1, this.life, () => this.#inventoryChanged());
  }

  #start(life: Life): Promise<Agent> {
    const { time, chance, story, network } = this.#parts;
    const clock: Clock = this.clock.of(life);
    const disk = {
      ...{ time, chance, life, manner: this.disk },
      die: (when: string) => {
        story.fault(`agent_crash_${when}_persist`, this.name);
        this.crash();
        time.after(chance.whole(200, 3000), undefined, () => this.restart());
      },
    };
    return startAgent({
      clock,
      log: story.log(this.name),
      version: '0',
      bootId: `boot-${this.#boots}`,
      nodeName: this.name,
      key: this.#key,
      enrolment: { nodeId: this.nodeId, org, schedulerUrl: 'sim', caPem: '' },
      dial: network.dial(this.name, life, this.weather),
      journal: simJournal(this.journal, disk),
      runtime: this.engine.runtime(life),
      engine: engineInfo,
      engineDescription: 'simulated',
      limits: { nofile: 1024, nproc: 1024 },
      counters: {
        parentFor: () => undefined,
        read: () => ({ cpuNanos: 5e6, memoryPeakBytes: 7, oomKills: 0, exact: true }),
        remove: async () => {},
        sweep() {},
        removeAll: async () => {},
      },
      guard: this.guard.port(clock, `boot-${this.#boots}`),
      offering: {
        watcher: {
          start: async (changed) => {
            this.#inventoryChanged = changed;
          },
          snapshot: () => this.#snapshot(),
          stop: async () => {},
        },
        host: host(this.name),
        hostUse: () => ({ cpuPct: 1, memoryUsedBytes: mib }),
        insideVerdict: () => ({ kind: 'match' }),
        lookForGrants: () => () => ({ nodes: [], mounts: [], env: {} }),
        policy: { ...openPolicy, externalUse: 'ignore' },
        simulated: true,
      },
      serve: async () => ({ changed() {}, close: async () => {} }),
      random: () => chance.next(),
      images: { reserveBytes: 0, keepMs: 0 },
      reclaimNoticeMs: 5000,
      onBroken: (error) => {
        story.tell(this.name, `the agent gives up: ${error.message}`);
        this.crash();
        time.after(chance.whole(500, 3000), undefined, () => this.restart());
      },
    });
  }

  #snapshot(): ProbeSnapshot {
    const devices = this.cards.map((id, index): ProbedDevice => {
      const isBad = this.failedCards.has(id);
      return {
        id,
        vendor: 'nvidia',
        reading: { index, model: 'H100', memoryTotalMib: 81_559, utilizationPct: 3 },
        health: isBad ? 'failed' : 'ok',
        healthReasons: isBad ? ['it failed'] : [],
      };
    });
    return {
      generation: `boot-${this.#boots}-g`,
      vendors: [
        {
          ...{ vendor: 'nvidia', status: 'present', reason: '', lastGoodAgeMs: null, devices },
          ...{ driverVersion: '1', runtimeVersion: '1', sampledAtMs: 0 },
        },
      ],
    };
  }
}

function host(hostname: string): Parameters<typeof startAgent>[0]['offering']['host'] {
  return {
    ...{ hostname, os: '', kernel: '', architecture: '', cpuModel: '', engine: '', labels: {}, region: '' },
    ...{ cpuMilli: 8000, memoryBytes: 2 ** 36, diskBytes: 2 ** 40 },
  };
}

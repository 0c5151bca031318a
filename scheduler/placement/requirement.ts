/** What a job needs of a node, read from its specification, and the keys under which equal needs meet. Pure. */
import type { JobSpec, LabelRule } from '../../proto/api.ts';
import type { Strategy } from '../../proto/pools.ts';
import type { OrgId } from '../../proto/ids.ts';
import type { Resources } from '../../proto/resources.ts';
import { sandboxLabel } from '../../proto/sandbox.ts';

/** What a node must have free: what ranking looks at, and what the request mix counts. */
export interface Needs {
  cards: number;
  /** Of each card; below 1000 `cards` is 1. */
  milli: number;
  /** Lower case; empty: any. */
  vendors: string[];
  models: string[];
  architectures: string[];
  /** 0: any, even unknown. */
  cardMemoryBytes: number;
  /** Lowest versions, such as 550.54; '': any, even unknown. */
  driverVersion: string;
  runtimeVersion: string;
  /** Whether the cards must be joined by the vendor's own links. */
  linked: boolean;
  /** Least dense peak by precision, in GFLOP/s or GOP/s; an unknown one is never enough. */
  gigaFlops: Record<string, number>;
  /** Highest price of a whole card in micro-yuan per hour; 0: any. */
  cardHourMicroYuan: number;
  resources: Resources;
}

/** What a node must have and be. */
export interface Requirement extends Needs {
  labels: Record<string, string>;
  labelRules: LabelRule[];
  /** Leading digits of GB/T 2260 codes, any of these; empty: anywhere. */
  regions: string[];
  /** Whose nodes: any of these (empty: anybody's), and none of those. */
  owners: string[];
  notOwners: string[];
  /** For whom and for how long at most: owners lend by these. */
  org: OrgId;
  durationMs: number;
  /** On how many nodes at the same time, each with all of the above. */
  nodes: number;
  strategy: Strategy;
  /** Whether it takes only what nobody else wants now. */
  preemptible: boolean;
}

/** No demand for throughput: most jobs', told apart by one look. */
export const noFlops: Needs['gigaFlops'] = {};

const sorted = <T extends string>(words: readonly T[]): T[] => [...words].sort();
const lower = (words: readonly string[]): string[] => sorted(words.map((word) => word.toLowerCase()));

/** The requirement of a job of `org`; `inherited` is what its pool says. */
export function requirementOf(spec: JobSpec, org: OrgId, inherited: Strategy = 'pack'): Requirement {
  return {
    cards: spec.accelerators,
    milli: spec.accelerator_milli,
    vendors: lower(spec.vendors),
    models: lower(spec.models),
    architectures: lower(spec.architectures),
    cardMemoryBytes: spec.accelerator_memory_bytes,
    driverVersion: spec.min_driver_version,
    runtimeVersion: spec.min_runtime_version,
    linked: spec.linked,
    gigaFlops: Object.keys(spec.min_gigaflops).length === 0 ? noFlops : spec.min_gigaflops,
    cardHourMicroYuan: spec.max_card_hour_micro_yuan,
    resources: { cpuMilli: spec.cpu_milli, memoryBytes: spec.memory_bytes, diskBytes: spec.disk_bytes },
    labels: spec.sandbox === '' ? spec.node_labels : { ...spec.node_labels, ...sandboxLabel(spec.sandbox) },
    labelRules: spec.node_label_rules,
    regions: sorted(spec.regions),
    owners: sorted(spec.owners),
    notOwners: sorted(spec.not_owners),
    org,
    durationMs: spec.time_limit_ms,
    nodes: spec.nodes,
    strategy: spec.strategy === 'pool' ? inherited : spec.strategy,
    preemptible: spec.preemptible,
  };
}

const byName = (record: Record<string, string | number>): [string, string | number][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** Equal for needs that rank all nodes alike. */
export function needsKey(needs: Needs): string {
  const { cpuMilli, memoryBytes, diskBytes } = needs.resources;
  return JSON.stringify([
    [needs.cards, needs.milli, cpuMilli, memoryBytes, diskBytes],
    [needs.vendors, needs.models, needs.architectures],
    [needs.cardMemoryBytes, needs.driverVersion, needs.runtimeVersion, needs.linked],
    byName(needs.gigaFlops),
    needs.cardHourMicroYuan,
  ]);
}

/** Equal for requirements that want the same of a node's labels, region and owner; '' when they want nothing of them. */
export function placeKey({ labels, labelRules, regions, owners, notOwners }: Requirement): string {
  const pairs = byName(labels);
  if (pairs.length + labelRules.length + regions.length + owners.length + notOwners.length === 0) return '';
  return JSON.stringify([pairs, labelRules, regions, owners, notOwners]);
}

/** Equal for requirements that an owner's rules treat alike. */
export function leaveKey({ org, durationMs }: Requirement): string {
  return `${org} ${durationMs}`;
}

/** Equal for requirements that any node meets or misses alike. */
export function shapeKey(requirement: Requirement): string {
  const { nodes, strategy, preemptible } = requirement;
  const rest = [nodes, strategy, preemptible];
  return [needsKey(requirement), placeKey(requirement), leaveKey(requirement), ...rest].join('|');
}

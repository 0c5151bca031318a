/** What a job needs of a node, read from its specification, and the key under which equal needs meet. Pure. */
import type { JobSpec } from '../../proto/api.ts';
import type { OrgId } from '../../proto/ids.ts';
import type { Resources } from '../../proto/resources.ts';

/** What a node must have. */
export interface Requirement {
  cards: number;
  /** Of each card; below 1000 `cards` is 1. */
  milli: number;
  /** Lower case; empty: any. */
  vendors: string[];
  models: string[];
  /** 0: any, even unknown. */
  cardMemoryBytes: number;
  resources: Resources;
  labels: Record<string, string>;
  /** For whom and for how long at most: owners lend by these. */
  org: OrgId;
  durationMs: number;
}

/** The requirement of a job of `org`. */
export function requirementOf(spec: JobSpec, org: OrgId): Requirement {
  return {
    cards: spec.accelerators,
    milli: spec.accelerator_milli,
    vendors: spec.vendors.map((vendor) => vendor.toLowerCase()).sort(),
    models: spec.models.map((model) => model.toLowerCase()).sort(),
    cardMemoryBytes: spec.accelerator_memory_bytes,
    resources: { cpuMilli: spec.cpu_milli, memoryBytes: spec.memory_bytes, diskBytes: spec.disk_bytes },
    labels: spec.node_labels,
    org,
    durationMs: spec.time_limit_ms,
  };
}

/** Equal for requirements that any node meets or misses alike. */
export function shapeKey(requirement: Requirement): string {
  const { cards, milli, vendors, models, cardMemoryBytes, resources, labels, org, durationMs } = requirement;
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const { cpuMilli, memoryBytes, diskBytes } = resources;
  return JSON.stringify([
    cards,
    milli,
    vendors,
    models,
    cardMemoryBytes,
    cpuMilli,
    memoryBytes,
    diskBytes,
    sorted,
    org,
    durationMs,
  ]);
}

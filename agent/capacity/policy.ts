/**
 * The owner's policy: which devices are lent at all, when, to whom, for how long and how many at once. Pure. What it says
 * of devices decides what is offered; the rest travels with the inventory (`proto/owner-policy.ts`), so that the scheduler
 * offers nothing against it, and the lease book refuses what is offered all the same.
 */
import type { OrgId } from '../../proto/ids.ts';
import type { OwnerPolicy } from '../../proto/owner-policy.ts';
import type { VendorState } from '../probe/snapshot.ts';
import { clockText, type Hours, hoursAt } from './hours.ts';
import { type Unit, unitsOf } from './units.ts';

/** What the owner has decided, as configured. */
export interface SharingPolicy {
  /** Devices that are offered; empty: all. Entries as `namesOf` gives them. */
  only: readonly string[];
  /** Devices that are never offered. */
  withhold: readonly string[];
  /** Absent: at any hour. */
  hours?: Hours;
  allowOrgs: OrgId[];
  denyOrgs: OrgId[];
  maxLeaseMs?: number;
  maxCards?: number;
  /**
   * What a process that is none of ours means for a card: it is not offered while in use (`withhold`), leases on it are
   * asked to stop as well (`reclaim`), or nothing (`ignore`).
   */
  externalUse: 'withhold' | 'reclaim' | 'ignore';
}

/** No limits. */
export const openPolicy: SharingPolicy = {
  only: [],
  withhold: [],
  allowOrgs: [],
  denyOrgs: [],
  externalUse: 'withhold',
};

/** Every way to name a device in the configuration: id, uuid, vendor, `vendor:index`; and those of the card it is on. */
function namesOf({ device, parent }: Unit): string[] {
  return [device, ...(parent ? [parent] : [])].flatMap(({ id, vendor, reading }) => [
    id,
    vendor,
    `${vendor}:${reading.index ?? reading.position ?? '?'}`,
    ...(reading.uuid ? [reading.uuid] : []),
  ]);
}

/** Why the owner does not offer this device, '' when it is offered. */
export function withheldReason(unit: Unit, { only, withhold }: SharingPolicy): string {
  const names = namesOf(unit);
  if (withhold.some((entry) => names.includes(entry))) return 'withheld by the owner';
  const chosen = only.length === 0 || only.some((entry) => names.includes(entry));
  return chosen ? '' : 'not among the devices that the owner lends';
}

/** Entries that name no device of this machine: a misspelt one would withhold nothing in silence. */
export function unmatched({ only, withhold }: SharingPolicy, vendors: readonly VendorState[]): string[] {
  const units = vendors.flatMap((state) => unitsOf(state.devices));
  const known = new Set(units.flatMap(namesOf));
  return [...only, ...withhold].filter((entry) => !known.has(entry));
}

/** The policy at a moment: what travels, why nothing is offered now ('' when things are), and when that changes. */
export interface PolicyNow {
  told: OwnerPolicy;
  closedReason: string;
  /** Unix ms; undefined: never. */
  changesAt: number | undefined;
}

/** See `PolicyNow`. */
export function policyNow(policy: SharingPolicy, unixMs: number): PolicyNow {
  const { allowOrgs, denyOrgs, maxLeaseMs, maxCards, hours } = policy;
  const limits = {
    allowOrgs,
    denyOrgs,
    ...(maxLeaseMs === undefined ? {} : { maxLeaseMs }),
    ...(maxCards === undefined ? {} : { maxCards }),
  };
  if (!hours) return { told: { ...limits, hours: '' }, closedReason: '', changesAt: undefined };
  const { open, changesAt } = hoursAt(hours, unixMs);
  const windowLeftMs = open ? changesAt && Math.max(1, Math.floor(changesAt - unixMs)) : 0;
  const opens = changesAt === undefined ? '' : `, from ${clockText(hours, changesAt)}`;
  return {
    told: { ...limits, hours: hours.text, ...(windowLeftMs === undefined ? {} : { windowLeftMs }) },
    closedReason: open ? '' : `outside the owner's hours ${hours.text}${opens}`,
    changesAt,
  };
}

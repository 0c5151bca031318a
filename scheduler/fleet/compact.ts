/**
 * Inventories as they are kept. Thousands of nodes say the same words about their cards, and every message brings its own
 * copies: equal texts and equal peaks are kept once, and links, of which only the islands are needed (`layout.ts`), not at
 * all. What a node said beside that stays as it was. Pure but for what the sharer remembers.
 */
import type { AcceleratorInfo, Inventory } from '../../proto/messages.ts';

/** Gives the same copy for equal values. */
export interface Sharer {
  text<T extends string>(text: T): T;
  peaks(peaks: AcceleratorInfo['throughput']): AcceleratorInfo['throughput'];
}

/** Different values remembered at most; then it begins anew, and what was given stays good. */
const most = 20_000;

/** A sharer that remembers nothing yet. */
export function createSharer(): Sharer {
  const texts = new Map<string, string>();
  const peaksByText = new Map<string, AcceleratorInfo['throughput']>();
  return {
    text(text) {
      const known = texts.get(text);
      if (known !== undefined) return known as typeof text;
      if (texts.size >= most) texts.clear();
      texts.set(text, text);
      return text;
    },
    peaks(peaks) {
      const key = JSON.stringify(peaks);
      const known = peaksByText.get(key);
      if (known) return known;
      if (peaksByText.size >= most) peaksByText.clear();
      peaksByText.set(key, peaks);
      return peaks;
    },
  };
}

const noLinks: AcceleratorInfo['links'] = [];
const noReasons: string[] = [];

function compactCard(card: AcceleratorInfo, { text, peaks }: Sharer): AcceleratorInfo {
  return {
    ...card,
    vendor: text(card.vendor),
    model: text(card.model),
    architecture: text(card.architecture),
    busAddress: text(card.busAddress),
    driverVersion: text(card.driverVersion),
    runtimeVersion: text(card.runtimeVersion),
    health: text(card.health),
    healthReasons: card.healthReasons.length === 0 ? noReasons : card.healthReasons.map(text),
    notOfferedReason: text(card.notOfferedReason),
    links: noLinks,
    throughput: peaks(card.throughput),
    ...(card.cpuAffinity === undefined ? {} : { cpuAffinity: text(card.cpuAffinity) }),
  };
}

/** `inventory` as it is kept. */
export function compact(inventory: Inventory, sharer: Sharer): Inventory {
  const { text } = sharer;
  const { host, probes } = inventory;
  return {
    ...inventory,
    host: {
      ...host,
      os: text(host.os),
      kernel: text(host.kernel),
      architecture: text(host.architecture),
      cpuModel: text(host.cpuModel),
      engine: text(host.engine),
      region: text(host.region),
      labels: Object.fromEntries(
        Object.entries(host.labels).map(([name, value]) => [text(name), text(value)]),
      ),
    },
    accelerators: inventory.accelerators.map((card) => compactCard(card, sharer)),
    probes: probes.map((probe) => ({ ...probe, vendor: text(probe.vendor), reason: text(probe.reason) })),
  };
}

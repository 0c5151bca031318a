/** What compute costs: integers in micro-yuan (10^-6 ¥) per hour. Pure. */
import type { Price } from '../records.ts';

/** A price list with a name that bills can be traced back to. */
export interface Tariff {
  name: string;
  /** Per card-hour by model, as the probes name it. */
  cardHourMicroYuan: Readonly<Record<string, number>>;
  /** For models that are not listed. */
  otherCardHourMicroYuan: number;
  cpuHourMicroYuan: number;
  /** What a preemptible job pays of it, in percent. */
  preemptiblePct: number;
}

/** The tariff of a scheduler that was given none: ¥2 per card-hour and ¥0.10 per CPU-hour, 40 % of both for preemptible jobs. */
export const defaultTariff: Tariff = {
  name: 'default-1',
  cardHourMicroYuan: {},
  otherCardHourMicroYuan: 2_000_000,
  cpuHourMicroYuan: 100_000,
  preemptiblePct: 40,
};

/** The unit prices of a card of `model`, for a preemptible job or any other. */
export function priceOf(tariff: Tariff, model: string, isPreemptible = false): Price {
  const listed = Object.hasOwn(tariff.cardHourMicroYuan, model) ? tariff.cardHourMicroYuan[model] : undefined;
  const part = (microYuan: number): number =>
    isPreemptible ? Math.round((microYuan * tariff.preemptiblePct) / 100) : microYuan;
  return {
    tariff: tariff.name,
    cardHourMicroYuan: part(listed ?? tariff.otherCardHourMicroYuan),
    cpuHourMicroYuan: part(tariff.cpuHourMicroYuan),
  };
}

const hourMs = 3_600_000n;
const largest = BigInt(Number.MAX_SAFE_INTEGER);

/** The price of a use in micro-yuan (at most 2^53 - 1), rounded half up once at the end. `cardMs` is already weighted by the share. */
export function cost(price: Price, use: { cardMs: number; cpuMs: number }): number {
  const microYuanMs =
    BigInt(use.cardMs) * BigInt(price.cardHourMicroYuan) + BigInt(use.cpuMs) * BigInt(price.cpuHourMicroYuan);
  const microYuan = (microYuanMs + hourMs / 2n) / hourMs;
  return microYuan > largest ? Number.MAX_SAFE_INTEGER : Number(microYuan);
}

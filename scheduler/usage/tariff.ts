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
}

/** The tariff of a scheduler that was given none: ¥2 per card-hour and ¥0.10 per CPU-hour. */
export const defaultTariff: Tariff = {
  name: 'default-1',
  cardHourMicroYuan: {},
  otherCardHourMicroYuan: 2_000_000,
  cpuHourMicroYuan: 100_000,
};

/** The unit prices of a card of `model`. */
export function priceOf(tariff: Tariff, model: string): Price {
  const listed = Object.hasOwn(tariff.cardHourMicroYuan, model) ? tariff.cardHourMicroYuan[model] : undefined;
  return {
    tariff: tariff.name,
    cardHourMicroYuan: listed ?? tariff.otherCardHourMicroYuan,
    cpuHourMicroYuan: tariff.cpuHourMicroYuan,
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

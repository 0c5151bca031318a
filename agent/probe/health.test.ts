import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goodMs, goodSamples, type Health, type HealthTrack, observed, track, worse } from './health.ts';

const ok: Health = { health: 'ok', healthReasons: [] };
const degraded: Health = { health: 'degraded', healthReasons: ['warm'] };
const failed: Health = { health: 'failed', healthReasons: ['lost'] };
const unknown: Health = { health: 'unknown', healthReasons: ['silent'] };

const good = Array.from({ length: goodSamples }, () => ok);

/** Feeds samples one second apart and tells what is shown after each. */
function shown(samples: readonly Health[], everyMs = 1000): string[] {
  let state: HealthTrack | undefined;
  return samples.map((each, i) => {
    state = track(state, each, i * everyMs);
    return state.shown.health;
  });
}

describe('a device', () => {
  test('is what it shows at first', () => {
    for (const each of [ok, degraded, failed, unknown]) expect(shown([each])).toEqual([each.health]);
  });

  test('is worse at once', () => {
    expect(shown([ok, degraded, failed])).toEqual(['ok', 'degraded', 'failed']);
  });

  test('is good again after six good samples', () => {
    expect(shown([failed, ...good]).join()).toBe(`${'failed,'.repeat(goodSamples)}ok`);
  });

  test('is good again after a minute of good samples, however few', () => {
    expect(shown([failed, ok, ok, ok], goodMs / 2)).toEqual(['failed', 'failed', 'failed', 'ok']);
  });

  test('starts over when it is bad again in between', () => {
    expect(shown([failed, ok, ok, ok, ok, ok, failed, ok])).not.toContain('ok');
  });

  test('says meanwhile what was wrong', () => {
    const state = track(track(undefined, failed, 0), ok, 1);
    expect(state.shown.healthReasons).toEqual(['was failed (lost); must be ok for a while first']);
    expect(track(state, ok, 2).shown, 'the text does not change by itself').toEqual(state.shown);
  });

  test('is not healed by a silence, and not hurt by one', () => {
    expect(shown([failed, unknown, ok])).toEqual(['failed', 'unknown', 'failed']);
    expect(shown([ok, unknown, ok])).toEqual(['ok', 'unknown', 'ok']);
    expect(shown([unknown, ok])).toEqual(['unknown', 'ok']);
  });

  test('is never shown as ok within six samples and a minute of having failed', () => {
    const sample = fc.constantFrom(ok, degraded, failed, unknown);
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        const all = shown(samples);
        const soon = all.filter((_, i) =>
          samples.slice(Math.max(0, i - goodSamples + 1), i + 1).includes(failed),
        );
        expect(soon).not.toContain('ok');
      }),
      { numRuns: 300 },
    );
  });

  test('is ok in the end when nothing is wrong any more', () => {
    const sample = fc.constantFrom(ok, degraded, failed, unknown);
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), (samples) => {
        expect(shown([...samples, ...good]).at(-1)).toBe('ok');
      }),
      { numRuns: 300 },
    );
  });
});

test('the worse of two keeps the reasons of both', () => {
  expect(worse(ok, degraded)).toBe(degraded);
  expect(worse(failed, ok)).toBe(failed);
  expect(worse(degraded, failed)).toEqual({ health: 'failed', healthReasons: ['warm', 'lost'] });
});

test('a device at its own temperature limit is degraded', () => {
  const device = { id: 'a', vendor: 'nvidia', ...ok } as const;
  expect(observed({ ...device, reading: { temperatureC: 90, temperatureLimitC: 90 } }).health).toBe(
    'degraded',
  );
  expect(observed({ ...device, reading: { temperatureC: 89, temperatureLimitC: 90 } })).toEqual(ok);
  expect(observed({ ...device, reading: { temperatureC: 89, temperatureLimitC: null } })).toEqual(ok);
});

/** Everything that is known of a card is on its screen, and nothing that is not. */
import { describe, expect, it } from 'vitest';
import type { StatusDevice, StatusSnapshot } from '../../../proto/status.ts';
import { device, healthy } from '../../../test/tui/snapshots.ts';
import { languages, translator } from '../../i18n/translate.ts';
import { startState } from '../model/state.ts';
import { complete } from '../model/complete.ts';
import { deviceDetail } from './device-detail.ts';
import { unicode } from './glyphs.ts';
import { layoutOf } from './layout.ts';

const start = { ...{ now: 0, socket: '', ownVersion: '', readonly: false, intervalMs: 2000 } };

/** The screen of card 0 of `status` as text. */
function shown(status: StatusSnapshot, language: (typeof languages)[number] = 'en'): string {
  const state = { ...startState({ ...start, language }), status, connection: { kind: 'live' } as const };
  const view = { state, layout: layoutOf(120, 60), glyphs: unicode, t: translator(language) };
  const id = status.devices[0]?.id ?? '';
  return deviceDetail(view, id, 40)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');
}

const withCard = (change: Partial<StatusDevice>, more: Partial<StatusSnapshot> = {}): StatusSnapshot =>
  healthy(2, { devices: [device(0, change), device(1)], ...more });

describe('the screen of a card', () => {
  it('has what the tool says', () => {
    const text = shown(
      withCard({
        links: [{ kind: 'hccs', peer_id: device(1).id, word: 'HCCS' }],
        throttle_reasons: ['power cap', 'heat'],
        ecc_uncorrected: 2,
        temperature_limit_c: 85,
      }),
    );
    expect(text).toMatch(/^ serial +102000000000$/m);
    expect(text).toMatch(/^ bus +0000:00:00\.0 {3}NUMA 0 {3}CPU 0-31$/m);
    expect(text).toMatch(/^ versions +driver 24\.1\.rc3 {3}CANN 8\.0\.RC3 {3}firmware 7\.5\.0\.1\.129$/m);
    expect(text).toMatch(/^ TEMP +40C {3}limit 85C {3}memory 48C$/m);
    expect(text).toMatch(/^ power limit +310W$/m);
    expect(text).toMatch(/^ clock +1800 MHz {3}memory 1600 MHz$/m);
    expect(text).toMatch(/^ throttled +power cap, heat$/m);
    expect(text).toMatch(/^ ECC +on {3}uncorrected errors 2$/m);
    expect(text).toMatch(/^ links +#1 HCCS$/m);
    expect(text).toMatch(/^ tool +ascend: present$/m);
  });

  it('has a dash for what it does not say, in every language', () => {
    const unknown: Partial<StatusDevice> = {
      ...{ serial: '', uuid: '', bus_address: '', driver_version: '', runtime_version: '', firmware: '' },
      ...{ numa_node: null, cpu_affinity: null, links: null, power_limit_w: null, power_w: null },
      ...{ temperature_c: null, temperature_limit_c: null, memory_temperature_c: null },
      ...{ clock_mhz: null, memory_clock_mhz: null, ecc_enabled: null, ecc_uncorrected: null },
    };
    for (const language of languages) {
      const facts = shown(withCard(unknown), language).split(/The card|这张卡/)[1] ?? '';
      const lines = facts.split('\n').slice(3, -1);
      expect(lines.map((line) => [line, /-/.test(line)])).toEqual(lines.map((line) => [line, true]));
      // No digit that nobody has said.
      expect(lines.join('\n')).not.toMatch(/\d/);
    }
  });

  it('says why the tool does not answer, and since when', () => {
    const { probes } = healthy(2);
    const failed = probes.map((probe) =>
      probe.vendor === 'ascend'
        ? { ...probe, status: 'failed' as const, reason: 'npu-smi: no answer', last_good_age_ms: 42_000 }
        : probe,
    );
    expect(shown(withCard({}, { probes: failed }))).toMatch(
      /^ tool +ascend: failed; 42s ago; npu-smi: no answer$/m,
    );
  });

  it('is there for an agent that does not say all of it yet', () => {
    const { ecc_enabled: _, ...older } = device(0);
    const status = complete(healthy(1, { devices: [older as StatusDevice] }));
    expect(shown(status)).toMatch(/^ ECC +- {3}uncorrected errors 0$/m);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelEvents } from './kernel-log.ts';

const record = (message: string, prefix = '4'): string =>
  `${prefix},1234,5678901,-;${message}\n SUBSYSTEM=pci\n`;

describe('Xid messages', () => {
  test.each([
    [
      'NVRM: Xid (PCI:0000:3b:00): 79, pid=12, name=python, GPU has fallen off the bus.',
      '0000:3b:00.0',
      'xid 79',
      'failed',
      'GPU has fallen off the bus.',
    ],
    [
      "NVRM: Xid (PCI:0000:CB:00): 13, pid='<unknown>', name=<unknown>, Graphics SM Warp Exception",
      '0000:cb:00.0',
      'xid 13',
      'info',
      'Graphics SM Warp Exception',
    ],
    ['NVRM: Xid (0000:03:00): 14, Channel 00000001', '0000:03:00.0', 'xid 14', 'info', 'Channel 00000001'],
    [
      'NVRM: Xid (PCI:0009:01:00 GPU-I:05): 94, Contained: SM (0x1)',
      '0009:01:00.0',
      'xid 94',
      'degraded',
      'Contained: SM (0x1)',
    ],
    [
      'NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row marked for remapping, reset gpu to activate.',
      '0000:10:1c.0',
      'xid 63',
      'info',
      'Row Remapper: New row marked for remapping, reset gpu to activate.',
    ],
    ['NVRM: Xid (PCI:0000:10:00): 119', '0000:10:00.0', 'xid 119', 'failed', ''],
  ])('%s', (message, address, code, severity, words) => {
    expect(kernelEvents(record(message))).toEqual([{ address, code, severity, message: words }]);
  });

  test.each([48, 62, 64, 74, 79, 95, 119, 120, 140, 143])('%i makes a GPU unusable', (code) => {
    expect(kernelEvents(record(`NVRM: Xid (PCI:0000:01:00): ${code}, x`))).toMatchObject([
      { severity: 'failed' },
    ]);
  });

  test.each([
    ['None', 'info'],
    ['Drain P2P', 'degraded'],
    ['GPU Reset Required', 'failed'],
    ['Node Reboot Required', 'failed'],
  ])('154 is as bad as what the driver asks for: %s', (action, severity) => {
    const message = `NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (${action})`;
    expect(kernelEvents(record(message))).toMatchObject([{ code: 'xid 154', severity }]);
  });
});

test.each([
  [
    'ascend 0000:c1:00.0: PCIe Bus Error: severity=Uncorrectable (Fatal), type=Transaction Layer, (Receiver ID)',
    '0000:c1:00.0',
    'pcie fatal',
    'failed',
  ],
  [
    'cambricon 0000:5e:00.0: AER: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Data Link Layer',
    '0000:5e:00.0',
    'pcie uncorrected',
    'degraded',
  ],
  [
    'nvidia 0000:3b:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer',
    '0000:3b:00.0',
    'pcie corrected',
    'info',
  ],
  [
    'amdgpu 0000:c1:00.0: amdgpu: socket: 0, die: 0, 2 uncorrectable hardware errors detected in total in umc block',
    '0000:c1:00.0',
    'ras uncorrectable',
    'degraded',
  ],
])('%s', (message, address, code, severity) => {
  expect(kernelEvents(record(message))).toMatchObject([{ address, code, severity }]);
});

test('a count of 0 is no error', () => {
  expect(
    kernelEvents(record('amdgpu 0000:c1:00.0: amdgpu: 0 uncorrectable hardware errors detected')),
  ).toEqual([]);
});

test('several records of one read are told apart', () => {
  const text = [79, 31]
    .map((code) => record(`NVRM: Xid (PCI:0000:01:00): ${code}, x`))
    .join(record('eth0: up'));
  expect(kernelEvents(text).map(({ code }) => code)).toEqual(['xid 79', 'xid 31']);
});

test('what a program wrote into the log is not believed', () => {
  const message = 'NVRM: Xid (PCI:0000:01:00): 79, x';
  expect(kernelEvents(record(message, '12'))).toEqual([]);
  expect(kernelEvents(message)).toEqual([]);
  expect(kernelEvents(` ${record(message)}`)).toEqual([]);
});

test('no text is a crash', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.nat(99), (noise, at) => {
      const text = record('NVRM: Xid (PCI:0000:01:00): 79, pid=1, x');
      const events = kernelEvents(text.slice(0, at) + noise + text.slice(at));
      expect(
        events.every(({ address }) => /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(address)),
      ).toBe(true);
    }),
    { numRuns: 300 },
  );
});

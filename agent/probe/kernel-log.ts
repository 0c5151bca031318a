/**
 * What the kernel's log says of devices. Pure. A record of /dev/kmsg is `prefix,…;message`, with lines of facts after it
 * that begin with a blank. Read are
 *
 * - NVIDIA's Xid messages, `NVRM: Xid (PCI:0000:3b:00): 79, pid=…, GPU has fallen off the bus.` (`xid.ts` says which
 *   matter);
 * - PCI Express errors of any vendor's card, `ascend 0000:c1:00.0: PCIe Bus Error: severity=Uncorrectable (Fatal), …`,
 *   as the kernel's own AER code writes them;
 * - `amdgpu 0000:c1:00.0: amdgpu: … 2 uncorrectable hardware errors detected in umc block`.
 *
 * No public source shows how the drivers of Ascend and Cambricon name a card in the kernel's log, so of theirs only the
 * PCI errors are read; their health comes from the tools.
 */
import { busAddress } from './text.ts';
import type { DeviceEvent } from './snapshot.ts';
import { xidSeverity } from './xid.ts';

/** An event and the PCI address (as `busAddress` gives it) of the card it is about. */
export interface KernelEvent extends Omit<DeviceEvent, 'atMs'> {
  address: string;
}

const maxMessage = 200;

const xid = /\bNVRM: Xid \((?:PCI:)?([0-9a-f:]+(?:\.[0-7])?)[^)]{0,64}\): (\d{1,4})\b(?:, ?(.*))?/i;
const pcieError =
  /\b([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): (?:AER: )?PCIe Bus Error: severity=(Uncorrect(?:ed|able)|Correct(?:ed|able))(?: \((Non-Fatal|Fatal)\))?(.*)/i;
const amdErrors =
  /\bamdgpu ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): (.*?\b([1-9]\d*) (?:new )?uncorrectable hardware errors detected.*)/i;

const short = (text: string): string => text.trim().slice(0, maxMessage);

function xidEvent(message: string): KernelEvent | null {
  const [, place, code, words = ''] = xid.exec(message) ?? [];
  const address = busAddress(place);
  if (address === null || code === undefined) return null;
  return {
    address,
    code: `xid ${code}`,
    severity: xidSeverity(Number(code), words),
    message: short(words.replace(/^(?:pid=[^,]*, ?)?(?:name=[^,]*, ?)?/, '')),
  };
}

function pcieEvent(message: string): KernelEvent | null {
  const [, place, severity = '', fatal = '', rest = ''] = pcieError.exec(message) ?? [];
  const address = busAddress(place);
  if (address === null) return null;
  if (/^correct/i.test(severity))
    return { address, code: 'pcie corrected', severity: 'info', message: short(severity + rest) };
  const isFatal = /^fatal$/i.test(fatal);
  return {
    address,
    code: isFatal ? 'pcie fatal' : 'pcie uncorrected',
    severity: isFatal ? 'failed' : 'degraded',
    message: short(`${severity} (${fatal})${rest}`),
  };
}

function amdEvent(message: string): KernelEvent | null {
  const [, place, words = ''] = amdErrors.exec(message) ?? [];
  const address = busAddress(place);
  return address === null
    ? null
    : { address, code: 'ras uncorrectable', severity: 'degraded', message: short(words) };
}

/**
 * The events in what one read of the log gave: whole records, of which most are about something else. A prefix above 7
 * says that a program wrote the record and not the kernel: such a one can claim anything.
 */
export function kernelEvents(text: string): KernelEvent[] {
  return text.split('\n').flatMap((line) => {
    const [, prefix, message] = /^(\d{1,6}),\d+,\d+,[^;]{0,64};(.{1,4096})$/.exec(line) ?? [];
    if (message === undefined || Number(prefix) > 7) return [];
    return xidEvent(message) ?? pcieEvent(message) ?? amdEvent(message) ?? [];
  });
}

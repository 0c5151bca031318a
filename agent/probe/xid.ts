/**
 * Which of NVIDIA's Xid messages say that a GPU can no longer be trusted. Pure data. Source: NVIDIA's Xid catalogue
 * (docs.nvidia.com/deploy/xid-errors, "Resolution Bucket (Immediate Action)" for A100 and later), and for 48, 74, 95, 119,
 * 120 and 140 also DCGM's list of Xids that make a health check fail.
 *
 * failed: the catalogue wants the GPU or the machine reset, or the card mended, before it is used again. degraded: it
 * works, but wants a reset when convenient, or a link of it is in doubt. Everything else (13, 31, 43, 45, …) is an
 * application's doing, or for information.
 */
import type { DeviceEvent } from './snapshot.ts';

const failedXids: ReadonlySet<number> = new Set([
  48, // double-bit memory error
  54, // auxiliary power is not connected
  62, // internal micro-controller halted
  64, // memory could not be remapped or retired
  74, // NVLink error: "a GPU reset or node reboot is needed"
  79, // fallen off the bus
  95, // uncontained memory error
  109, // context switch timed out
  110, // security fault
  119, // GSP does not answer
  120, // GSP error
  136, // link training failed
  140, // memory error that could not be handled
  143, // initialisation failed
  151, // key rotation failed
  158, // fatal timeout
  167, // PCIe fatal timeout
]);

const degradedXids: ReadonlySet<number> = new Set([
  92, // high rate of single-bit errors
  94, // contained memory error: reset when convenient
  // NVLink 5: how bad it is stands in sub-codes, and Xid 154 sums it up.
  144,
  145,
  146,
  147,
  148,
  149,
  150,
  155, // NVLink down
  156, // memory is retired at the next reset
  157, // no more spare memory
]);

/** `… changed from 0x0 (None) to 0x2 (Node Reboot Required)`: what the driver asks for from now on. */
function recovery(words: string): DeviceEvent['severity'] {
  const action = /\(([^()]*)\)[^()]*$/.exec(words)?.[1] ?? '';
  if (/^none$/i.test(action)) return 'info';
  return /^drain p2p$/i.test(action) ? 'degraded' : 'failed';
}

/** How bad Xid `code` is; `words` is the rest of the message. */
export function xidSeverity(code: number, words: string): DeviceEvent['severity'] {
  if (code === 154) return recovery(words);
  if (failedXids.has(code)) return 'failed';
  return degradedXids.has(code) ? 'degraded' : 'info';
}

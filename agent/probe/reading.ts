/**
 * Building readings, shared by all vendors. Pure. A field is set only when the output speaks of it, and a value that
 * was read is never replaced by "no value": tools repeat a key in blocks that do not apply.
 */
import type {
  DeviceReading,
  PartitionReading,
  ProbeAnswer,
  ProbedDevice,
  Reading,
  ToolOutput,
  Vendor,
} from './probe.ts';
import { busAddress } from './text.ts';

/** A `failed` reading or answer. */
export function failed(reason: string): { status: 'failed'; reason: string } {
  return { status: 'failed', reason };
}

/** An `absent` reading or answer. */
export function absent(reason: string): { status: 'absent'; reason: string } {
  return { status: 'absent', reason };
}

/** Sets a field from the word that the output gives for it; `undefined` (not spoken of) sets nothing. */
export function put<T extends DeviceReading | PartitionReading, K extends keyof T>(
  target: T,
  key: K,
  word: string | undefined,
  read: (word: string) => T[K],
): void {
  if (word === undefined || (target[key] !== undefined && target[key] !== null)) return;
  target[key] = read(word);
}

/**
 * The id of a device: the same after a reboot, and the same from every command of one vendor. A uuid or serial where
 * the tool gives one that is not masked, else the bus address (with the chip: two chips may share one), else its index.
 */
export function deviceId(vendor: Vendor, reading: DeviceReading): string {
  const uuid = reading.uuid ?? '';
  if (/[1-9a-f]/i.test(uuid.replace(/^(?:GPU|MIG|MLU)-/i, ''))) return uuid;
  const bus = busAddress(reading.busId);
  const chip = reading.chip === undefined || reading.chip === null ? '' : `-${reading.chip}`;
  if (bus !== null) return `${vendor}-${bus}${chip}`;
  if (typeof reading.card === 'number') return `${vendor}-${reading.card}${chip}`;
  return `${vendor}-${reading.index ?? reading.position ?? 0}`;
}

const goodWords = /^(?:ok|good|normal|healthy|health|online|available|pass|none|0)$/i;
/** `ERR!` in a cell is a sensor that fails; a card whose memory or load cannot be read is worse. */
const warningWords = /warn|minor|degrad|corrupt|^error: (?!.*(?:memory|utilization)).*ERR!$/i;

/** What NVIDIA's driver asks for, when it is not `None`. A drained card still works until it is reset. */
function recovery(action: string): ProbedDevice['health'] {
  return /^drain/i.test(action) ? 'degraded' : 'failed';
}

/** What one reading by itself says of a device's health; hysteresis and events are added elsewhere. */
export function healthOf(reading: DeviceReading): Pick<ProbedDevice, 'health' | 'healthReasons'> {
  const { health, eccUncorrected, recoveryAction } = reading;
  const found: [ProbedDevice['health'], string][] = [];
  if (typeof health === 'string' && !goodWords.test(health))
    found.push([warningWords.test(health) ? 'degraded' : 'failed', `the tool says: ${health}`]);
  if (typeof recoveryAction === 'string' && !/^none$/i.test(recoveryAction))
    found.push([recovery(recoveryAction), `the driver asks for: ${recoveryAction}`]);
  if (reading.remapFailure === true) found.push(['failed', 'bad memory rows can no longer be remapped']);
  if (reading.remapPending === true)
    found.push(['degraded', 'remapping of bad memory rows waits for a reset']);
  if (reading.pageRetirementPending === true)
    found.push(['degraded', 'retirement of bad memory pages waits for a reset']);
  if (typeof eccUncorrected === 'number' && eccUncorrected > 0)
    found.push(['degraded', `${eccUncorrected} uncorrected memory errors since the driver was loaded`]);
  const healthReasons = found.map(([, reason]) => reason);
  if (found.some(([worst]) => worst === 'failed')) return { health: 'failed', healthReasons };
  if (found.length > 0) return { health: 'degraded', healthReasons };
  return health === null
    ? { health: 'unknown', healthReasons: ['the tool gives no health'] }
    : { health: 'ok', healthReasons };
}

/** Brings a reading into the shape of an answer. */
export function answerOf(vendor: Vendor, reading: Reading): ProbeAnswer {
  if (reading.status !== 'present') return reading;
  const lost = reading.lost ?? [];
  const devices = reading.devices.map((each) => ({
    id: deviceId(vendor, each),
    vendor,
    reading: each,
    ...healthOf(each),
  }));
  if (devices.length === 0 && lost.length > 0) return failed(`the tool cannot reach ${lost.join(', ')}`);
  return {
    status: 'present',
    devices,
    driverVersion: reading.driverVersion ?? null,
    runtimeVersion: reading.runtimeVersion ?? null,
    ...(reading.processes === undefined ? {} : { processes: reading.processes }),
    ...(reading.topology === undefined ? {} : { topology: reading.topology }),
  };
}

/**
 * What one run of a tool says. Exit codes prove nothing by themselves: usable rows count after exit ≠ 0, and an error
 * text counts after exit 0. A run that was killed, or whose output ended early, never shows a smaller machine: it failed.
 */
export function readRun(program: string, output: ToolOutput, parse: (text: string) => Reading): Reading {
  switch (output.problem) {
    case 'missing':
      return absent(`${program} is not installed in a trusted folder`);
    case 'deadline':
      return failed(`${program} did not answer within ${Math.round(output.durationMs)} ms`);
    case 'abandoned':
      return failed(`${program} hangs in the kernel and could not be killed`);
    case 'busy':
      return failed(`an earlier ${program} still hangs`);
    case 'output_limit':
      return failed(`${program} printed more than the limit`);
    case undefined:
      break;
  }
  if (output.signal !== null) return failed(`${program} was ended by ${output.signal}`);
  const reading = parse(output.stdout);
  if (reading.status === 'present' && reading.truncated === true)
    return failed(`the output of ${program} ended early`);
  if (reading.status !== 'failed') return reading;
  const spoken = output.stderr.trim() === '' ? reading : parse(output.stderr);
  if (spoken.status === 'absent') return spoken;
  const reason = spoken.status === 'failed' && output.stdout.trim() === '' ? spoken.reason : reading.reason;
  const ended = output.code === 0 ? '' : ` (exit ${output.code ?? output.signal ?? 'unknown'})`;
  return failed(`${reason}${ended}`);
}

/**
 * What a vendor probe is.
 *
 * A vendor is one file that says which commands to run and how to read their text; everything that touches the
 * machine arrives as `Tools`, so the same tools in give the same reading out. A probe gives one of three answers, and
 * they are never mixed up: *present* (these devices), *absent* (this vendor has nothing here, and why we think so) and
 * *failed* (we could not look). A failed probe never turns into "no devices": `inventory.ts` keeps the last good
 * reading beside its age.
 *
 * In a reading, a field that is missing was not spoken of by the tool; `null` means that the tool names the field and
 * has no value for it (`N/A`, `[Not Supported]`, `-`, …). Neither may ever become 0.
 */

/**
 * A vendor's short name, used on the wire, in labels and on the command line. Which there are is the registry's to know:
 * a union of the names here would be a second list to keep.
 */
export type Vendor = string;

/** A child of a partitioned card: a MIG instance, a vNPU, an sMLU. Memory in MiB. */
export interface PartitionReading {
  index?: number | null;
  gi?: number | null;
  ci?: number | null;
  profile?: string | null;
  uuid?: string | null;
  memoryTotalMib?: number | null;
  memoryUsedMib?: number | null;
  sm?: number | null;
  eccUncorrected?: number | null;
}

/**
 * One device as one tool output tells it. Field names are the camelCase of those in `suanlink probe parse` JSON.
 * Units stand in the names; percentages are 0..100; temperatures in degrees Celsius.
 */
export interface DeviceReading {
  /** The tool's own index. May have holes and may be sparse (Ascend: 0, 96, 32768). */
  index?: number | null;
  /** Order in the output, from 0, where the tool prints no index. */
  position?: number;
  /** Ascend NPU id. */
  card?: number | null;
  /** Ascend chip id on the card. */
  chip?: number | null;
  /** Ascend physical id: the N of /dev/davinciN. */
  physicalId?: number | null;
  minorNumber?: number | null;
  model?: string | null;
  uuid?: string | null;
  serial?: string | null;
  /** As printed; `busAddress()` normalises it. */
  busId?: string | null;
  memoryTotalMib?: number | null;
  memoryUsedMib?: number | null;
  memoryFreeMib?: number | null;
  memoryReservedMib?: number | null;
  memoryUsagePct?: number | null;
  hbmUsagePct?: number | null;
  ddrTotalMib?: number | null;
  ddrUsedMib?: number | null;
  utilizationPct?: number | null;
  temperatureC?: number | null;
  memoryTemperatureC?: number | null;
  powerW?: number | null;
  powerLimitW?: number | null;
  /** The tool's own word: OK, Warning, Alarm, Good, … */
  health?: string | null;
  ecc?: string | number | null;
  eccEnabled?: boolean | null;
  eccUncorrected?: number | null;
  migEnabled?: boolean | null;
  mig?: PartitionReading[];
  firmware?: string | null;
  mode?: string | null;
  computeMode?: string | null;
  deviceNode?: string | null;
  chipCount?: number | null;
  /** Streams (dmon): how many rows this device had, and the last of them. */
  samples?: number;
  last?: Record<string, number | string | null>;
  architecture?: string | null;
  /** NVIDIA compute capability, such as `9.0`. */
  computeCapability?: string | null;
  clockMhz?: number | null;
  memoryClockMhz?: number | null;
  numaNode?: number | null;
  /** CPUs near the device, as the kernel writes lists: `0-15,64-79`. */
  cpuAffinity?: string | null;
  temperatureLimitC?: number | null;
  /** Degrees left until the card slows down; newer NVIDIA cards give this instead of a limit. */
  temperatureMarginC?: number | null;
  throttleReasons?: string[];
  /** NVIDIA: what the driver asks for (`None`, `Reset`, `Reboot`, `Drain P2P`, …). */
  recoveryAction?: string | null;
  /** Row remapping waits for a reset, or has failed (no spare rows): the memory is bad. */
  remapPending?: boolean | null;
  remapFailure?: boolean | null;
  pageRetirementPending?: boolean | null;
}

/** What a parser makes of one output. Parsers are pure and never throw on bad text: they answer `failed`. */
export type Reading =
  | {
      status: 'present';
      devices: DeviceReading[];
      /** Devices that the output names as unreachable (`GPU is lost`), by index or bus id as printed. */
      lost?: string[];
      driverVersion?: string | null;
      runtimeVersion?: string | null;
      toolVersion?: string | null;
      /** Rows of the process table. */
      processes?: ProcessReading[];
      /** Rows of a link matrix, where the output is one: names on both axes and the cell words. */
      topology?: TopologyReading;
      /** The output ended early: what is listed is right, but more may be missing. */
      truncated?: boolean;
    }
  | { status: 'absent'; reason: string }
  | { status: 'failed'; reason: string };

/** One process on a device, as the vendor tool lists it. */
export interface ProcessReading {
  /** Index or card id of the device, its uuid, or `card/chip`. */
  device: number | string | null;
  pid: number | null;
  name?: string | null;
  memoryUsedMib?: number | null;
}

/** A link matrix as printed by `topo -m` and its kin. */
export interface TopologyReading {
  devices: string[];
  /** Cell words by row device then column device; the diagonal is `X`. */
  links: Record<string, Record<string, string>>;
  cpuAffinity?: Record<string, string>;
  numaAffinity?: Record<string, string>;
}

/** How one run of a tool ended. `code` is null when a signal ended it. */
export interface ToolOutput {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** `deadline`: killed for taking too long; `abandoned`: did not die even then; `missing`: no such trusted program. */
  problem?: 'deadline' | 'abandoned' | 'missing' | 'output_limit' | 'busy';
  durationMs: number;
}

/** The machine as a probe may see it. `exec.ts` and `tools.ts` give the real one; tests give a table. */
export interface Tools {
  /** Runs a program from a trusted folder with `LC_ALL=C` in a private working directory. Never throws. */
  run(
    program: string,
    args: readonly string[],
    options?: { timeoutMs?: number; file?: string },
  ): Promise<ToolOutput>;
  /** Absolute path of the program if it lies in a trusted folder, else undefined. */
  find(program: string): Promise<string | undefined>;
  /** Text of a small file under /sys, /proc or /dev, undefined when it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** Names in a directory, empty when it cannot be read. */
  list(path: string): Promise<string[]>;
}

/** What a grant may be made of on this machine, and whom it must not touch. */
export interface GrantHost {
  /** Character devices below /dev, links left out. */
  nodes: readonly string[];
  /** Fully qualified names in the CDI specifications; empty where the engine cannot use them. */
  cdi: readonly string[];
  /** Device nodes that such a name adds, as far as its specification says so. */
  cdiNodes: Readonly<Record<string, readonly string[]>>;
  /** OCI runtimes that the engine can be asked for (`runc`, `nvidia`, …). */
  runtimes: readonly string[];
  /** Whether a path is there, for mounts. */
  exists(path: string): boolean;
  /** The vendor's devices on this machine that are not leased with these. */
  others: readonly ProbedDevice[];
}

/** Why these devices cannot be given to a container; never a container without one of its cards. */
export interface GrantRefusal {
  refused: string;
}

/** Device nodes, mounts and environment that give a container exactly the leased devices. */
export interface DeviceGrant {
  /** CDI names, used instead of everything else where the engine knows them. */
  cdi?: string[];
  nodes: { hostPath: string; containerPath?: string; permissions?: string }[];
  mounts: { hostPath: string; containerPath: string; readOnly: true }[];
  env: Record<string, string>;
  /** Engine runtime to ask for (`nvidia`), when the vendor's own runtime is installed and CDI is not. */
  runtime?: string;
  /** Program and arguments that list, inside the container, the devices it can open; `parse` reads what it prints. */
  check?: readonly string[];
}

/** A device with its reading brought into one shape: what inventory, capacity and the wire speak of. */
export interface ProbedDevice {
  /** Stable across reboots where the tool gives a uuid or serial; else vendor and bus address. */
  id: string;
  vendor: Vendor;
  reading: DeviceReading;
  health: 'ok' | 'degraded' | 'failed' | 'unknown';
  healthReasons: string[];
  /** A part of a card that is leased by itself; its reading has the part's own values only. */
  partition?: { kind: 'mig'; parentId: string; profile: string };
  /** Why it cannot be leased although it has not failed: the bus shows it and the tool does not. */
  unusable?: string;
}

/** Answer of one look by one vendor probe. */
export type ProbeAnswer =
  | {
      status: 'present';
      devices: ProbedDevice[];
      driverVersion: string | null;
      runtimeVersion: string | null;
      /** Absent when the command prints no process table; empty when it does and nothing runs. */
      processes?: ProcessReading[];
      topology?: TopologyReading;
    }
  | { status: 'absent'; reason: string }
  | { status: 'failed'; reason: string };

/** A flaw of a range of versions. `escape`: a container can get out of its bounds. `loses_cards`: its cards vanish from it. */
export interface KnownBad {
  /** The first good version of each release line, oldest line first; of lines that are not listed, later ones are good. */
  fixedIn: readonly string[];
  effect: 'escape' | 'loses_cards';
  /** Where it is described. */
  reference: string;
}

/** What stands between an engine and the vendor's cards; its programs say their version with `--version`. */
export interface Companion {
  name: string;
  programs: readonly string[];
  bad: readonly KnownBad[];
}

/** One vendor. Everything here is pure but for what it does through `tools`. */
export interface VendorProbe {
  vendor: Vendor;
  /** Programs whose output `parse` understands, as typed. */
  programs: readonly string[];
  /** Where the driver's own packages put them when it is not a folder of the system; only root's files are taken. */
  toolFolders?: readonly string[];
  /** PCI vendor ids (lower-case hex without 0x) for the free pre-check in /sys/bus/pci; empty when unknown. */
  pciVendors: readonly string[];
  /** Nodes under /dev of which each means a card; absent where other vendors' cards have the same. */
  cardNodes?: RegExp;
  /** The vendor's own part of a container engine, when versions of it are known that nobody should run. */
  companion?: Companion;
  /** The vendor's processors have graphics inside, which no tool lists: a display on the bus proves no card. */
  graphicsInside?: true;
  /** Reads one output of `program` run with `args` (both as typed; args may be unknown, then ''). Never throws. */
  parse(program: string, args: string, text: string): Reading;
  /** Everything that does not change by itself: the cheapest complete command(s). */
  inventory(tools: Tools): Promise<ProbeAnswer>;
  /** What changes all the time, in one cheap command. Devices carry the same ids as in `inventory`. */
  telemetry(tools: Tools): Promise<ProbeAnswer>;
  /** Links between the devices: one more process, so it is asked seldom and apart. Null when the tool gives none. */
  topology?(tools: Tools): Promise<TopologyReading | null>;
  /** Who uses the devices, where neither inventory nor telemetry says: one more process, asked seldom and apart. */
  processes?(tools: Tools): Promise<Reading>;
  /** A command that prints telemetry for ever, one sample after another, where the tool can loop. */
  stream?: {
    program: string;
    args(intervalMs: number): string[];
    /** Takes the text so far, gives whole samples and what is left over. */
    split(buffer: string): { samples: string[]; rest: string };
    parse(sample: string): Reading;
  };
  /** How leased devices get into a container, or why they cannot. Of no devices: what keeps all of them out. */
  grant(devices: readonly ProbedDevice[], host: GrantHost): DeviceGrant | GrantRefusal;
}

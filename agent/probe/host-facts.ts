/** The hidden subcommand `internal-host-facts` (edge): asks `systeminformation` and ends; see `host.ts` for why. */
import { stdout } from 'node:process';

/** What is asked of it; '' for not known. */
export interface HostFacts {
  os: string;
  kernel: string;
  cpuModel: string;
  /** Manufacturer and model of the machine. */
  machine: string;
}

const joined = (...words: readonly string[]): string =>
  words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .join(' ');

/** Prints `HostFacts` as one line of JSON and resolves with the exit code. */
export async function printHostFacts(): Promise<number> {
  const { default: si } = await import('systeminformation');
  const [os, cpu, system] = await Promise.all([si.osInfo(), si.cpu(), si.system()]);
  const facts: HostFacts = {
    os: joined(os.distro, os.release),
    kernel: os.kernel,
    cpuModel: joined(cpu.brand.startsWith(cpu.manufacturer) ? '' : cpu.manufacturer, cpu.brand),
    machine: joined(system.manufacturer, system.model),
  };
  await new Promise<void>((done) => stdout.write(`${JSON.stringify(facts)}\n`, () => done()));
  return 0;
}

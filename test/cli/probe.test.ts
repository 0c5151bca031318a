/** `suanlink probe` and `suanlink simulate-node` as child processes: real probes over stand-in tools. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeDocument } from '../../proto/probe.ts';
import { start, suanlink } from './run-cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-probe-cli-'));
const cards = join(dir, 'cards');
afterAll(() => rmSync(dir, { recursive: true }));

async function cli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { code, stdout, stderr } = await suanlink(args, { XDG_STATE_HOME: dir });
  return { code, out: stdout.toString(), err: stderr };
}

const simulate = (...args: string[]) => cli('simulate-node', '--dir', cards, ...args);

/** Vendors whose tool this machine may really have are not asked. */
const asked = ['--vendor', 'nvidia,ascend,cambricon', '--tool-path', cards];

async function document(...args: string[]): Promise<ProbeDocument> {
  return JSON.parse((await cli('probe', ...asked, '-o', 'json', ...args)).out) as ProbeDocument;
}

/** Processes that play a tool of this test's folder. */
function tools(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cards);
      } catch {
        return false; // It has ended while we looked.
      }
    });
}

beforeAll(async () => {
  await simulate('--profile', 'mixed');
});

describe('simulate-node', () => {
  it('lists profiles and faults', async () => {
    const { code, out } = await cli('simulate-node', '--list');
    expect(code).toBe(0);
    for (const word of ['8xH100', '8xAscend910B3', '8xMLU370', '8xMI300X', 'mixed', 'hang', 'stuck', 'ecc'])
      expect(out).toMatch(new RegExp(`^ +${word}\\b`, 'm'));
    expect(await cli('simulate-node')).toEqual({ code, out, err: '' });
  });

  it('puts tools below the state by default, and says how to use them', async () => {
    const { out, err } = await cli('simulate-node', '--profile', '4xMLU370');
    const made = join(dir, 'suanlink/simulated/4xMLU370');
    expect(out).toBe(`--tool-path ${made}\n`);
    expect(err).toContain('suanlink probe --tool-path');
    expect(existsSync(join(made, 'cnmon'))).toBe(true);
  });

  it('keeps faults until they are cleared, and takes a tool away and back', async () => {
    const other = join(dir, 'other');
    const at = (...args: string[]) => cli('simulate-node', '--dir', other, '-o', 'json', ...args);
    await at('--profile', '8xH100', '--seed', '5', '--fault', 'lost:nvidia-smi:3');
    expect(JSON.parse((await at('--fault', 'gone')).out)).toEqual({
      schema: 'suanlink.simulated-node/v1',
      profile: '8xH100',
      dir: other,
      tools: [],
      faults: ['lost:nvidia-smi:3', 'gone:nvidia-smi'],
    });
    expect(existsSync(join(other, 'nvidia-smi'))).toBe(false);
    expect(JSON.parse((await at('--clear')).out)).toMatchObject({ tools: ['nvidia-smi'], faults: [] });
    expect(JSON.parse(readFileSync(join(other, 'simulated.json'), 'utf8'))).toMatchObject({ seed: 5 });
    expect(JSON.parse((await at('--profile', '2xC500')).out)).toMatchObject({ tools: ['mx-smi'] });
    expect(existsSync(join(other, 'nvidia-smi'))).toBe(false);
  });

  it('warns of a folder that no probe would trust', async () => {
    const open = join(dir, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const { code, out, err } = await cli('simulate-node', '--profile', '8xH100', '--dir', open);
    expect({ code, out }).toEqual({ code: 0, out: `--tool-path ${open}\n` });
    expect(err).toMatch(/^warning: probes will not take tools/m);
    expect((await simulate('--clear')).err).not.toContain('warning');
  });

  it('refuses what it does not know', async () => {
    expect(await cli('simulate-node', '--profile', '9xH900')).toMatchObject({ code: 2, out: '' });
    expect((await simulate('--fault', 'explode:cnmon')).err).toContain('no kind "explode"');
    expect(await cli('simulate-node', '--dir', join(dir, 'none'), '--clear')).toMatchObject({ code: 2 });
    expect(await cli('simulate-node', '--fault', 'hang')).toMatchObject({ code: 2 });
  });
});

describe('probe', () => {
  it('shows every card with its values in a row', async () => {
    const { code, out } = await cli('probe', '--tool-path', cards);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^VENDOR +# +MODEL +MEMORY MiB +UTIL +TEMP +POWER +HEALTH +AGE +NOTE$/);
    expect(
      lines.filter((line) => /^nvidia +[01] +NVIDIA H100 80GB HBM3 +\d+\/81559 .* ok +0\.\ds/.test(line)),
    ).toHaveLength(2);
    expect(lines.filter((line) => /^ascend +[01] +910B3 +\d+\/65536 .* ok /.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /^cambricon +[01] +MLU370-X8 .*\d+\/250 W +ok /.test(line))).toHaveLength(
      2,
    );
  });

  it('prints a document with the names of a parsed capture', async () => {
    const { schema, generation, probes } = await document();
    expect(schema).toBe('suanlink.probe/v1');
    expect(generation).not.toBe('');
    expect(probes.map(({ vendor, status }) => [vendor, status])).toEqual([
      ['nvidia', 'present'],
      ['ascend', 'present'],
      ['cambricon', 'present'],
    ]);
    for (const { devices, sample_age_ms } of probes) {
      expect(devices).toHaveLength(2);
      expect(sample_age_ms).toBeLessThan(5_000);
      for (const device of devices)
        expect(device).toMatchObject({
          health: 'ok',
          memory_total_mib: expect.any(Number) as number,
          temperature_c: expect.any(Number) as number,
          bus_id: expect.stringContaining(':') as string,
        });
    }
    expect(await document('--vendor', 'ascend')).toMatchObject({
      generation: expect.not.stringMatching(/^$/) as string,
    });
  });

  it('ends with 1 when a tool fails, and still shows the others', async () => {
    await simulate('--fault', 'broken:npu-smi', '--fault', 'ecc:nvidia-smi:1');
    const { code, out } = await cli('probe', ...asked);
    expect(code).toBe(1);
    expect(out).toMatch(/^ascend +- .* failed +- +.*-8005/m);
    expect(out).toMatch(/^nvidia +1 .* degraded .* 3 uncorrected memory errors/m);
    expect(out).toMatch(/^cambricon +1 .* ok/m);
    await simulate('--clear');
  });

  it('says what it waits for, and leaves no tool behind after Ctrl-C', async () => {
    await simulate('--fault', 'hang:npu-smi');
    const child = start(['probe', ...asked]);
    await child.says(/asking the tools of .*ascend/);
    expect(tools().length).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 130, stdout: Buffer.alloc(0) });
    expect(tools()).toEqual([]);
    await simulate('--clear');
  });

  it('watches: a document a line, changing, until Ctrl-C', async () => {
    const child = start(['probe', ...asked, '--watch', '--interval', '200ms', '-o', 'json']);
    await child.says(/(?:.*"suanlink.probe\/v1".*\n){3}/);
    await simulate('--fault', 'vanish:nvidia-smi:1');
    await child.says(/no longer lists it/);
    child.kill('SIGINT');
    const ended = await child.ended;
    expect(ended.code).toBe(130);
    const all = ended.stdout.toString().trimEnd().split('\n');
    const documents = all.map((line) => JSON.parse(line) as ProbeDocument);
    const ages = documents.flatMap(({ probes }) => probes.map(({ sample_age_ms: ageMs }) => ageMs ?? 1e9));
    expect(Math.max(...ages)).toBeLessThan(10_000);
    const powers = documents.map(({ probes }) => probes[0]?.devices[0]?.power_w);
    expect(new Set(powers).size).toBeGreaterThan(1);
    expect(tools()).toEqual([]);
    await simulate('--clear');
  });

  it('watches as a table without a terminal, and ends when nobody reads', async () => {
    const child = start(['probe', ...asked, '--watch', '--interval', '200ms']);
    await child.says(/Ctrl-C ends\n\nVENDOR[\s\S]*Ctrl-C ends\n\nVENDOR/);
    child.closeStdout();
    expect((await child.ended).code).toBe(0);
    expect(tools()).toEqual([]);
  });

  it('refuses a vendor and an interval that it does not know', async () => {
    expect((await cli('probe', '--vendor', 'acme')).err).toContain('known: nvidia, ascend');
    expect(await cli('probe', '--interval', '10ms')).toMatchObject({ code: 2 });
  });
});

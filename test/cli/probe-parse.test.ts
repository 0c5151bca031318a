/** `suanlink probe parse` as a child process: arguments, formats, exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { suanlink } from './run-cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-parse-'));
afterAll(() => rmSync(dir, { recursive: true }));

const list = 'GPU 0: NVIDIA H20 (UUID: GPU-5a1b2c3d-1111-4222-8333-444455556666)\n';

function capture(name: string, bytes: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

async function parse(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { code, stdout, stderr } = await suanlink(['probe', 'parse', ...args]);
  return { code, out: stdout.toString(), err: stderr };
}

describe('probe parse', () => {
  const good = capture('list.txt', list);
  const device = { index: 0, model: 'NVIDIA H20', uuid: 'GPU-5a1b2c3d-1111-4222-8333-444455556666' };

  it.each([
    ['as JSON by default', ['--tool', 'nvidia-smi', good]],
    ['as JSON when asked', ['--tool', 'nvidia-smi', '--args', '-L', good, '--output', 'json']],
    ['with empty arguments', ['--tool', '/usr/bin/nvidia-smi', '--args', '', good]],
    ['with arguments that nobody knows', ['--tool', 'nvidia-smi.exe', '--args', '--what --ever', good]],
  ])('prints a capture %s', async (_, args) => {
    const { code, out, err } = await parse(...args);
    expect({ code, err, document: JSON.parse(out) as unknown }).toEqual({
      code: 0,
      err: '',
      document: { status: 'present', devices: [expect.objectContaining(device)] },
    });
  });

  it('reads UTF-16, as PowerShell writes it', async () => {
    const wide = capture('wide.txt', Buffer.from(`\uFEFF${list.replace('\n', '\r\n')}`, 'utf16le'));
    const { code, out } = await parse('--tool', 'nvidia-smi', wide);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ devices: [device] });
  });

  it('prints a table when asked', async () => {
    const { code, out } = await parse('--tool', 'nvidia-smi', good, '-o', 'table');
    expect(code).toBe(0);
    expect(out).toMatch(/^INDEX +MODEL .*\n0 +NVIDIA H20 /);
  });

  it('ends with 0 for absent, with 1 and the reason for failed', async () => {
    const none = await parse('--tool', 'nvidia-smi', capture('none.txt', 'No devices were found\n'));
    expect(none.code).toBe(0);
    expect(JSON.parse(none.out)).toMatchObject({
      status: 'absent',
      reason: expect.stringMatching(/./) as string,
      devices: [],
    });
    const empty = await parse('--tool', 'nvidia-smi', capture('empty.txt', ''));
    expect(empty.code).toBe(1);
    expect(JSON.parse(empty.out)).toMatchObject({ status: 'failed', devices: [] });
    const unknown = await parse('--tool', 'who-smi', good);
    expect(unknown.code).toBe(1);
    expect(unknown.out).toContain('nvidia-smi');
  });

  it('says what it was not given', async () => {
    expect(await parse(good)).toMatchObject({ code: 2, out: '' });
    expect(await parse('--tool', 'nvidia-smi', join(dir, 'nowhere'))).toMatchObject({ code: 2, out: '' });
    expect(await parse('--tool', 'nvidia-smi', good, '-o', 'yaml')).toMatchObject({ code: 2, out: '' });
  });
});

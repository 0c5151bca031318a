/** What a machine has to give containers, on this machine's own /dev and on a folder of specifications. */
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCdi, listDeviceNodes } from '../../agent/runtime/devices.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suanlink-devices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('device nodes', () => {
  it('are the character devices of this machine', () => {
    const nodes = listDeviceNodes();
    expect(nodes).toEqual(expect.arrayContaining(['/dev/null', '/dev/zero']));
    expect(nodes.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('are never links, files or folders', () => {
    symlinkSync('/dev/null', join(folder, 'nvidia0'));
    writeFileSync(join(folder, 'nvidia1'), '');
    expect(listDeviceNodes([folder, join(folder, 'none')])).toEqual([]);
    expect(listDeviceNodes()).not.toContain('/dev/stdin');
    expect(listDeviceNodes()).not.toContain('/dev/pts');
  });
});

describe('CDI specifications', () => {
  it('give names and the nodes behind them; what cannot be read gives none', () => {
    writeFileSync(
      join(folder, 'a.yaml'),
      'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ncontainerEdits: {deviceNodes: [{path: /dev/nvidiactl}]}\ndevices:\n' +
        '- {name: "0", containerEdits: {deviceNodes: [{path: /dev/nvidia0}, {path: /dev/x, hostPath: /dev/dri/card1}]}}\n' +
        '- {name: GPU-a}\n- {name: 7}\n',
    );
    const device = { name: '6', containerEdits: { deviceNodes: [{ path: '/dev/davinci6' }, {}] } };
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ kind: 'huawei.com/npu', devices: [device] }));
    writeFileSync(join(folder, 'broken.json'), '{');
    writeFileSync(join(folder, 'list.yaml'), '- 1\n');
    writeFileSync(join(folder, 'other.txt'), 'kind: a/b\ndevices: [{name: c}]\n');
    expect(listCdi([folder, join(folder, 'none')])).toEqual({
      'nvidia.com/gpu=0': ['/dev/nvidia0', '/dev/dri/card1'],
      'nvidia.com/gpu=GPU-a': [],
      'huawei.com/npu=6': ['/dev/davinci6'],
    });
  });
});

/** What containers are given: each vendor's way, and that it is exactly the leased cards whatever the machine has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceOf, granted, grantedNodes, grantHost, refusalOf } from '../../test/probe/grants.ts';
import { ascend } from './ascend.ts';
import { cambricon } from './cambricon.ts';
import { mthreads } from './mthreads.ts';
import { nvidia } from './nvidia.ts';
import type { GrantHost, ProbedDevice, Vendor } from './probe.ts';
import { probes } from './registry.ts';

const controls = ['/dev/nvidiactl', '/dev/nvidia-uvm'];

describe('nvidia', () => {
  const [a, b] = [
    deviceOf('nvidia', 'a', { index: 3, minorNumber: 5, uuid: 'GPU-a' }),
    deviceOf('nvidia', 'b', { index: 4, minorNumber: 4, uuid: 'GPU-b' }),
  ];
  const nodes = ['/dev/nvidia0', '/dev/nvidia4', '/dev/nvidia5', ...controls, '/dev/nvidia-uvm-tools'];
  const check = ['nvidia-smi', '-L'];

  it('by CDI where all devices have a name; a hook that obeys the image adds nothing', () => {
    const cdi = ['nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=GPU-b', 'nvidia.com/gpu=all'];
    expect(granted(nvidia, [a, b], { nodes, cdi, runtimes: ['nvidia'] })).toEqual({
      cdi: cdi.slice(0, 2),
      nodes: [],
      mounts: [],
      env: { NVIDIA_VISIBLE_DEVICES: 'void' },
      check,
    });
  });

  it('by the index in CDI only where the specification names the node of the card', () => {
    const cdi = ['nvidia.com/gpu=3'];
    const named = (path: string): unknown =>
      granted(nvidia, [a], { nodes, cdi, cdiNodes: { 'nvidia.com/gpu=3': ['/dev/dri/card1', path] } }).cdi;
    expect(named('/dev/nvidia5')).toEqual(cdi);
    expect(granted(nvidia, [a], { nodes, cdi: [] }).cdi).toBeUndefined();
    // Here index 3 is another card by now, so the card goes in by its node.
    expect(
      granted(nvidia, [a], { nodes, cdi, cdiNodes: { 'nvidia.com/gpu=3': ['/dev/nvidia4'] } }),
    ).toMatchObject({
      nodes: expect.arrayContaining([{ hostPath: '/dev/nvidia5', permissions: 'rw' }]),
    });
  });

  it("by NVIDIA's runtime where the engine has it and CDI does not know the cards", () => {
    expect(granted(nvidia, [a, b], { nodes, runtimes: ['runc', 'nvidia'] })).toEqual({
      runtime: 'nvidia',
      nodes: [],
      mounts: [],
      env: { NVIDIA_VISIBLE_DEVICES: 'GPU-a,GPU-b', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' },
      check,
    });
  });

  it('by nodes otherwise: minor numbers, never indexes', () => {
    expect(grantedNodes(nvidia, [a, b], nodes)).toEqual([
      ...controls,
      '/dev/nvidia-uvm-tools',
      '/dev/nvidia5',
      '/dev/nvidia4',
    ]);
    expect(granted(nvidia, [a], { nodes }).env).toEqual({ NVIDIA_VISIBLE_DEVICES: 'GPU-a' });
    const unnumbered = deviceOf('nvidia', 'c', { index: 0, uuid: 'GPU-c' });
    expect(refusalOf(nvidia.grant([a, unnumbered], grantHost({ nodes })))).toBe(
      'which device node belongs to c is not known',
    );
  });

  it('refuses without the nodes that every card needs, or the node of one', () => {
    expect(refusalOf(nvidia.grant([a], grantHost({ nodes: ['/dev/nvidia5', '/dev/nvidiactl'] })))).toBe(
      'this machine has no /dev/nvidia-uvm (a character device, not a link)',
    );
    expect(refusalOf(nvidia.grant([a, b], grantHost({ nodes: ['/dev/nvidia5', ...controls] })))).toBe(
      '/dev/nvidia4 of b is not there (a character device, not a link)',
    );
  });

  it('a MIG instance goes by its uuid, and not at all by nodes', () => {
    const part: ProbedDevice = {
      ...deviceOf('nvidia', 'MIG-1', { index: 0, uuid: 'MIG-1' }),
      partition: { kind: 'mig', parentId: 'GPU-a', profile: '1g.10gb' },
    };
    expect(granted(nvidia, [part], { cdi: ['nvidia.com/gpu=MIG-1'] }).cdi).toEqual(['nvidia.com/gpu=MIG-1']);
    expect(granted(nvidia, [part], { runtimes: ['nvidia'] }).env).toMatchObject({
      NVIDIA_VISIBLE_DEVICES: 'MIG-1',
    });
    expect(refusalOf(nvidia.grant([part], grantHost({ nodes, cdi: ['nvidia.com/gpu=0'] })))).toMatch(
      /part of a card/,
    );
  });
});

describe('ascend', () => {
  const nodes = ['/dev/davinci0', '/dev/davinci6', '/dev/davinci_manager', '/dev/devmm_svm', '/dev/hisi_hdc'];
  const six = deviceOf('ascend', 'six', { index: 0, physicalId: 6 });

  it('by physical id, with the managers and what there is of the driver', () => {
    const driver = ['/usr/local/Ascend/driver/lib64', '/usr/local/bin/npu-smi'];
    const grant = granted(ascend, [six], { nodes, exists: (path) => driver.includes(path) });
    expect(grant.nodes.map(({ hostPath }) => hostPath)).toEqual([...nodes.slice(2), '/dev/davinci6']);
    expect(grant.mounts.map(({ hostPath }) => hostPath).toSorted()).toEqual(driver);
    expect(grant.mounts.every(({ readOnly }) => readOnly)).toBe(true);
    expect(grant.env).toEqual({ ASCEND_VISIBLE_DEVICES: '6' });
    expect(granted(ascend, [six], { nodes, runtimes: ['ascend'] })).toMatchObject({
      runtime: 'ascend',
      nodes: [],
      env: { ASCEND_VISIBLE_DEVICES: '6' },
    });
  });

  it("the containers' manager stands in the place of the host's", () => {
    const grant = granted(ascend, [six], { nodes: [...nodes, '/dev/davinci_manager_docker'] });
    expect(grant.nodes[0]).toEqual({
      hostPath: '/dev/davinci_manager_docker',
      containerPath: '/dev/davinci_manager',
      permissions: 'rw',
    });
    expect(grant.nodes.map(({ hostPath }) => hostPath)).not.toContain('/dev/davinci_manager');
  });

  it('an unknown physical id is refused, also among known ones', () => {
    const unknown = deviceOf('ascend', 'lost', { index: 0 });
    expect(refusalOf(ascend.grant([six, unknown], grantHost({ nodes, runtimes: ['ascend'] })))).toMatch(
      /of? lost|lost is/,
    );
  });
});

it('cambricon: by index, the link nodes and the tool where they are there', () => {
  const one = deviceOf('cambricon', 'one', { index: 1 });
  const nodes = ['/dev/cambricon_dev0', '/dev/cambricon_dev1', '/dev/cambricon_ipcm1', '/dev/cambricon_ctl'];
  expect(grantedNodes(cambricon, [one], nodes)).toEqual([
    '/dev/cambricon_ctl',
    '/dev/cambricon_dev1',
    '/dev/cambricon_ipcm1',
  ]);
  expect(granted(cambricon, [one], { nodes, exists: () => false })).toMatchObject({
    mounts: [],
    env: { CAMBRICON_VISIBLE_DEVICES: '1' },
  });
});

it('moore threads: by its runtime where the engine has it', () => {
  const two = [0, 2].map((index) => deviceOf('mthreads', `m${index}`, { index }));
  expect(granted(mthreads, two, { runtimes: ['mthreads'] })).toMatchObject({
    runtime: 'mthreads',
    env: { MTHREADS_VISIBLE_DEVICES: '0,2' },
  });
});

describe('every vendor', () => {
  /** Vendors whose nodes are numbered by index where the tool tells no minor number (docs/vendors.md). */
  const byIndex: readonly Vendor[] = ['mthreads', 'kunlun', 'enflame', 'cambricon'];
  /** Card `n` of a machine on which index, minor number and physical id are three different things for the others. */
  const card = (vendor: Vendor, n: number): ProbedDevice => {
    const dri = `/dev/dri/card${n + 1} /dev/dri/renderD${128 + n}`;
    const deviceNode =
      vendor === 'gaudi'
        ? `/dev/accel/accel${n} /dev/accel/accel_controlD${n}`
        : vendor === 'kunlun'
          ? `/dev/xpu${n}`
          : dri;
    const reading = {
      index: n,
      minorNumber: byIndex.includes(vendor) ? n : n + 10,
      physicalId: n + 20,
      uuid: `U-${vendor}-${n}`,
      busId: `0000:${n + 30}:00.0`,
      deviceNode,
    };
    return deviceOf(vendor, `${vendor}-${n}`, reading);
  };
  const count = 4;
  const all = (vendor: Vendor): ProbedDevice[] => Array.from({ length: count }, (_, n) => card(vendor, n));
  const numbered = (stem: string): string[] => Array.from({ length: 40 }, (_, n) => `${stem}${n}`);
  /** Nodes of every vendor and of others. */
  const everyNode = [
    ...['nvidia', 'davinci', 'cambricon_dev', 'cambricon_ipcm', 'mtgpu.', 'iluvatar', 'xpu', 'gcu'].flatMap(
      (stem) => numbered(`/dev/${stem}`),
    ),
    ...numbered('/dev/dri/card'),
    ...Array.from({ length: 8 }, (_, n) => `/dev/dri/renderD${128 + n}`),
    ...numbered('/dev/accel/accel'),
    ...numbered('/dev/accel/accel_controlD'),
    ...controls,
    '/dev/davinci_manager',
    '/dev/devmm_svm',
    '/dev/hisi_hdc',
    '/dev/cambricon_ctl',
    '/dev/kfd',
    '/dev/mkfd',
    '/dev/mxcd',
    '/dev/itrctl',
    '/dev/xpuctrl',
    '/dev/gcuctl',
    '/dev/kmsg',
    '/dev/mem',
    '/dev/kvm',
    '/dev/fuse',
  ];
  const machine = (parts: Partial<GrantHost>): GrantHost => grantHost({ nodes: everyNode, ...parts });
  const nodesFor = (vendor: Vendor, leased: readonly ProbedDevice[]): Set<string> => {
    const probe = probes.find((each) => each.vendor === vendor);
    const others = all(vendor).filter(({ id }) => !leased.some((device) => device.id === id));
    const answer = probe?.grant(leased, machine({ others }));
    if (!answer || 'refused' in answer) throw new Error(JSON.stringify(answer));
    return new Set(answer.nodes.map(({ hostPath }) => hostPath));
  };
  const vendors = probes.map(({ vendor }) => vendor);

  it.each(vendors)('%s: the nodes of a grant are the shared ones and those of its cards', (vendor) => {
    const single = all(vendor).map((device) => nodesFor(vendor, [device]));
    const shared = new Set([...(single[0] ?? [])].filter((path) => single.every((nodes) => nodes.has(path))));
    const own = single.map((nodes) => new Set([...nodes].filter((path) => !shared.has(path))));
    for (const [n, nodes] of own.entries()) {
      expect(nodes.size, `card ${n} has a node of its own`).toBeGreaterThan(0);
      for (const other of own.slice(n + 1)) expect([...nodes].filter((path) => other.has(path))).toEqual([]);
    }
    for (const path of ['/dev/kmsg', '/dev/mem', '/dev/kvm', '/dev/fuse'])
      expect(single.some((nodes) => nodes.has(path))).toBe(false);
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3], { minLength: 1 }), (picked) => {
        const leased = picked.map((n) => card(vendor, n));
        const wanted = new Set([...shared, ...picked.flatMap((n) => [...(own[n] ?? [])])]);
        expect([...nodesFor(vendor, leased)].toSorted()).toEqual([...wanted].toSorted());
      }),
    );
  });

  it.each(vendors)(
    '%s: whatever the machine has and whatever is unknown, never a card too few or another',
    (vendor) => {
      const probe = probes.find((each) => each.vendor === vendor);
      const single = all(vendor).map((device) => nodesFor(vendor, [device]));
      const fields = ['index', 'minorNumber', 'physicalId', 'uuid', 'busId', 'deviceNode'] as const;
      const unknowns = fc.array(fc.subarray([...fields]), { minLength: count, maxLength: count });
      const kinds = [
        'nvidia.com/gpu',
        'huawei.com/npu',
        'amd.com/gpu',
        'iluvatar.com/gpu',
        'mthreads.com/gpu',
      ];
      const names = kinds.flatMap((kind) =>
        all(vendor).flatMap(({ reading }) => [`${kind}=${reading.uuid}`, `${kind}=${reading.physicalId}`]),
      );
      fc.assert(
        fc.property(
          fc.subarray([0, 1, 2, 3], { minLength: 1 }),
          unknowns,
          fc.subarray(everyNode, { minLength: everyNode.length - 6 }),
          fc.subarray(names),
          fc.subarray(['runc', 'nvidia', 'ascend', 'mthreads', 'iluvatar', 'habana']),
          (picked, unknown, nodes, cdi, runtimes) => {
            const devices = all(vendor).map((device, n) => ({
              ...device,
              reading: {
                ...device.reading,
                ...Object.fromEntries((unknown[n] ?? []).map((field) => [field, null])),
              },
            }));
            const leased = picked.flatMap((n) => devices[n] ?? []);
            const others = devices.filter((device) => !leased.includes(device));
            const answer = probe?.grant(leased, machine({ nodes, cdi, runtimes, others }));
            if (!answer || 'refused' in answer) {
              expect(answer?.refused).not.toBe('');
              return;
            }
            const paths = answer.nodes.map(({ hostPath }) => hostPath);
            expect(paths.filter((path) => !nodes.includes(path))).toEqual([]);
            if (answer.cdi) expect(new Set(answer.cdi).size).toBe(leased.length);
            else if (answer.runtime !== undefined)
              expect(Object.values(answer.env)[0]?.split(',')).toHaveLength(leased.length);
            else for (const n of picked) expect(paths.some((path) => single[n]?.has(path))).toBe(true);
            const foreign = [0, 1, 2, 3].filter((n) => !picked.includes(n) && unknown[n]?.length === 0);
            const allowed = new Set(picked.flatMap((n) => [...(single[n] ?? [])]));
            for (const n of foreign)
              for (const path of single[n] ?? []) if (!allowed.has(path)) expect(paths).not.toContain(path);
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  it.each(vendors)('%s: of no device nothing, and nothing of the image’s choosing', (vendor) => {
    const probe = probes.find((each) => each.vendor === vendor);
    const answer = probe?.grant([], machine({ others: all(vendor) }));
    expect(answer).toMatchObject({ nodes: [], mounts: [] });
    expect(answer).not.toHaveProperty('runtime');
    for (const value of Object.values(answer && 'env' in answer ? answer.env : {}))
      expect(value).toMatch(/^(void)?$/);
  });
});

it('a node that two devices share is no node for either', () => {
  const probe = probes.find(({ vendor }) => vendor === 'amd');
  const [one, two] = ['one', 'two'].map((id) => deviceOf('amd', id, { deviceNode: '/dev/dri/renderD128' }));
  const nodes = ['/dev/kfd', '/dev/dri/renderD128'];
  if (!one || !two || !probe) throw new Error('no devices');
  expect(refusalOf(probe.grant([one], grantHost({ nodes, others: [two] })))).toBe(
    '/dev/dri/renderD128 of one is the node of two too',
  );
  expect(refusalOf(probe.grant([one, two], grantHost({ nodes })))).toMatch(/is the node of one too$/);
});

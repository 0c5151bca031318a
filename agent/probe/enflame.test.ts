import { describe, expect, it } from 'vitest';
import { enflame } from './enflame.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof enflame.parse> => enflame.parse('efsmi', '', text);

const banner = `----------------------------------------------------------------------------
------------------- Enflame System Management Interface --------------------
---------- Enflame Tech, All Rights Reserved. 2024 Copyright (C) -----------
----------------------------------------------------------------------------

`;

const table12 = `${banner}+2024-12-06, 11:33:56 CST--------------------------------------------------+
|EFSMI    V1.2.0.301       Driver Ver: 1.2.0.301                           |
|--------------------------------------------------------------------------|
|--------------------------------------------------------------------------|
| DEV    NAME                | FW VER          | BUS-ID      ECC           |
| TEMP   Dpm   Pwr(Usage/Cap)| Mem     GCU Virt| DUsed       SN            |
|--------------------------------------------------------------------------|
| 2      T60                 | 33.6.9          | 00:01:00.0  Enable        |
| 39 C   Sleep    105W  300W | 42976MiB Disable|   1.5%      A000000000015 |
+--------------------------------------------------------------------------+
`;

const table16 = `${banner}+2025-11-28, 10:50:14 CST-----------------------------------------------------+
| EFSMI: 1.6.3.12          Driver Ver: 1.6.3.12                               |
+-----------------------------+-------------------+---------------------------+
| DEV    NAME                 | Boot FW VER       | BUS-ID      ECC           |
| TEMP   Lpm   Pwr(Usage/Cap) | Mem      GCU Virt | DUsed       SN            |
|=============================================================================|
| 0      Enflame T60G         | 31.5.3            | 00:2e:00.0  Disable       |
| 34℃    LP0      N/A         | 23552MiB  SRIOV   | 0%          A000000000031 |
+-----------------------------+-------------------+---------------------------+
| 1      Enflame T300         | 40.2.8.3          | 00:2f:00.0  Enable        |
| 35     LP1      68W / 300W  | 147456MiB Disable | N/A         A000000000032 |
+-----------------------------+-------------------+---------------------------+
`;

const full = `${banner}DEV ID 0
    Driver Info
        Ver                     : 1.4.3.4
    Device Info
        Dev Name                : T60
        Dev UUID                : TR0000000001
        Dev SN                  : A000000000676
        Health                  : True
    PCIe Info
        Vendor ID               : 1e36
        Device ID               : c035
        Domain                  : 0000
        Bus                     : 17
        Dev                     : 00
        Func                    : 0
        Link Info
        Max Link Speed          : Gen5
    Power Info
        Power Capa              : 300 W
        Cur Power               : 96 W
    Device Mem Info
        Total Size              : 42976 MiB
        Reserved Size           : 1129 MiB
        Used Size               : 0 MiB
        Free Size               : 41846 MiB
    Temperature Info
        GCU Temp                : 35 ℃
    Device Usage Info
        GCU Usage               : 0.0 %
    ECC Mode
        Current                 : Enable
        Pending                 : Enable
DEV ID 1
    Device Info
        Dev Name                : T60
        Health                  : False
    PCIe Info
        Domain                  : 0000
        Bus                     : 18
        Dev                     : 00
        Func                    : 0
`;

const old = `${banner}DEV ID 0
\tDevice Mem Info
\t\tMem Size                : 42976 MiB
\t\tMem Usage               : 1130 MiB
\t\tMem Ecc                 : enable
\tTemperature Info
\t\tGCU Temp                : 34 C
\tDevice Usage Info
\t\tGCU Usage               : N/A
`;

const monitor = `${banner}*Dev Pwr    DTemp  Sip    DUsed  Dpm     MUsed  Mem    Mclk   TxPci   RxPci
*Idx W      C      %      %      L       %      MiB    MHz    MiB/s   MiB/s
0    101    36     0.0    0.5    Sleep   84.1   42976  7000   0       0
1    N/A    37     0.0    0.0    Sleep   83.7   42976  7000   0       0
0    102    36     0.0    9.5    Active  84.2   42976  7000   0       0
`;

describe('efsmi', () => {
  it('reads the table of 1.2: a size that is no use, usage and cap without a slash, `39 C`', () => {
    expect(parse(table12)).toMatchObject({ driverVersion: '1.2.0.301', toolVersion: '1.2.0.301' });
    expect(devicesOf(parse(table12))).toEqual([
      {
        index: 2,
        model: 'T60',
        busId: '00:01:00.0',
        serial: 'A000000000015',
        firmware: '33.6.9',
        eccEnabled: true,
        memoryTotalMib: 42976,
        memoryUsedMib: null,
        utilizationPct: 1.5,
        temperatureC: 39,
        powerW: 105,
        powerLimitW: 300,
      },
    ]);
  });

  it('reads the table of 1.6 and 1.7: a slice without power, `℃` and no unit', () => {
    expect(devicesOf(parse(table16))).toMatchObject([
      {
        index: 0,
        model: 'Enflame T60G',
        temperatureC: 34,
        powerW: null,
        powerLimitW: null,
        memoryTotalMib: 23552,
      },
      {
        index: 1,
        model: 'Enflame T300',
        temperatureC: 35,
        powerW: 68,
        powerLimitW: 300,
        utilizationPct: null,
      },
    ]);
  });

  it('reads `-q`: the address in parts, health as True and False', () => {
    expect(parse(full)).toMatchObject({ driverVersion: '1.4.3.4' });
    expect(devicesOf(parse(full))).toEqual([
      {
        index: 0,
        model: 'T60',
        uuid: 'TR0000000001',
        serial: 'A000000000676',
        health: 'True',
        busId: '0000:17:00.0',
        powerLimitW: 300,
        powerW: 96,
        memoryTotalMib: 42976,
        memoryUsedMib: 0,
        memoryFreeMib: 41846,
        memoryReservedMib: 1129,
        temperatureC: 35,
        utilizationPct: 0,
        eccEnabled: true,
      },
      { index: 1, model: 'T60', health: 'False', busId: '0000:18:00.0' },
    ]);
  });

  it('reads the names that `-q` used before 1.4, and the rows of `--dmon`', () => {
    expect(devicesOf(parse(old))).toEqual([
      {
        index: 0,
        memoryTotalMib: 42976,
        memoryUsedMib: 1130,
        temperatureC: 34,
        utilizationPct: null,
        eccEnabled: true,
      },
    ]);
    expect(devicesOf(parse(monitor))).toMatchObject([
      {
        index: 0,
        samples: 2,
        powerW: 102,
        utilizationPct: 9.5,
        memoryUsagePct: 84.2,
        last: { dpm: 'Active' },
      },
      { index: 1, samples: 1, powerW: null, temperatureC: 37 },
    ]);
  });
});

describe('probe', () => {
  it('judges by Health, keeps one id in both forms, and gives the node of the index', async () => {
    const answer = await enflame.inventory(toolsOf({ 'efsmi -q': full }));
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(answer.devices.map(({ id, health }) => [id, health])).toEqual([
      ['enflame-0000:17:00.0', 'ok'],
      ['enflame-0000:18:00.0', 'failed'],
    ]);
    const table = await enflame.telemetry(toolsOf({ efsmi: table12.replace('00:01:00.0', '00:17:00.0') }));
    expect(table).toMatchObject({ devices: [{ id: 'enflame-0000:17:00.0' }] });
    const nodes = ['/dev/gcuctl', '/dev/gcu0', '/dev/gcu1'];
    expect(grantedNodes(enflame, answer.devices.slice(1), nodes)).toEqual(['/dev/gcuctl', '/dev/gcu1']);
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [table12, table16, full, old, monitor], { composed: ['busId'] })).toEqual(
    [],
  );
});

/** Faults of the machine itself: platform, cards and their tools, engine, disk. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { goodTool } from './bed.ts';
import { engine, type Fault, mknod, nodes, program, state } from './planted.ts';

/** Each with what the doctor has to say. */
export const machineFaults: readonly Fault[] = [
  {
    name: 'a kernel of 2013',
    plant: (bed) => bed.write('/proc/sys/kernel/osrelease', '3.10.0-1160.el7.x86_64\n'),
    ...{
      check: 'platform.kernel',
      level: 'fail',
      finding: 'kernel_old',
      next: /Upgrade the kernel to 4\.18/,
    },
  },
  {
    name: 'control groups without memory',
    plant: (bed) => bed.write('/sys/fs/cgroup/cgroup.controllers', 'cpu io pids\n'),
    ...{
      check: 'platform.cgroup',
      level: 'fail',
      finding: 'cgroup_controllers',
      next: /cgroup_enable=memory/,
    },
  },
  {
    name: 'few open files',
    plant: (bed) =>
      bed.write(
        '/proc/self/limits',
        'Max open files            1024                 4096                 files\n',
      ),
    ...{ check: 'platform.open_files', level: 'warn', finding: 'files_few', next: /LimitNOFILE=65536/ },
  },
  {
    name: 'SELinux keeps containers from devices',
    plant(bed) {
      bed.write('/sys/fs/selinux/enforce', '1');
      bed.write('/sys/fs/selinux/booleans/container_use_devices', '0 0');
    },
    ...{
      check: 'security.selinux',
      level: 'fail',
      finding: 'selinux_devices',
      next: /setsebool -P container_use_devices on/,
    },
  },
  {
    name: 'a card without its tool',
    plant(bed) {
      nodes(bed);
      bed.remove('/usr/bin/nvidia-smi');
    },
    ...{
      check: 'vendor.nvidia',
      level: 'fail',
      finding: 'tool_missing',
      next: /Install the driver package.*tool_path/,
    },
  },
  {
    name: 'a card on the PCI bus alone',
    plant(bed) {
      bed.write('/sys/bus/pci/devices/0000:c1:00.0/vendor', '0x19e5\n');
      bed.write('/sys/bus/pci/devices/0000:c1:00.0/class', '0x120000\n');
    },
    ...{ check: 'vendor.ascend', level: 'fail', finding: 'tool_missing', next: /npu-smi/ },
  },
  {
    name: 'a tool that hangs',
    plant: (bed) => program(bed, 'nvidia-smi', 'exec sleep 600'),
    ...{
      check: 'vendor.nvidia',
      level: 'fail',
      finding: 'tool_hangs',
      next: /dmesg.*reset the card or reboot/,
    },
  },
  {
    name: 'a tool that everybody can replace',
    plant: (bed) => program(bed, 'nvidia-smi', goodTool, 0o777),
    ...{
      check: 'vendor.nvidia',
      level: 'fail',
      finding: 'tool_untrusted',
      next: /chmod go-w \/.*nvidia-smi/,
    },
  },
  {
    name: 'a tool whose driver is of another version',
    plant: (bed) =>
      program(
        bed,
        'nvidia-smi',
        'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18',
      ),
    ...{ check: 'vendor.nvidia', level: 'fail', finding: 'tool_unreadable', next: /Run nvidia-smi by hand/ },
  },
  {
    name: 'a tool that lists nothing beside a card',
    plant(bed) {
      nodes(bed);
      program(bed, 'nvidia-smi', 'echo "No devices were found"');
    },
    ...{
      check: 'vendor.nvidia',
      level: 'fail',
      finding: 'tool_lists_none',
      next: /Load the driver \(modprobe\)/,
    },
  },
  {
    name: 'a card whose control node is missing',
    async plant(bed) {
      mknod(bed, 'nvidia0', 'nvidia-uvm');
      await bed.engine(engine({ info: { Runtimes: { runc: {} } } }));
    },
    ...{ check: 'vendor.nvidia', level: 'fail', finding: 'nodes_missing', next: /nvidia-modprobe/ },
  },
  {
    name: 'a container toolkit with a hole',
    plant: (bed) => program(bed, 'nvidia-ctk', 'echo "NVIDIA Container Toolkit CLI version 1.17.4"'),
    ...{
      check: 'vendor.nvidia.runtime',
      level: 'fail',
      finding: 'version_escape',
      next: /Upgrade NVIDIA Container Toolkit to 1\.17\.8/,
    },
  },
  {
    name: 'a container toolkit that loses cards',
    plant: (bed) => program(bed, 'nvidia-ctk', 'echo "NVIDIA Container Toolkit CLI version 1.17.8"'),
    ...{ check: 'vendor.nvidia.runtime', level: 'warn', finding: 'version_loses_cards', next: /1\.18\.0/ },
  },
  {
    name: 'no engine',
    plant(bed) {
      bed.stopEngine();
      bed.remove('/var/run/docker.sock');
    },
    ...{ check: 'engine.answers', level: 'fail', finding: 'engine_none', next: /apt-get install -y podman/ },
  },
  {
    name: 'an engine that has left its socket behind',
    plant(bed) {
      bed.stopEngine();
      execFileSync('python3', [
        '-c',
        `import socket; s=socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(join(bed.root, 'var/run/docker.sock'))})`,
      ]);
    },
    ...{ check: 'engine.answers', level: 'fail', finding: 'engine_refused', next: /systemctl start docker/ },
  },
  {
    name: 'an engine that hangs',
    plant: (bed) => bed.engine(undefined),
    ...{ check: 'engine.answers', level: 'fail', finding: 'engine_hangs', next: /systemctl restart docker/ },
  },
  {
    name: 'an engine of 2019',
    plant: (bed) => bed.engine(engine({ version: { Version: '19.03.15', ApiVersion: '1.40' } })),
    ...{ check: 'engine.version', level: 'fail', finding: 'engine_old', next: /Docker 20\.10 or Podman 4/ },
  },
  {
    name: 'crun between two versions of control groups',
    async plant(bed) {
      bed.remove('/sys/fs/cgroup/cgroup.controllers');
      bed.write('/sys/fs/cgroup/memory/tasks', '');
      bed.write('/sys/fs/cgroup/unified/cgroup.controllers', '');
      await bed.engine(engine({ info: { DefaultRuntime: 'crun', Runtimes: { crun: {} } } }));
    },
    ...{ check: 'engine.cgroup', level: 'fail', finding: 'crun_hybrid_alone', next: /Install runc/ },
  },
  {
    name: 'a runc with a hole',
    plant: (bed) => bed.engine(engine({ version: { Components: [{ Name: 'runc', Version: '1.1.9' }] } })),
    ...{
      check: 'engine.runtime',
      level: 'fail',
      finding: 'version_escape',
      next: /Upgrade runc to 1\.1\.12/,
    },
  },
  {
    name: 'a runc of a distribution, in Podman’s words',
    plant: (bed) => {
      const Version = 'runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1\nspec: 1.0.2-dev';
      return bed.engine(engine({ version: { Components: [{ Name: 'OCI Runtime (runc)', Version }] } }));
    },
    ...{
      check: 'engine.runtime',
      level: 'warn',
      finding: 'version_maybe_escape',
      next: /security updates in .*, or install runc 1\.1\.12/,
    },
  },
  {
    name: 'a default runtime that hands out cards',
    plant: (bed) => bed.engine(engine({ info: { DefaultRuntime: 'nvidia' } })),
    ...{
      check: 'engine.default_runtime',
      level: 'warn',
      finding: 'default_runtime_vendor',
      next: /default-runtime out of \/etc\/docker\/daemon\.json/,
    },
  },
  {
    name: 'a CDI specification of a card that was taken out',
    plant: (bed) =>
      bed.write(
        '/etc/cdi/nvidia.yaml',
        'cdiVersion: 0.6.0\nkind: nvidia.com/gpu\ndevices: [{name: "7", containerEdits: {deviceNodes: [{path: /dev/nvidia7}]}}]\n',
      ),
    ...{ check: 'engine.cdi', level: 'fail', finding: 'cdi_stale', next: /nvidia-ctk cdi generate/ },
  },
  {
    name: 'a CDI specification cut off in the middle',
    plant: (bed) => bed.write('/etc/cdi/nvidia.json', '{"kind": "nvidia.com/gpu", "devices": [{'),
    ...{
      check: 'engine.cdi',
      level: 'fail',
      finding: 'cdi_broken',
      next: /--output=\/etc\/cdi\/nvidia\.json/,
    },
  },
  {
    name: 'a state directory that is a file',
    plant(bed) {
      bed.remove(state);
      bed.write(state, '');
    },
    ...{ check: 'disk.state', level: 'fail', finding: 'disk_not_a_folder', next: /Move it away/ },
  },
];

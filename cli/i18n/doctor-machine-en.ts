/** What the doctor says of the machine, in English: platform, cards, engine, disks. */

/** What was found, and the next step unless there is none to take. `{name}` is filled in. */
export type DoctorText = readonly [said: string, next?: string];

/** Finding → what it is, what to do. */
export const machineEn = {
  hangs: [
    'no answer within {seconds} s',
    'Something that it asked hangs; look at the checks beside it, then run suanlink doctor again.',
  ],
  broken: [
    'the check itself failed: {why}',
    'Run it again as root; when it stays, send the bundle (suanlink doctor --bundle FILE) to whoever maintains suanlink.',
  ],
  needs: ['not looked at: {id} comes first'],

  kernel: ['Linux {kernel} on {arch}'],
  kernel_old: [
    'Linux {kernel} is older than {oldest}',
    'Upgrade the kernel to {oldest} or later; a current release of the distribution has one.',
  ],
  glibc: ['glibc {glibc}'],
  glibc_old: [
    'glibc {glibc} is older than {oldest}',
    'Use a distribution with glibc {oldest} or later: Debian 10, Ubuntu 20.04, RHEL 8, openEuler 20.03.',
  ],
  glibc_none: [
    'this is no glibc system',
    'Use a distribution with glibc {oldest} or later; Alpine and other musl systems are not served.',
  ],
  cgroup: ['control groups version 2'],
  cgroup_v1: [
    'control groups version 1: what a job uses is counted less exactly',
    'Boot with systemd.unified_cgroup_hierarchy=1 on the kernel command line.',
  ],
  cgroup_hybrid: [
    'both versions of control groups are mounted: crun starts nothing here',
    'Install runc, or boot with systemd.unified_cgroup_hierarchy=1.',
  ],
  cgroup_hybrid_runc: ['both versions of control groups are mounted; runc, which can work so, is here'],
  cgroup_none: [
    'no control groups are mounted',
    'Mount them (mount -t cgroup2 none /sys/fs/cgroup), or run the agent on the host, not in a container.',
  ],
  cgroup_controllers: [
    'control groups cannot bound {missing}',
    'Add cgroup_enable=memory to the kernel command line and reboot; see /sys/fs/cgroup/cgroup.controllers.',
  ],
  files: ['up to {files} open files'],
  files_few: [
    'at most {files} open files, also in containers',
    'Set LimitNOFILE={wanted} (systemctl edit suanlink-agent), or raise it in /etc/security/limits.conf.',
  ],

  vendor_absent: ['none here'],
  tool_missing: [
    '{cards} cards of {vendor} are in this machine, and no {program}',
    'Install the driver package of {vendor}, or name the folder with {program}: tool_path in /etc/suanlink/agent.yaml.',
  ],
  tool_untrusted: [
    '{path} is not run: others than root can change it',
    'chown root {path}; chmod go-w {path} and every folder above it.',
  ],
  tool_hangs: [
    '{program} gives no answer in {seconds} s',
    'The driver hangs: look at dmesg, then reset the card or reboot. Its leases end as device_lost; nothing new goes to it.',
  ],
  tool_unreadable: [
    '{program} cannot be read: {reason}',
    'Run {program} by hand; when it works there, send its output: suanlink doctor --bundle FILE.',
  ],
  tool_lists_none: [
    '{cards} cards are in this machine, {program} lists none: {reason}',
    'Load the driver (modprobe), look at dmesg, then run {program} again.',
  ],
  nodes_denied: [
    '{nodes} may not be opened',
    'Run the agent as root (systemctl start suanlink-agent), or join the group that owns them: ls -l {nodes}.',
  ],
  nodes_missing: [
    'no container can have a card: {reason}',
    'Load the driver’s modules, which make the nodes (nvidia-modprobe -u -c 0 for NVIDIA), or install the vendor’s container runtime.',
  ],
  cards: ['{cards} cards, driver {driver}'],
  cards_unwell: [
    '{reasons}',
    'suanlink probe shows each card; one that failed needs a reset, a reboot or its vendor.',
  ],
  cards_unlisted: [
    'the PCI bus shows {onBus} cards, {program} lists {cards}',
    'A card has fallen off: look at dmesg, then power the machine off and on.',
  ],
  companion_none: ['{name} is not installed'],
  version_good: ['{name} {version}'],
  version_escape: [
    '{name} {version} lets a container out of its bounds ({reference})',
    'Upgrade {name} to {fixed} or later before you lend cards to others.',
  ],
  version_maybe_escape: [
    '{name} {version} lets a container out of its bounds ({reference}), unless the distribution has mended it',
    'Bring the distribution’s security updates in (apt-get upgrade, dnf upgrade), or install {name} {fixed} or later.',
  ],
  version_loses_cards: [
    'with {name} {version} containers lose their cards at systemctl daemon-reload ({reference})',
    'Upgrade {name} to {fixed} or later.',
  ],

  engine: ['{name} {version} at {path}'],
  engine_served: ['no engine runs; the agent serves Podman itself'],
  engine_none: [
    'no container engine: looked at {tried}',
    'Install one: apt-get install -y podman runc, or dnf install -y podman; or start Docker: systemctl start docker.',
  ],
  engine_refused: [
    'nobody listens at {path}',
    'Start the engine: systemctl start docker, or systemctl start podman.socket.',
  ],
  engine_denied: [
    'you may not open {path}',
    'Run as root, or join the group that owns it: usermod -aG docker $USER, then log in again.',
  ],
  engine_hangs: [
    'the engine at {path} does not answer ({detail})',
    'Restart it: systemctl restart docker, or systemctl restart podman. Containers run on.',
  ],
  engine_version: ['{name} {version}, API {api}'],
  engine_old: [
    '{name} {version} speaks API {api}; {oldest} is the oldest that works',
    'Upgrade to Docker 20.10 or Podman 4 or later.',
  ],
  engine_cgroup: ['control groups by {driver}, version {version}'],
  engine_cgroup_version: [
    'the engine uses control groups version {version}, the machine has 2',
    'Restart the engine: systemctl restart docker, or systemctl restart podman.socket.',
  ],
  engine_no_cgroups: [
    'the engine makes no control groups: jobs have no limits',
    'Set cgroup_manager = "cgroupfs" in /etc/containers/containers.conf (Podman), or native.cgroupdriver (Docker), and restart it.',
  ],
  crun_hybrid: [
    'crun starts nothing where both versions of control groups are mounted',
    'Set runtime = "runc" under [engine] in /etc/containers/containers.conf.',
  ],
  crun_hybrid_alone: [
    'crun starts nothing where both versions of control groups are mounted',
    'Install runc (apt-get install -y runc) and set runtime = "runc" under [engine] in /etc/containers/containers.conf.',
  ],
  runtime_unknown: ['the engine does not name a version of runc'],
  default_runtime: ['the default runtime is {runtime}'],
  default_runtime_vendor: [
    'the default runtime is {runtime}: an image can ask it for cards that it was not leased',
    'Take default-runtime out of /etc/docker/daemon.json and restart Docker; jobs that need {runtime} get it all the same.',
  ],
  cdi: ['{files}'],
  cdi_none: ['no CDI specification'],
  cdi_broken: [
    '{file} cannot be read as a CDI specification',
    'Make it anew with the vendor’s tool (nvidia-ctk cdi generate --output={file}), or remove it.',
  ],
  cdi_stale: [
    '{count} CDI names lead nowhere: {name} names {node}, which is not here',
    'Make the specification anew after each change of driver or cards: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml.',
  ],

  disk: ['{free} free at {dir}'],
  disk_later: ['{dir} is made at the first start; {free} free'],
  disk_low: [
    '{free} free at {dir}, {wanted} may have to wait there',
    'Make room, or set a smaller outbox_bytes in /etc/suanlink/agent.yaml.',
  ],
  disk_full: [
    'the disk of {dir} is full ({free} free)',
    'Make room there: df -h {dir}. The agent takes no leases until then.',
  ],
  disk_inodes: [
    '{dir} has only {inodes} inodes left',
    'Remove files there: df -i {dir}. Small files fill it, not big ones.',
  ],
  disk_read_only: [
    '{dir} is on a file system that can only be read',
    'Mount it writable (mount -o remount,rw), or look at dmesg: a broken disk makes itself read-only.',
  ],
  disk_denied: [
    'you may not write to {dir}',
    'Run as root (sudo suanlink doctor), or give it to the agent’s user: chown -R root {dir}.',
  ],
  disk_not_a_folder: ['{dir} is a file', 'Move it away; the agent makes the folder itself.'],
  disk_error: ['writing to {dir} fails: {error}', 'Look at dmesg and at the disk’s health (smartctl -a).'],
  images: ['{free} free at {dir}'],
  images_low: [
    '{free} free for images at {dir}',
    'An image with a framework in it needs ten gigabytes: make room, or let the agent remove images sooner (image_keep).',
  ],
  images_full: [
    '{free} free at {dir}, {reserve} are kept free: no image is pulled',
    'Remove images that nobody uses: docker image prune -a, or podman image prune -a.',
  ],
} as const satisfies Record<string, DoctorText>;

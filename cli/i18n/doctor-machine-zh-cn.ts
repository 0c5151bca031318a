/** 关于机器的检查：平台、卡、引擎、磁盘。Commands, paths and what tools say are not translated. */
import type { DoctorText, machineEn } from './doctor-machine-en.ts';

/** Every finding in Chinese; a missing one does not compile. */
export const machineZhCn: Record<keyof typeof machineEn, DoctorText> = {
  hangs: [
    '{seconds} 秒内没有回答',
    '它所问的某个部件卡住了；先看旁边的检查结果，然后再运行 suanlink doctor。',
  ],
  broken: [
    '检查本身失败：{why}',
    '请以 root 再运行一次；仍然如此，请把诊断包（suanlink doctor --bundle FILE）发给维护者。',
  ],
  needs: ['未检查：先要解决 {id}'],

  kernel: ['Linux {kernel}，{arch}'],
  kernel_old: ['Linux {kernel} 低于 {oldest}', '把内核升级到 {oldest} 或更高；发行版的当前版本都有。'],
  glibc: ['glibc 版本 {glibc}'],
  glibc_old: [
    'glibc {glibc} 低于 {oldest}',
    '请使用 glibc {oldest} 或更高的发行版：Debian 10、Ubuntu 20.04、RHEL 8、openEuler 20.03。',
  ],
  glibc_none: ['这不是 glibc 系统', '请使用 glibc {oldest} 或更高的发行版；不支持 Alpine 等 musl 系统。'],
  cgroup: ['控制组版本 2'],
  cgroup_v1: [
    '控制组是版本 1：任务用量统计较粗',
    '在内核命令行加 systemd.unified_cgroup_hierarchy=1 后重启。',
  ],
  cgroup_hybrid: [
    '两个版本的控制组同时挂载：crun 在此无法启动容器',
    '安装 runc，或在内核命令行加 systemd.unified_cgroup_hierarchy=1 后重启。',
  ],
  cgroup_hybrid_runc: ['两个版本的控制组同时挂载；本机有 runc，可以这样工作'],
  cgroup_none: [
    '没有挂载控制组',
    '请挂载（mount -t cgroup2 none /sys/fs/cgroup），或在宿主机上而不是容器里运行代理。',
  ],
  cgroup_controllers: [
    '控制组无法限制 {missing}',
    '在内核命令行加 cgroup_enable=memory 后重启；见 /sys/fs/cgroup/cgroup.controllers。',
  ],
  files: ['最多打开 {files} 个文件'],
  files_few: [
    '最多打开 {files} 个文件，容器内也是',
    '设置 LimitNOFILE={wanted}（systemctl edit suanlink-agent），或在 /etc/security/limits.conf 中调高。',
  ],

  vendor_absent: ['本机没有'],
  tool_missing: [
    '本机有 {cards} 张 {vendor} 卡，但没有 {program}',
    '安装 {vendor} 的驱动包，或在 /etc/suanlink/agent.yaml 的 tool_path 中写明 {program} 所在目录。',
  ],
  tool_untrusted: [
    '不运行 {path}：root 以外的人可以改动它',
    'chown root {path}；chmod go-w {path} 及其上各级目录。',
  ],
  tool_hangs: [
    '{program} 在 {seconds} 秒内没有回答',
    '驱动卡住了：查看 dmesg，然后复位该卡或重启。其上的租约以 device_lost 结束，不再分配新任务。',
  ],
  tool_unreadable: [
    '无法读懂 {program}：{reason}',
    '请手工运行 {program}；如果手工正常，请提交其输出：suanlink doctor --bundle FILE。',
  ],
  tool_lists_none: [
    '本机有 {cards} 张卡，但 {program} 一张也没列出：{reason}',
    '加载驱动（modprobe），查看 dmesg，然后再运行 {program}。',
  ],
  nodes_denied: [
    '无权打开 {nodes}',
    '以 root 运行代理（systemctl start suanlink-agent），或加入这些文件所属的组：ls -l {nodes}。',
  ],
  nodes_missing: [
    '容器无法使用这些卡：{reason}',
    '加载驱动模块以生成设备节点（NVIDIA：nvidia-modprobe -u -c 0），或安装厂商的容器运行时。',
  ],
  cards: ['{cards} 张卡，驱动 {driver}'],
  cards_unwell: ['{reasons}', 'suanlink probe 可看到每张卡；故障的卡需要复位、重启或联系厂商。'],
  cards_unlisted: [
    'PCI 总线上有 {onBus} 张卡，{program} 只列出 {cards} 张',
    '有卡掉线：查看 dmesg，然后关机再开机。',
  ],
  companion_none: ['没有安装 {name}'],
  version_good: ['{name} 版本 {version}'],
  version_escape: [
    '{name} {version} 存在容器逃逸漏洞（{reference}）',
    '在把卡借给别人之前，把 {name} 升级到 {fixed} 或更高。',
  ],
  version_maybe_escape: [
    '{name} {version} 存在容器逃逸漏洞（{reference}），除非发行版已修补',
    '安装发行版的安全更新（apt-get upgrade、dnf upgrade），或安装 {name} {fixed} 或更高。',
  ],
  version_loses_cards: [
    '使用 {name} {version} 时，systemctl daemon-reload 会使容器丢卡（{reference}）',
    '把 {name} 升级到 {fixed} 或更高。',
  ],

  engine: ['{name} {version}，位于 {path}'],
  engine_served: ['没有引擎在运行；由代理自己启动 Podman 服务'],
  engine_none: [
    '没有容器引擎：查看过 {tried}',
    '请安装：apt-get install -y podman runc，或 dnf install -y podman；或启动 Docker：systemctl start docker。',
  ],
  engine_refused: [
    '{path} 上没有进程监听',
    '启动引擎：systemctl start docker，或 systemctl start podman.socket。',
  ],
  engine_denied: [
    '你无权打开 {path}',
    '请以 root 运行，或加入其所属的组：usermod -aG docker $USER，然后重新登录。',
  ],
  engine_hangs: [
    '{path} 上的引擎没有回答（{detail}）',
    '重启引擎：systemctl restart docker，或 systemctl restart podman。容器继续运行。',
  ],
  engine_version: ['{name} 版本 {version}，API {api}'],
  engine_old: [
    '{name} {version} 的 API 是 {api}，最低要求 {oldest}',
    '升级到 Docker 20.10 或 Podman 4 或更高。',
  ],
  engine_cgroup: ['由 {driver} 管理控制组，版本 {version}'],
  engine_cgroup_version: [
    '引擎使用控制组版本 {version}，本机是 2',
    '重启引擎：systemctl restart docker，或 systemctl restart podman.socket。',
  ],
  engine_no_cgroups: [
    '引擎不建立控制组：任务没有任何限制',
    '在 /etc/containers/containers.conf 设置 cgroup_manager = "cgroupfs"（Podman），或设置 native.cgroupdriver（Docker），然后重启引擎。',
  ],
  crun_hybrid: [
    '两个版本的控制组同时挂载时 crun 无法启动容器',
    '在 /etc/containers/containers.conf 的 [engine] 下设置 runtime = "runc"。',
  ],
  crun_hybrid_alone: [
    '两个版本的控制组同时挂载时 crun 无法启动容器',
    '安装 runc（apt-get install -y runc），并在 /etc/containers/containers.conf 的 [engine] 下设置 runtime = "runc"。',
  ],
  runtime_unknown: ['引擎没有说明 runc 的版本'],
  default_runtime: ['默认运行时是 {runtime}'],
  default_runtime_vendor: [
    '默认运行时是 {runtime}：镜像可以借它要到没有租的卡',
    '从 /etc/docker/daemon.json 中去掉 default-runtime 并重启 Docker；需要 {runtime} 的任务仍会得到它。',
  ],
  cdi: ['CDI 规范：{files}'],
  cdi_none: ['没有 CDI 规范'],
  cdi_broken: [
    '{file} 不是可读的 CDI 规范',
    '用厂商工具重新生成（nvidia-ctk cdi generate --output={file}），或删除它。',
  ],
  cdi_stale: [
    '{count} 个 CDI 名称已失效：{name} 指向 {node}，而本机没有',
    '每次更换驱动或卡之后都要重新生成：nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml。',
  ],

  disk: ['{dir} 可用 {free}'],
  disk_later: ['{dir} 在首次启动时创建；可用 {free}'],
  disk_low: [
    '{dir} 可用 {free}，其中可能要暂存 {wanted}',
    '请腾出空间，或在 /etc/suanlink/agent.yaml 中调小 outbox_bytes。',
  ],
  disk_full: ['{dir} 所在磁盘已满（可用 {free}）', '请在那里腾出空间：df -h {dir}。在此之前代理不接受租约。'],
  disk_inodes: [
    '{dir} 只剩 {inodes} 个 inode',
    '请在那里删除文件：df -i {dir}。占满它的是小文件，不是大文件。',
  ],
  disk_read_only: [
    '{dir} 所在文件系统只读',
    '请重新挂载为可写（mount -o remount,rw），或查看 dmesg：损坏的磁盘会自己变成只读。',
  ],
  disk_denied: [
    '你无权写入 {dir}',
    '请以 root 运行（sudo suanlink doctor），或把它交给代理的用户：chown -R root {dir}。',
  ],
  disk_not_a_folder: ['{dir} 是一个文件', '请把它移走；代理会自己创建目录。'],
  disk_error: ['写入 {dir} 失败：{error}', '请查看 dmesg 和磁盘健康（smartctl -a）。'],
  images: ['{dir} 可用 {free}'],
  images_low: [
    '{dir} 供镜像使用的空间剩 {free}',
    '带框架的镜像需要十几 GB：请腾出空间，或让代理更早清理镜像（image_keep）。',
  ],
  images_full: [
    '{dir} 可用 {free}，而要保留 {reserve}：无法拉取镜像',
    '请删除没人用的镜像：docker image prune -a，或 podman image prune -a。',
  ],
};

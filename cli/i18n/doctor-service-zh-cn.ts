/** 关于调度器通路、服务和代理的检查。Commands, paths and what tools say are not translated. */
import type { DoctorText } from './doctor-machine-en.ts';
import type { serviceEn } from './doctor-service-en.ts';

/** Every finding in Chinese; a missing one does not compile. */
export const serviceZhCn: Record<keyof typeof serviceEn, DoctorText> = {
  state_denied: ['只有 root 可以查看：sudo suanlink doctor'],

  enrolled: ['{org} 的 {node}，接入 {url}'],
  token: ['{file} 中有 {url} 的接入令牌'],
  token_expired: [
    '{file} 中的接入令牌已过期',
    '请在调度器上重新生成（suanlink token create --kind join）并放到那里。',
  ],
  enrolment_none: [
    '本节点尚未接入',
    '请在调度器上生成接入令牌（suanlink token create --kind join），放入 /etc/suanlink/join-token（0600），然后启动代理。',
  ],
  enrolment_broken: ['无法读取 {file}：{why}', '请把它移走，用新的接入令牌重新接入。'],

  dns: ['{host} 的地址是 {addresses}'],
  dns_unknown: [
    '无法解析 {host}：{why}',
    '请检查 /etc/resolv.conf 并手工查询：getent hosts {host}；或写入 /etc/hosts。',
  ],
  dns_hangs: ['没有域名服务器回答 {host}', '请检查 /etc/resolv.conf；防火墙可能关闭了 53 端口。'],
  tcp: ['{host}:{port} 可以连接'],
  tcp_refused: [
    '{host}:{port} 上没有进程监听',
    '请在那里启动调度器（systemctl status suanlink-scheduler），或改正端口。',
  ],
  tcp_filtered: ['{host}:{port} 没有回应', '被防火墙丢弃：请允许本节点访问 {host} 的 {port} 端口。'],
  tcp_unreachable: ['无法到达 {host}:{port}：{why}', '请检查路由和防火墙：ip route get {host}。'],
  tls: ['{host} 出示了本节点信任的证书颁发者'],
  tls_none: ['没有 TLS，仅限本机'],
  tls_authority: [
    '{host}:{port} 出示的证书颁发者与本节点所知的不同',
    '如果调度器是重新安装的，请用新的接入令牌重新接入本节点；否则有人在中间：请告知管理员。',
  ],
  tls_time: ['{host} 的证书此刻无效：{why}', '请核对两边的时钟（timedatectl）；调度器重启时会自动更新证书。'],
  tls_name: ['{host} 的证书属于其他名称：{why}', '请用 --hostname {host} 启动调度器，或使用证书中的名称。'],
  tls_not: [
    '{host}:{port} 上的服务不使用 TLS',
    '该端口被别的程序占用：请在那里查看谁在监听（ss -ltnp），或改正地址。',
  ],
  tls_broken: [
    '与 {host}:{port} 无法建立 TLS：{why}',
    '中间的代理服务器或防火墙可能破坏了它：请开通不改动 TLS 的通路。',
  ],
  server: ['调度器 {version}'],
  server_silent: [
    '{host}:{port} 没有 HTTP 回答：{why}',
    '请查看它的日志：journalctl -u suanlink-scheduler -n 50。',
  ],
  server_foreign: [
    '{host}:{port} 上的不是 suanlink 调度器',
    '该地址属于代理服务器或别的服务：请改正，或用正确的令牌重新接入。',
  ],
  server_version: [
    '调度器 {version} 的协议是 {theirs}，本版本是 {ours}',
    '请升级较旧的一方：suanlink upgrade。',
  ],
  websocket: ['代理可以接入'],
  websocket_refused: [
    '代理的 WebSocket 得到的回答是 {status}',
    '中间的代理服务器不转发协议升级：请放行 /v1/agent 及其 Upgrade 头。',
  ],
  websocket_hangs: [
    '代理的 WebSocket 没有回答',
    '中间的代理服务器或防火墙拦住了协议升级：请放行 {host}:{port} 的 /v1/agent。',
  ],
  websocket_broken: [
    '代理的 WebSocket 中断：{why}',
    '中间的代理服务器或防火墙可能切断了它：请放行 {host}:{port} 的 /v1/agent。',
  ],
  proxy: ['{proxy} 可以连接 {host}:{port}'],
  proxy_none: ['没有设置代理服务器'],
  proxy_unused: ['{names} 对代理程序不起作用；不经过代理服务器也能到达调度器'],
  proxy_unheeded: [
    '无法到达 {host}:{port}：{why}；{names} 对代理程序不起作用',
    '请在 /etc/suanlink/agent.yaml 中写明代理服务器（proxy: http://主机:端口；含密码时权限 0600）并重启代理程序；NO_PROXY 不能包含调度器。',
  ],
  proxy_wrong: [
    '{why}',
    '请在其所在处改正：agent.yaml、/etc/default/suanlink-agent 或 drop-in；然后重启代理程序。',
  ],
  proxy_gone: [
    '无法到达代理服务器 {proxy}：{why}',
    '请改正其地址，或请人启动它；agent.yaml 中写 proxy: none 则不使用代理服务器。',
  ],
  proxy_credentials: [
    '代理服务器 {proxy} 要求另外的用户名和密码（407）',
    '请写入 agent.yaml 的地址中（proxy: http://用户:密码@主机:端口；权限 0600）并重启代理程序。',
  ],
  proxy_forbids: [
    '代理服务器 {proxy} 不允许连接 {host}:{port}（{status}）',
    '请其管理员允许对 {host}:{port} 的 CONNECT，并且不解开 TLS。',
  ],
  proxy_hangs: [
    '代理服务器 {proxy} 没有回答',
    '请向其管理员确认它能否到达 {host}:{port}；其后的防火墙可能丢弃了连接。',
  ],
  proxy_unable: [
    '代理服务器 {proxy} 无法到达 {host}:{port}（{status}）',
    '调度器是否在运行（在那里 systemctl status suanlink-scheduler）？代理服务器能否解析它的名字？',
  ],
  proxy_foreign: [
    '那里的服务不能转发连接：{why}',
    '请填写 HTTP 代理服务器的地址；不支持 SOCKS 和 HTTPS 代理服务器。',
  ],

  clock: ['由 {by} 校准'],
  clock_free: ['时钟没有校准（{by}）', '请开启：timedatectl set-ntp true，或安装 chrony。'],
  clock_unknown: ['本机无从得知时钟是否校准'],
  skew: ['与 {host} 时间一致'],
  skew_ahead: [
    '本机时钟比 {host} 快 {seconds} 秒',
    '请校准：timedatectl set-ntp true（或 chronyc makestep），然后再检查。',
  ],
  skew_behind: [
    '本机时钟比 {host} 慢 {seconds} 秒',
    '请校准：timedatectl set-ntp true（或 chronyc makestep），然后再检查。',
  ],
  skew_unknown: ['{host} 没有给出时间'],

  unit: ['{file} 与本版本一致'],
  unit_none: ['没有安装 systemd 单元'],
  unit_drift: [
    '{file} 与本版本有 {count} 行不同：{differences}',
    '请把改动放入 drop-in（systemctl edit suanlink-agent），然后重新安装本版本：sh install.sh。',
  ],
  unit_kind: ['单元和 {count} 个 drop-in 都不妨碍代理'],
  unit_forbidden: [
    '{file} 中的 {directive} 会使代理失效',
    '请从 {file} 中去掉 {name}，然后：systemctl daemon-reload && systemctl restart suanlink-agent。',
  ],
  unit_kills: [
    '{file} 中的 {directive}：任务会随代理一起结束',
    '请从 {file} 中去掉它，然后：systemctl daemon-reload && systemctl restart suanlink-agent。',
  ],
  service: ['服务在运行'],
  service_unknown: ['systemd 在此没有回答'],
  service_down: ['服务状态是 {active}', '请启动：systemctl enable --now suanlink-agent。'],
  service_failed: [
    '服务失败（{result}，状态 {status}）',
    '查看原因：journalctl -u suanlink-agent -n 50；然后 systemctl reset-failed suanlink-agent && systemctl start suanlink-agent。',
  ],
  service_config: [
    '服务无法启动：配置有误或节点尚未接入',
    'suanlink config validate；然后 systemctl reset-failed suanlink-agent && systemctl start suanlink-agent。',
  ],
  service_reload: [
    'systemd 读取之后单元又有改动',
    'systemctl daemon-reload && systemctl restart suanlink-agent；租约不受影响。',
  ],

  selinux: ['SELinux 处于 {mode}'],
  selinux_none: ['没有 SELinux'],
  selinux_devices: ['SELinux 禁止容器使用设备', '请运行 setsebool -P container_use_devices on'],
  apparmor: ['AppArmor 已启用'],
  apparmor_none: ['没有 AppArmor'],
  apparmor_confined: [
    'AppArmor 用配置 {profile} 限制了 suanlink',
    '请在 dmesg 中查找 DENIED；如果有，aa-complain {profile}。',
  ],
  apparmor_userns: [
    'AppArmor 不让无根 Podman 建立用户命名空间',
    '请运行 sysctl -w kernel.apparmor_restrict_unprivileged_userns=0，或以 root 运行引擎。',
  ],

  config: ['配置文件：{files}'],
  config_none: ['没有配置文件：全部使用默认值'],
  config_wrong: [
    '{problem}（共 {count} 处）',
    '请在该处改正；suanlink config validate 列出全部问题，suanlink config schema 列出已知设置。',
  ],
  config_writable: ['root 以外的人可以改动 {files}', '请运行 chown root {files}；chmod go-w {files}'],
  config_ignored: ['没有读取 {files}：只读取以 .yaml 结尾的文件', '请改名为以 .yaml 结尾，或删除它。'],
  secrets: ['密钥和令牌只有其所有者可读'],
  secrets_exposed: [
    '别人可以读取 {files}',
    '请运行 chmod 600 {files}；如果别人能登录本机，请重新接入本节点。',
  ],
  lock: ['进程 {pid} 占有状态目录'],
  lock_free: ['状态目录无人占有'],
  lock_stale: [
    '进程 {pid} 结束时没有归还 {path}',
    '无需处理：下一个代理会接管。请查看它为何结束：journalctl -u suanlink-agent -n 50。',
  ],
  lock_silent: [
    '进程 {pid} 占有状态目录，而 {socket} 没有回答',
    '该代理卡住了或使用别的套接字：kill -TERM {pid}，然后 systemctl start suanlink-agent。任务继续运行。',
  ],
  agent: ['代理 {version} 在运行，进程 {pid}'],
  agent_none: [
    '没有代理在运行：{path} 不存在',
    '请启动：systemctl enable --now suanlink-agent，或 suanlink agent。',
  ],
  agent_stale: [
    '{path} 无人应答：代理已结束',
    '请再次启动：systemctl start suanlink-agent；journalctl -u suanlink-agent -n 50 说明它为何结束。',
  ],
  agent_denied: [
    '你无权打开 {path}',
    '请以 root 运行，或加入其所属的组：usermod -aG suanlink $USER，然后重新登录。',
  ],
  agent_foreign: ['{path} 上应答的不是代理：{why}', '请停掉占用该路径的程序，或用 --socket 指定别的路径。'],
  agent_other_version: [
    '正在运行的代理是 {version}，本程序是 {own}',
    '请重启代理：systemctl restart suanlink-agent；租约不受影响。',
  ],
  connected: ['已连接 {url}'],
  unconnected: [
    '未连接 {url}：{reason}',
    '以 scheduler. 开头的各项检查说明了阻碍；租约在能续约之前继续运行。',
  ],
  refused: ['{url} 拒绝了本节点：{reason}', '请照它说的做；已被移除的节点要用新的接入令牌重新接入。'],
  parts: ['各部件工作正常'],
  parts_broken: ['有部件失效：{problems}', 'suanlink status 可以看到；docs/operations.md 对每一种都有说明。'],
  quarantined: ['没有租约的容器：{containers}', '请用引擎查看并手工删除；代理不会凭猜测结束它们。'],
  kernel_log: ['看不到内核日志中的卡故障：{why}', '请以 root 并用本版本的单元运行代理，它保留了 /dev/kmsg。'],
};

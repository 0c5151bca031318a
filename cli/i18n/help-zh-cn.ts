/**
 * The help of the operator's commands in Chinese, by the English text that stands where the command is defined: a text that
 * is changed there, and one that is new, is missed by test/cli/language.test.ts. Of other commands only the summaries.
 */

/** English help text → Chinese. */
export const helpZhCn: Readonly<Record<string, string>> = {
  // The whole program.
  'Leases idle accelerators: run jobs on them, or offer your own.':
    '租用闲置的加速卡：在上面运行任务，或出租自己的卡。',
  'output the version number': '打印版本号',
  'display help for command': '显示命令的帮助',
  'run a job and end with its exit code': '运行任务，并以它的退出码结束',
  'list jobs': '列出任务',
  'what a job wrote': '任务的输出',
  'end jobs': '结束任务',
  'take the cards of running jobs back': '收回正在运行的任务占用的卡',
  'why a job is where it is, or why it waits': '任务为什么在这里运行，或为什么在等待',
  'where a job would go now, without submitting it': '任务现在会去哪里，不提交',
  'list nodes and what is free on them': '列出节点及其空闲资源',
  'what was used, and its price': '用量与价格',
  'what keeps leases from being granted': '什么在妨碍签发租约',
  'pause and resume the granting of leases': '暂停或恢复签发租约',
  'organisations, their shares and caps': '机构及其份额与上限',
  'let nodes take no new leases': '让节点不再接受新租约',
  'let nodes take leases again': '让节点重新接受租约',
  'take all leases of a node back': '收回一个节点的全部租约',
  'node pools, and how their jobs are placed': '节点池，以及其任务如何放置',
  'put a node into a pool': '把节点放进一个池',
  'keep nodes back for a time': '在一段时间内保留节点',
  'list what is kept back': '列出保留的节点',
  'end what is kept back': '结束保留',
  'make, list and revoke tokens': '创建、列出、吊销令牌',
  'the schedulers that you work with': '你使用的调度器',
  'run a scheduler': '运行调度器',
  'see the whole thing work on this machine': '在本机看一遍完整流程',

  // What several commands share.
  'how to print': '输出格式',
  "the agent's control socket (default: /run/suanlink/agent.sock as root)":
    '代理的控制套接字（root 默认：/run/suanlink/agent.sock）',
  "the agent's control socket": '代理的控制套接字',
  'en or zh-CN (default: SUANLINK_LANG, the configuration, the locale)':
    'en 或 zh-CN（默认依次取 SUANLINK_LANG、配置、系统区域设置）',
  'where to look for vendor tools first; may be repeated': '优先在哪个目录查找厂商工具；可重复',

  // top
  'watch this node or the fleet: accelerators, leases, what is wrong':
    '查看本节点或整个集群：加速卡、租约、有什么问题',
  "The view that an operator leaves open: this node's accelerators, its leases, what is wrong and what to do. Not on a terminal it prints the same once. With --fleet it is the scheduler's: a dot for each node, nodes, the queue, leases, the share of each organisation, alerts. With --once or --json it ends with 0 healthy, 1 degraded, 2 critical, 3 no agent (no scheduler).":
    '供运维长期打开的视图：本节点的加速卡、租约、有什么问题、该怎么办。不在终端上时把同样的内容打印一次。加 --fleet 则是调度器的视图：每个节点一个点，以及节点、队列、租约、各机构的份额、告警。用 --once 或 --json 时退出码为：0 正常，1 有警告，2 严重，3 没有代理（没有调度器）。',
  'the whole fleet, as the scheduler sees it': '调度器所见的整个集群',
  'distance between two frames, 1 to 60': '两帧的间隔，1 到 60 秒',
  'print it once and end': '打印一次后结束',
  'print the status as JSON and end': '以 JSON 打印状态后结束',
  'with --json: one document a line until Ctrl-C': '与 --json 同用：每行一个文档，直到 Ctrl-C',
  'show only; keys that change something are off': '只看不改：会改变状态的按键不起作用',
  'no signs beyond ASCII (default where the locale is not UTF-8)':
    '只用 ASCII 符号（区域设置不是 UTF-8 时默认如此）',
  'auto, always or never (NO_COLOR is heard)': 'auto、always 或 never（遵从 NO_COLOR）',
  'a saved context (env SUANLINK_CONTEXT)': '已保存的上下文（环境变量 SUANLINK_CONTEXT）',
  'https://host:7443 or unix:/path (env SUANLINK_SCHEDULER)':
    'https://host:7443 或 unix:/path（环境变量 SUANLINK_SCHEDULER）',
  'file with the API token (env SUANLINK_TOKEN_FILE; SUANLINK_TOKEN for the token itself)':
    '存放 API 令牌的文件（环境变量 SUANLINK_TOKEN_FILE；令牌本身用 SUANLINK_TOKEN）',
  "the scheduler's certificate authority (env SUANLINK_CA_FILE)":
    '调度器的证书颁发机构（环境变量 SUANLINK_CA_FILE）',
  'SHA-256 of that authority instead of the file (env SUANLINK_CA_HASH)':
    '该机构的 SHA-256，代替文件（环境变量 SUANLINK_CA_HASH）',

  // doctor
  'what is wrong with this node, and what to do': '本节点有什么问题，该怎么办',
  'Looks at everything that an agent needs on this node, each for at most 3 seconds: platform, accelerators and their tools, container engine, disks, configuration, the way to the scheduler, clock, systemd. Needs no agent, changes nothing. Ends with 0 when nothing is broken, with 1 when something is, with 2 for a wrong option.':
    '检查代理在本节点上所需要的一切，每项最多 3 秒：平台、加速卡及其工具、容器引擎、磁盘、配置、到调度器的通路、时钟、systemd。不需要代理在运行，也不改动任何东西。退出码：0 没有失败项，1 有失败项，2 选项有误。',
  'as JSON (suanlink.doctor/v1); ids and findings are stable':
    '以 JSON 打印（suanlink.doctor/v1）；id 和 finding 保持不变',
  'also write a tar.gz to send to whoever helps: results, status, configuration, log; secrets are removed':
    '同时写一个 tar.gz 供求助时发送：检查结果、状态、配置、日志；其中的密钥和令牌已去除',
  'these checks: an id or its beginning; may be repeated': '只做这些检查：id 或其开头；可重复',
  'all but these; may be repeated': '不做这些检查；可重复',
  'configuration (default: /etc/suanlink/agent.yaml as root)':
    '配置文件（root 默认：/etc/suanlink/agent.yaml）',
  "the agent's state (default: /var/lib/suanlink/agent as root)":
    '代理的状态目录（root 默认：/var/lib/suanlink/agent）',
  'look at the files below DIR': '检查 DIR 之下的文件',

  // drain, undrain, status
  'take no new leases on this node': '本节点不再接受新租约',
  'Takes no new leases on this node, also after a restart of its agent, until undrain. Leases that run go on to their end, or to the deadline: then they are stopped (SIGTERM, their grace, SIGKILL) and end as owner_reclaimed.':
    '本节点不再接受新租约，代理重启后依然如此，直到 undrain。正在运行的租约继续到结束或到期限：届时停止它们（SIGTERM、宽限时间、SIGKILL），以 owner_reclaimed 结束。',
  'shown to everybody who asks why': '原因，展示给每个来问的人',
  'stops what still runs after this time: 30m, 2h, 0s (default: never)':
    '过了这段时间还在运行的就停止：30m、2h、0s（默认：不停止）',
  'returns when no lease is left': '等到没有租约时才返回',
  'take leases on this node again': '本节点重新接受租约',
  'Takes leases on this node again.': '本节点重新接受租约。',
  "what this node's agent is doing": '本节点的代理在做什么',
  "Prints what this node's agent says of itself. Ends with 3 when no agent runs or it is not connected.":
    '打印本节点代理自己的状态。没有代理在运行或它没有连上调度器时，退出码为 3。',

  // probe
  'what accelerators this machine has': '本机有哪些加速卡',
  "Asks the vendors' tools and prints every device with its values and health, and what failed and why. Needs no agent. Ends with 0 when every vendor is present or absent, with 1 when the tool of one failed, with 130 after Ctrl-C.":
    '询问各厂商的工具，打印每张卡的数值与健康状况，以及什么失败了、为什么。不需要代理。每个厂商要么有卡要么没有时退出码为 0，有工具失败时为 1，Ctrl-C 后为 130。',
  'this vendor only; may be repeated': '只看这个厂商；可重复',
  'go on until Ctrl-C; with --output json one document a line':
    '持续到 Ctrl-C；与 --output json 同用时每行一个文档',
  'distance between two samples, 200ms or more': '两次采样的间隔，至少 200ms',
  'read a captured output of a vendor tool': '解读保存下来的厂商工具输出',
  'Prints what the parser makes of a captured output: present with its devices, absent, or failed with the reason. Ends with 0 when it is present or absent, with 1 when it failed.':
    '打印解析器对一份输出的理解：有卡及其清单，没有卡，或失败及原因。有卡或没有卡时退出码为 0，失败时为 1。',
  'the program it came from, such as npu-smi': '这份输出来自哪个程序，例如 npu-smi',
  'what followed the program on its command line; may be left out': '该程序命令行上的参数；可省略',
  'the capture, or - for stdin': '保存的输出；- 表示标准输入',

  // simulate-node
  'stand-in vendor tools, for demos and tests': '厂商工具的替身，用于演示和测试',
  'Sets up executables that print what the vendor tools of a machine full of cards would, live and changing, and prints the --tool-path that makes a probe or an agent use them. On an existing folder it changes faults, also while the tools run.':
    '生成一组可执行文件，像一台满卡机器的厂商工具那样输出不断变化的数值，并打印让 probe 或 agent 使用它们的 --tool-path。对已有的目录则改变故障，工具正在运行时也可以。',
  'which machine: 8xAscend910B3, 8xH100, 8xMLU370, mixed, …; --list shows all':
    '哪种机器：8xAscend910B3、8xH100、8xMLU370、mixed 等；--list 列出全部',
  'where to put the tools (default: below $XDG_STATE_HOME/suanlink/simulated)':
    '工具放在哪里（默认：$XDG_STATE_HOME/suanlink/simulated 之下）',
  'hang:nvidia-smi, lost:npu-smi:3, …; --list shows all; may be repeated':
    '故障：hang:nvidia-smi、lost:npu-smi:3 等；--list 列出全部；可重复',
  'first take back all faults that are there': '先撤销已有的全部故障',
  'two machines of one profile with different seeds show different values':
    '种子不同，同一种机器显示的数值也不同',
  'show profiles and faults': '列出机器种类与故障',

  // config, upgrade
  'make, check and explain the configuration of agent or scheduler': '生成、检查、解释代理或调度器的配置',
  "The agent's configuration is agent.yaml, the scheduler's is scheduler.yaml (--scheduler), and over it conf.d/*.yaml beside it in the order of their names: those that begin with scheduler are the scheduler's, all others the agent's. Unknown keys are errors.":
    '代理的配置是 agent.yaml，调度器的是 scheduler.yaml（--scheduler）；其上再按文件名顺序叠加同目录下的 conf.d/*.yaml：名字以 scheduler 开头的属于调度器，其余属于代理。不认识的键视为错误。',
  "the scheduler's instead of the agent's": '针对调度器，而不是代理',
  'write a commented sample': '写一份带注释的样例',
  'Writes a file in which every setting stands as a comment. Never over one that is there.':
    '写一个文件，每项设置都以注释形式列出。绝不覆盖已有的文件。',
  'where to; - is stdout (default: /etc/suanlink/agent.yaml as root)':
    '写到哪里；- 表示标准输出（root 默认：/etc/suanlink/agent.yaml）',
  'check it': '检查配置',
  'Checks all files as the daemon does. Every problem with file:line:col; exit code 2.':
    '像守护进程那样检查全部文件。每个问题都标出 文件:行:列；有问题时退出码为 2。',
  'configuration (default: /etc/suanlink/agent.yaml as root; env SUANLINK_CONFIG)':
    '配置文件（root 默认：/etc/suanlink/agent.yaml；环境变量 SUANLINK_CONFIG）',
  'say nothing when it is good': '没有问题时什么也不打印',
  'what is in force': '实际生效的设置',
  'Prints every setting as the daemon would take it.': '打印守护进程会采用的每项设置。',
  'with the file, line and column (or the variable) that said it':
    '同时打印它来自哪个文件的哪行哪列（或哪个环境变量）',
  'JSON Schema of the file': '配置文件的 JSON Schema',
  'Prints the JSON Schema of agent.yaml (scheduler.yaml), for editors that complete and check.':
    '打印 agent.yaml（scheduler.yaml）的 JSON Schema，供编辑器补全与检查。',
  'put another release to use on this machine': '在本机换用另一个版本',
  'Checks the signature, tries the program out, swaps, restarts the services and goes back by itself when they do not come up. Leases go on. For what install.sh has installed, as root.':
    '核对签名，试运行程序，替换，重启服务；起不来时自动退回。租约不受影响。用于 install.sh 安装的程序，以 root 运行。',
  'a bundle that is here': '本机上的安装包',
  'or from a mirror': '或从镜像下载',
  'of the mirror (default: its newest)': '镜像上的哪个版本（默认：最新）',
  'when no lease runs; take no new ones until then; at once':
    '何时替换：没有租约时；在此之前不再接受新租约；立即',
  'how long to wait for that': '最多等多久',

  // agent
  "run this node's agent": '运行本节点的代理',
  'Offers the accelerators of this node to a scheduler and runs what is leased, in the foreground, until SIGTERM or Ctrl-C. Running jobs survive a restart of the agent.':
    '把本节点的加速卡提供给调度器，并运行租出去的任务；在前台运行，直到 SIGTERM 或 Ctrl-C。代理重启不影响正在运行的任务。',
  'enrols with this one-time token, when not enrolled yet': '尚未注册时，用这个一次性令牌注册',
  'the same': '同上',
  'identity and journal (default: /var/lib/suanlink/agent as root, else under $XDG_STATE_HOME)':
    '身份与日志（root 默认：/var/lib/suanlink/agent，否则在 $XDG_STATE_HOME 之下）',
  'configuration (default: /etc/suanlink/agent.yaml)': '配置文件（默认：/etc/suanlink/agent.yaml）',
  'auto, docker, podman or unix:///path (default: auto)':
    'auto、docker、podman 或 unix:///路径（默认：auto）',
  'name of this node (default: its host name)': '本节点的名字（默认：主机名）',
  'control socket (default: /run/suanlink/agent.sock)': '控制套接字（默认：/run/suanlink/agent.sock）',
  'the tools on the tool path are stand-ins': '工具目录里的是替身',
  'how to log on stderr (default: text)': '标准错误上的日志格式（默认：text）',
  'what to log (default: info)': '记录哪些日志（默认：info）',

  // version, help
  'what this build is': '这是哪个版本',
  'Prints the version of this build. Asks nobody.': '打印这个程序的版本，不联网。',
  'as JSON, with the commit and the protocols that it speaks': '以 JSON 打印，含提交与支持的协议版本',
  'help on a command or a topic': '某个命令或主题的帮助',
  'Shows the help of a command, or of a topic: exit-codes.':
    '显示某个命令的帮助，或主题 exit-codes（退出码）的帮助。',
  'a command, or exit-codes': '命令，或 exit-codes',
};

/** Headings of help → Chinese. */
export const headingsZhCn: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Global Options:': '全局选项：',
  'Examples:': '示例：',
  'Jobs:': '任务：',
  'The pool:': '算力池：',
  'This node:': '本节点：',
  'Daemons:': '后台服务：',
  'About:': '关于：',
  'Which scheduler (default: the current context):': '哪个调度器（默认：当前上下文）：',
};

/** What the parser of the command line says → Chinese; `$1` and so on are what it names. */
export const parserZhCn: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  [/^error: unknown option '([^']*)'/, '错误：没有选项 $1'],
  [/^error: unknown command '([^']*)'/, '错误：没有命令 $1'],
  [/^error: missing required argument '([^']*)'/, '错误：缺少参数 $1'],
  [/^error: option '([^']*)' argument missing/, '错误：选项 $1 缺少值'],
  [/^error: required option '([^']*)' not specified/, '错误：必须给出选项 $1'],
  [/^error: option '([^']*)' argument '([^']*)' is invalid\./, '错误：选项 $1 的值 $2 无效。'],
  [
    /^error: command-argument value '([^']*)' is invalid for argument '([^']*)'\./,
    '错误：参数 $2 的值 $1 无效。',
  ],
  [
    /^error: too many arguments(?: for '([^']*)')?\. Expected (\d+) arguments? but got (\d+)\./,
    '错误：参数太多：需要 $2 个，给了 $3 个。',
  ],
  [
    /^error: there is no help on '([^']*)'; see suanlink --help/,
    '错误：没有关于 $1 的帮助；见 suanlink --help',
  ],
  [/ ?Allowed choices are (.*)\./, '可选：$1。'],
  [/ ?a word is missing\./, '少了一个词。'],
  [/\(Did you mean one of (.*)\?\)/, '（是不是其中之一：$1？）'],
  [/\(Did you mean (.*)\?\)/, '（是不是 $1？）'],
];

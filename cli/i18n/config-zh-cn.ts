/**
 * What is wrong with a configuration file, in Chinese. The agent says it in English, a problem a line; what it says is known
 * here by its form, and a form that is not known stays as it is. Pure.
 */

/** The forms of a whole problem, behind its place in the file. */
const problems: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^there is no configuration file (.*)$/, '没有配置文件 $1'],
  [/the file must be a map of settings$/, '文件的每一行应是「设置: 值」'],
  [/unknown key (.*?)(; .*)$/, '不认识的设置 $1$2'],
  [/(\w+) must be text$/, '$1 必须是文本'],
  [/(\w+) must be a list of texts$/, '$1 必须是文本的列表'],
  [/(\w+) must be a map of texts$/, '$1 必须是「名称: 文本」的形式'],
  [/(\w+) must be a whole number of (\w+) from (\d+) to (\d+)$/, '$1 必须是 $3 到 $4 之间的整数（$2）'],
  [/(\w+) must be one of (.*)$/, '$1 必须是其中之一：$2'],
  [/(\w+) must be auto, docker, podman or (.*)$/, '$1 必须是 auto、docker、podman 或 $2'],
  [/(\w+) must be a six-digit GB\/T 2260 code in quotes$/, '$1 必须是带引号的六位 GB/T 2260 代码'],
  [/(\w+) must be host:port, such as (\S+)$/, '$1 必须是 主机:端口，例如 $2'],
  [/(\w+) must be a URL such as (\S+), or none$/, '$1 必须是 $2 这样的地址，或 none'],
  [/(\w+) must be a size such as (\w+)$/, '$1 必须是大小，例如 $2'],
  [/(\w+) must be a duration such as (\w+) or (\w+)$/, '$1 必须是时长，例如 $2、$3'],
  [/(\w+) must not name (\S+): the agent says itself .*$/, '$1 不能含有 $2：引擎有哪些沙箱由代理自己说明'],
  [/(\w+) is wrong: (.*)$/, '$1 有误：$2'],
];

/** The forms of what is wrong with one of several values. */
const values: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/ names no vendor/, ' 不是厂商名'],
  [/ may be any vendor's: say (\S+)$/, ' 可以是任何厂商的：请写 $1'],
  [/ is less than a minute$/, ' 不到一分钟'],
  [/ is not a duration such as 90s, 2h or 1h30m$/, ' 不是时长，例如 90s、2h、1h30m'],
  [/ is not a size such as 512MiB, 4GiB or 1.5GB$/, ' 不是大小，例如 512MiB、4GiB、1.5GB'],
  [
    /it names no proxy that can be used: it looks like (\S+) or (\S+)$/,
    '不是可用的代理服务器地址；应写成 $1 或 $2',
  ],
  [/cannot listen at ("[^"]*"): .*$/, '无法在 $1 监听；应写成 主机:端口、[IPv6]:端口 或 unix:/路径'],
  [/ is no host name or address$/, ' 不是主机名或地址'],
  [/ is no address such as (\S+)$/, ' 不是 $1 这样的地址'],
  [
    / is not an organisation name \(a-z, 0-9 and dashes, at most 40\)$/,
    ' 不是机构名（a-z、0-9 和连字符，至多 40 个字符）',
  ],
  [/ names no day: ("[^"]*") is none of (.*)$/, ' 里的 $1 不是星期几（$2）'],
  [/ is no window: ("[^"]*") is no day or range of days$/, ' 不是时段：$1 不是某天或连续几天'],
  [/ has a time that no clock shows: (\S+)$/, ' 里的 $1 不是时刻'],
  [/ is no window such as (".*?") or (".*?")$/, ' 不是时段，例如 $1、$2'],
  [/ has no length; a whole day is (\S+)$/, ' 没有长度；全天是 $1'],
  [/ is no time zone such as (\S+)$/, ' 不是时区，例如 $1'],
  [/; did you mean (.*)\?$/, '；是不是 $1？'],
  [/; known are (.*)$/, '；可用的有 $1'],
];

/** The problems in Chinese, a line each. */
export function configProblems(text: string): string {
  const lines = text.split('\n').map((line) => {
    const known = problems.find(([english]) => english.test(line));
    const told = known ? line.replace(...known) : line;
    return values.reduce((said, [english, chinese]) => said.replace(english, chinese), told);
  });
  return lines.length > 1 ? `\n${lines.join('\n')}` : lines.join('\n');
}

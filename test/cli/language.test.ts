/** The operator's commands in both languages: their help, what they say, and what goes wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigs } from '../../agent/config.ts';
import { spoken } from '../../cli/i18n/spoken-error.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { readSettings } from '../../proto/settings.ts';
import { table } from '../../scheduler/config.ts';
import { headingsZhCn, helpZhCn } from '../../cli/i18n/help-zh-cn.ts';
import { translator } from '../../cli/i18n/translate.ts';
import { speakChinese } from '../../cli/localise.ts';
import { operatorCommands } from '../../cli/operator-commands.ts';
import { buildProgram } from '../../cli/program.ts';
import { statusText } from '../../cli/status-text.ts';
import { textWidth, wrapText } from '../../cli/tui/view/cells.ts';
import { type ScriptedAgent, scriptedAgent } from '../tui/agent.ts';
import { healthy, lease } from '../tui/snapshots.ts';
import { suanlink } from './run-cli.ts';

const chinese = /\p{Script=Han}/u;
/** Three words side by side are a sentence, not a name. */
const sentence = /(?<!suanlink )(?:\b(?!suanlink)[a-z']{2,}\b ){2}\b[a-z']{2,}\b/g;

/** The command and all below it. */
const tree = (command: Command): Command[] => [command, ...command.commands.flatMap(tree)];
const operators = (program: Command): Command[] =>
  program.commands.filter((command) => operatorCommands.has(command.name())).flatMap(tree);
/** Every text of a command's help. */
const textsOf = (command: Command): string[] =>
  [
    ...[command.summary(), command.description(), 'display help for command'],
    ...command.options.map((option) => option.description),
    ...command.registeredArguments.map((argument) => argument.description),
  ].filter(Boolean);

/** What the command line prints for `words`, in Chinese, without a process. */
async function said(...words: string[]): Promise<string> {
  const program = buildProgram(() => {}, translator('zh-CN'));
  speakChinese(program, { textWidth, wrapText });
  let text = '';
  const write = (more: string): void => void (text += more);
  for (const command of tree(program)) command.configureOutput({ writeOut: write, writeErr: write });
  await program.parseAsync(words, { from: 'user' }).catch(() => {});
  return text;
}

describe('help in Chinese', () => {
  const program = buildProgram(() => {});
  const wanted = new Set([
    ...textsOf(program),
    ...program.commands.map((command) => command.summary()),
    ...operators(program).flatMap(textsOf),
  ]);

  it('has every text of the operator commands, and nothing that is nowhere', () => {
    expect([...wanted].filter((text) => !(text in helpZhCn))).toEqual([]);
    expect(Object.keys(helpZhCn).filter((text) => !wanted.has(text))).toEqual([]);
    expect(Object.values(helpZhCn).filter((text) => !chinese.test(text))).toEqual([]);
  });

  it('lets every operator command be asked for a language', () => {
    const without = operators(program).filter(
      ({ options }) => !options.some(({ long }) => long === '--lang'),
    );
    expect(without.map((command) => command.name())).toEqual([]);
  });

  it('has every heading', () => {
    const groups = tree(program).flatMap((command) => command.helpGroup() || []);
    expect(groups.filter((group) => !(group in headingsZhCn))).toEqual([]);
  });

  it.each(operators(program).map((command) => command.name()))('leaves no English: %s', async (name) => {
    const path = name === 'help' ? ['help', 'help'] : pathOf(program, name);
    const text = await said(...(name === 'help' ? path : [...path, '--help']));
    const [before = '', examples = ''] = text.split('示例：');
    expect(before).toMatch(/^用法：/);
    expect(examples).toMatch(/ {2}(?:suanlink|npu-smi) /);
    expect(before.match(sentence)).toBeNull();
    for (const line of before.split('\n')) expect([line, textWidth(line) <= 80]).toEqual([line, true]);
  });

  it('and none of the whole program', async () => {
    expect((await said('--help')).match(sentence)).toBeNull();
  });
});

/** The words that lead to the command of that name. */
function pathOf(program: Command, name: string): string[] {
  const found = tree(program).find(
    (command) => command.name() === name && operatorCommands.has(topOf(command).name()),
  );
  const path: string[] = [];
  for (let at = found; at && at !== program; at = at.parent ?? undefined) path.unshift(at.name());
  return path;
}

function topOf(command: Command): Command {
  return command.parent?.parent ? topOf(command.parent) : command;
}

describe('a wrong command line in Chinese', () => {
  it.each([
    [['drain', '--resaon', 'x'], '错误：没有选项 --resaon\n（是不是 --reason？）\n（加上 --help 查看选项）'],
    [['drian'], '错误：没有命令 drian\n（是不是 drain？）'],
    [['tok'], /（是不是(?:其中之一：)? ?.*top.*？）/],
    [['status', '--socket'], '错误：选项 --socket <PATH> 缺少值'],
    [['status', 'now'], '错误：参数太多：需要 0 个，给了 1 个。'],
    [['status', '-o', 'xml'], '错误：选项 -o, --output <FORMAT> 的值 xml 无效。可选：table, json。'],
    [['probe', 'parse', '--tool', 'x'], '错误：缺少参数 file'],
    [['probe', 'parse', 'file'], '错误：必须给出选项 --tool <NAME>'],
    [['probe', '--vendor', ','], /错误：选项 --vendor <NAME> 的值 , 无效。少了一个词。/],
    [['help', 'nothing'], '错误：没有关于 nothing 的帮助；见 suanlink --help'],
  ])('%j', async (words, wanted) => {
    const text = await said(...words);
    expect(text).toEqual(
      typeof wanted === 'string' ? expect.stringContaining(wanted) : expect.stringMatching(wanted),
    );
    expect(text).not.toMatch(/error|Did you mean/);
  });
});

describe('a wrong configuration in Chinese', () => {
  it.each([
    ...[
      'name: 1',
      'engine: lxc',
      'tool_path: /opt',
      'region: 11',
      'labels: [a]',
      'labels: {sandbox.kata: x}',
    ],
    ...['withhold: [nvdia]', 'only: ["0"]', 'hours: ["Mod 1"]', 'hours: ["Mod 01:00-02:00"]', 'hours: [x]'],
    ...['hours: ["Mon-x-y 01:00-02:00"]', 'hours: ["Mon 25:00-26:00"]', 'hours: ["Mon 01:00-01:00"]'],
    ...['time_zone: Mars', 'allow_orgs: ["A B"]', 'max_lease: 3', 'max_lease: 5s', 'max_lease: soon'],
    ...[
      'max_cards: -1',
      'external_use: maybe',
      'image_keep: 7',
      'log_level: loud',
      'nmae: x',
      'zzzzzzzzzz: x',
    ],
    ...['proxy: 1', 'proxy: socks5://p:1', 'metrics_listen: x'],
    '- a',
  ])('%s', (text) => {
    expectChinese(() => readConfigs([{ file: 'agent.yaml', text }]), 'agent.yaml');
  });

  it.each([
    ...[
      'listen: 1',
      'listen: "x y"',
      'metrics_listen: x',
      'tls: true',
      'hostnames: ["a b"]',
      'public_url: x',
    ],
    ...['org: "A B"', 'ttl: soon', 'ttl: 3', 'log_size: 1', 'log_size: big', 'mass_loss_share: 101'],
    ...['idle_after: 1', 'idel_after: 1h', 'log_format: xml'],
  ])('of the scheduler, %s', (text) => {
    expectChinese(() => readSettings(table, [{ file: 'scheduler.yaml', text }]), 'scheduler.yaml');
  });
});

/** What `read` finds wrong with the file, told in Chinese. */
function expectChinese(read: () => unknown, file: string): void {
  expect(read).toThrow(SuanlinkError);
  try {
    read();
  } catch (caught) {
    const told = spoken(SuanlinkError.from(caught), 'zh-CN');
    expect(told).toMatch(new RegExp(`^配置文件有误：${file}:\\d+:\\d+: .*\\p{Script=Han}`, 'u'));
    expect(told).not.toMatch(/\b(?:is|must|unknown|did|known|names|has|may|cannot)\b/);
  }
}

describe('what commands say', () => {
  const home = mkdtempSync(join(tmpdir(), 'suanlink-language-'));
  let agent: ScriptedAgent;
  beforeAll(async () => {
    agent = await scriptedAgent(healthy(1));
  });
  afterAll(async () => {
    await agent.remove();
    rmSync(home, { recursive: true });
  });

  it.each([
    [['--lang', 'zh-CN'], {}],
    [[], { SUANLINK_LANG: 'zh' }],
    [[], { SUANLINK_CONFIG: join(home, 'config.yaml') }],
    [[], { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' }],
    [[], { LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' }],
  ])('is in the language of %j %j', async (args, env) => {
    writeFileSync(join(home, 'config.yaml'), 'language: zh-CN\n');
    const nowhere = join(home, 'none.sock');
    const { stderr, code } = await suanlink(['status', '--socket', nowhere, ...args], env);
    expect([code, stderr]).toEqual([
      3,
      `suanlink status: ${nowhere} 处没有代理应答；请启动它（systemctl start suanlink-agent 或 suanlink agent），或用 --socket 指明套接字\n`,
    ]);
  });

  it('tells wrong usage, and what the agent answers', async () => {
    const chineseOf = async (...words: string[]) => suanlink([...words, '--lang', 'zh-CN']);
    expect((await chineseOf('drain', '--deadline', 'soon', '--socket', agent.socket)).stderr).toBe(
      'suanlink drain: "soon" 不是时长；例如 90s、2h、1h30m\n',
    );
    const { stdout } = await chineseOf('undrain', '--socket', agent.socket);
    expect(stdout.toString()).toMatch(/重新接受租约\n$/);
    expect((await chineseOf('help', 'exit-codes')).stdout.toString()).toMatch(/^退出码：\n +0 {2}完成/);
    expect(await suanlink(['status', '--lang', 'fr'])).toMatchObject({
      code: 2,
      stderr: 'suanlink status: --lang is en or zh-CN, not "fr"\n',
    });
  });

  it('stands in columns, however wide the words are', () => {
    const status = healthy(2, { leases: [lease('one'), lease('two', { state: 'stopping' })] });
    for (const language of ['en', 'zh-CN'] as const) {
      const text = statusText(status, translator(language));
      const [, devices = '', leases = ''] = text
        .split('\n\n')
        .flatMap((part) => part.split(/\n(?=\S+ +(?:状态|STATE))/));
      for (const table of [devices, leases]) {
        const rows = table.split('\n').filter(Boolean);
        // The second column begins in the same cell of every row.
        const starts = rows.map((row) => textWidth(/^\S+ +/.exec(row)?.[0] ?? ''));
        expect(new Set(starts).size).toBe(1);
      }
    }
  });
});

/** Every state of the node that the view must tell, and how it tells it in each language. */
import type { StatusSnapshot } from '../../proto/status.ts';
import { device, healthy, lease } from './snapshots.ts';

/** What is on the screen in one language: on every size, and beside it on sizes that have room for it. */
export interface Told {
  always: RegExp;
  /** At 80x24 and larger, on the overview. */
  roomy: RegExp;
}

/** One state. */
export interface NodeState {
  name: string;
  status: StatusSnapshot;
  en: Told;
  'zh-CN': Told;
}

type Change = Partial<StatusSnapshot>;
const base = healthy(8);
const offline = (change: Partial<StatusSnapshot['scheduler']>): Change => ({
  scheduler: {
    ...base.scheduler,
    state: 'waiting',
    code: 'unavailable',
    reason: 'connect ECONNREFUSED 10.0.0.1:7443',
    retry_in_ms: 9000,
    attempt: 7,
    connected_ms: null,
    ...change,
  },
});
const cards = (index: number, change: Parameters<typeof device>[1]): Change => ({
  devices: base.devices.map((each) => (each.index === index ? device(index, change) : each)),
});
const one = (change: Parameters<typeof lease>[1]): Change => ({ leases: [lease('f3a7kq', change)] });
const ended = (reason: string, change: Parameters<typeof lease>[1] = {}): Change =>
  one({ state: 'ended', end_reason: reason, error: 'what was said', time_left_ms: null, ...change });

function state(name: string, change: Change, en: [RegExp, RegExp], zh: [RegExp, RegExp]): NodeState {
  return {
    name,
    status: { ...base, ...change },
    en: { always: en[0], roomy: en[1] },
    'zh-CN': { always: zh[0], roomy: zh[1] },
  };
}

const running: [RegExp, RegExp] = [/AGENT ● RUNNING/, /SCHED ● CONNECTED/];
const runningZh: [RegExp, RegExp] = [/代理 ● 运行/, /调度 ● 已连接/];

/** All of them but those without an agent. */
export const nodeStates: readonly NodeState[] = [
  state('well', {}, running, runningZh),
  state(
    'another version',
    { agent: { ...base.agent, version: '9.9.9' } },
    [/AGENT ▲ v9\.9\.9 ≠ v/, /AGENT ▲ v9\.9\.9 ≠ v0/],
    [/代理 ▲ v9\.9\.9 ≠ v/, /代理 ▲ v9\.9\.9 ≠ v0/],
  ),
  state(
    'starting',
    { probes: base.probes.map((probe) => ({ ...probe, status: 'pending' })), devices: [], leases: [] },
    [/AGENT ◐ STARTING/, /◐ looking for accelerators: ascend, nvidia/],
    [/代理 ◐ 启动中/, /◐ 正在查找加速卡: ascend, nvidia/],
  ),
  state(
    'scheduler offline',
    offline({}),
    [
      /SCHED ✖ OFFLINE/,
      /retry in \d+s \(#7\)[^]*▲ no scheduler: [^]*→ running leases go on until they run out; R tries now/,
    ],
    [/调度 ✖ 离线/, /\d+s 后重试 \(#7\)[^]*▲ 未连接调度器: [^]*→ 运行中的租约持续到到期；R 立即重连/],
  ),
  state(
    'scheduler certificate',
    offline({ reason: 'certificate has expired' }),
    [/SCHED ✖ OFFLINE/, /→ check the clock of both machines/],
    [/调度 ✖ 离线/, /→ 检查两台机器的时钟/],
  ),
  state(
    'scheduler name',
    offline({ reason: 'getaddrinfo ENOTFOUND pool.example' }),
    [/SCHED ✖ OFFLINE/, /→ check the name in https:\/\/pool\.example/],
    [/调度 ✖ 离线/, /→ 检查 https:\/\/pool\.example:7443 中的名称/],
  ),
  state(
    'scheduler refuses',
    {
      scheduler: {
        ...base.scheduler,
        state: 'refused',
        code: 'unauthenticated',
        reason: 'unknown node',
        connected_ms: null,
      },
    },
    [/SCHED ✖ REFUSED/, /→ suanlink token create --kind join/],
    [/调度 ✖ 被拒绝/, /→ suanlink token create --kind join/],
  ),
  state(
    'draining',
    { agent: { ...base.agent, state: 'draining', drain_reason: 'fan', drain_left_ms: 2_460_000 } },
    [
      /‖ DRAINING|takes no new/,
      /‖ DRAINING 41m00s left[^]*takes no new leases: fan; waits for f3a7kqaa, ends them in 41m00s/,
    ],
    [/‖ 排空中|不接受新租约/, /‖ 排空中 剩 41m00s[^]*不接受新租约: fan；等待 f3a7kqaa，41m00s 后结束它们/],
  ),
  state(
    'drained',
    { agent: { ...base.agent, state: 'draining', drain_reason: '' }, leases: [] },
    [
      /‖ DRAINED|no lease is left/,
      /no lease is left: no reason given[^]*→ safe to service; u takes leases again/,
    ],
    [/‖ 已排空|已无租约/, /已无租约: 未说明原因[^]*→ 可以维护；u 恢复接受租约/],
  ),
  state(
    'pulling',
    one({
      state: 'starting',
      waiting_for: 'pull: 1204 of 2800 MiB (43 %)',
      pull: { done_bytes: 1204 * 2 ** 20, total_bytes: 2800 * 2 ** 20, bytes_per_second: 38 * 2 ** 20 },
      time_left_ms: null,
    }),
    [running[0], /◐ PULLING .*43%/],
    [runningZh[0], /◐ 拉取 .*43%/],
  ),
  state(
    'creating',
    one({ state: 'starting', waiting_for: 'create' }),
    [running[0], /◐ CREATING/],
    [runningZh[0], /◐ 创建/],
  ),
  state(
    'accepted',
    one({ state: 'accepted', waiting_for: 'the commit' }),
    [running[0], /◐ ACCEPTED/],
    [runningZh[0], /◐ 已接受/],
  ),
  state(
    'stopping',
    one({ state: 'stopping', stop_reason: 'preempted' }),
    [running[0], /◐ STOPPING/],
    [runningZh[0], /◐ 停止中/],
  ),
  state('completed', ended('completed', { exit_code: 0 }), [running[0], /● DONE/], [runningZh[0], /● 完成/]),
  state('cancelled', ended('cancelled'), [running[0], /‖ CANCELLED/], [runningZh[0], /‖ 已取消/]),
  state('expired', ended('deadline'), [running[0], /‖ EXPIRED/], [runningZh[0], /‖ 已到期/]),
  state('preempted', ended('preempted'), [running[0], /‖ PREEMPTED/], [runningZh[0], /‖ 被抢占/]),
  state('taken back', ended('owner_reclaimed'), [running[0], /‖ TAKEN BACK/], [runningZh[0], /‖ 已收回/]),
  state(
    'failed by exit',
    ended('exit_nonzero', { exit_code: 2 }),
    [running[0], /✖ EXIT 2/],
    [runningZh[0], /✖ 退出 2/],
  ),
  state(
    'failed by memory',
    ended('oom', { exit_code: 137 }),
    [running[0], /✖ NO MEMORY/],
    [runningZh[0], /✖ 内存不足/],
  ),
  state('failed by image', ended('image_pull'), [running[0], /✖ NO IMAGE/], [runningZh[0], /✖ 无镜像/]),
  state('failed to start', ended('start_failed'), [running[0], /✖ NO START/], [runningZh[0], /✖ 启动失败/]),
  state('lost its card', ended('device_lost'), [running[0], /✖ CARD LOST/], [runningZh[0], /✖ 卡故障/]),
  state('lost by the engine', ended('engine_lost'), [running[0], /✖ LOST/], [runningZh[0], /✖ 容器丢失/]),
  state(
    'a failed card',
    cards(5, {
      health: 'failed',
      health_reasons: ['xid 79: off the bus'],
      offered: false,
      not_offered_reason: 'it failed',
    }),
    [/7\/8 ok[^]*✖ 910B3 #5: xid 79/, /✖ FAIL/],
    [/7\/8 正常[^]*✖ 910B3 #5: xid 79/, /✖ 故障/],
  ),
  state(
    'a failing card',
    cards(1, { health: 'degraded', health_reasons: ['2 uncorrected memory errors'] }),
    [/▲ WARN/, /▲ 910B3 #1: 2 uncorrected memory errors[^]*→ still offered/],
    [/▲ 警告/, /▲ 910B3 #1: 2 uncorrected memory errors[^]*→ 仍在提供/],
  ),
  state(
    'a card that is kept back',
    cards(1, { offered: false, not_offered_reason: 'the owner keeps it' }),
    [/‖ HELD/, /‖ HELD/],
    [/‖ 保留/, /‖ 保留/],
  ),
  state(
    'a tool that hangs',
    {
      probes: base.probes.map((probe) =>
        probe.vendor === 'ascend'
          ? { ...probe, status: 'failed', reason: 'npu-smi: no answer within 10 s', last_good_age_ms: 42_000 }
          : probe,
      ),
      devices: base.devices.map((each) => ({
        ...each,
        health: 'unknown',
        health_reasons: ['npu-smi: no answer'],
      })),
    },
    [/◌ UNKNOWN/, /▲ ascend: npu-smi: no answer [^]*→ suanlink probe --vendor ascend/],
    [/◌ 未知/, /▲ ascend: npu-smi: no answer [^]*→ suanlink probe --vendor ascend/],
  ),
  state(
    'no accelerators',
    { devices: [], leases: [], probes: healthy(0).probes },
    [/no accelerator found/i, /▲ no accelerator found; [^]*→ 5 shows each vendor’s answer/],
    [/未发现加速卡/, /▲ 未发现加速卡；[^]*→ 按 5 查看各厂商的应答/],
  ),
  state(
    'the engine does not answer',
    { engine: { ...base.engine, problem: 'podman: connection refused' } },
    [/✖ container engine: podman/, /✖ container engine: podman[^]*→ systemctl status docker podman/],
    [/✖ 容器引擎: podman/, /✖ 容器引擎: podman[^]*→ systemctl status docker podman/],
  ),
  state(
    'the disk is full',
    { problems: [{ part: 'journal', message: 'no space left on device' }] },
    [/✖ journal: no space left/, /✖ journal: no space left on device[^]*→ journalctl -u suanlink/],
    [/✖ journal: no space left/, /✖ journal: no space left on device[^]*→ journalctl -u suanlink/],
  ),
  state(
    'a stray container',
    { engine: { ...base.engine, quarantined_containers: ['suanlink-lost'] } },
    [/▲ containers that no lease knows: /, /suanlink-lost[^]*→ left alone until/],
    [/▲ 没有租约认领的容器: /, /suanlink-lost[^]*→ 在调度器否认之前保持原样/],
  ),
  state(
    'a lease without its cards',
    one({ devices_inside: 'mismatch', devices_inside_detail: 'sees 1 of 2' }),
    [/AGENT ● RUNNING/, /sees 1 of 2[^]*→ 3 Enter shows it/],
    [/代理 ● 运行/, /sees 1 of 2[^]*→ 按 3 再 Enter 查看/],
  ),
];

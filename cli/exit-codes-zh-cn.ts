/** Exit codes in Chinese; one that is missing does not compile. Pure. */
import type { exitCodes } from './exit-codes.ts';

/** What each exit code means. */
export const exitMeaningsZhCn: Record<keyof typeof exitCodes, string> = {
  ok: '完成；run：任务以 0 退出',
  failure: '失败，没有专门的退出码',
  usage: '用法有误：选项、参数或配置文件',
  not_connected: '代理没有运行，或没有连上调度器',
  auth: '没有令牌或令牌无效；或证书颁发机构不是所固定的那个',
  not_found: '没有这样的东西，或这个令牌看不到它',
  conflict: '已经以另一种形式存在：幂等键属于另一个任务',
  no_capacity: '没有节点有空闲资源',
  pending: '尚未结束',
  network: '连不上调度器；稍后重试同一命令可能成功',
  denied: '角色或配额不允许',
  timeout: 'run：任务到了时间上限',
  own_failure: 'run：失败的是 suanlink，不是任务',
  not_executable: 'run：命令存在但不能执行',
  command_not_found: 'run：镜像里没有这个命令',
  interrupted: '被 Ctrl-C 结束；run：任务已取消',
  killed: 'run：任务被强行终止，或内存用尽',
  terminated: '被 SIGTERM 结束；run：任务已取消',
};

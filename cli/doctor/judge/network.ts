/** The way to the scheduler, step by step; whom we find there; the clock. Pure. */
import type { Proxy } from '../../../proto/proxy.ts';
import type { Verdict } from '../check.ts';

/** Where the scheduler is, as far as this node knows. */
export type EnrolmentFacts =
  | { state: 'enrolled'; url: string; caPem: string; node: string; org: string }
  /** The agent will enrol with it at its start. */
  | { state: 'token'; url: string; caHash: string; expired: boolean; file: string }
  | { state: 'none' }
  | { state: 'broken'; file: string; why: string };

/** Is this node enrolled. */
export function judgeEnrolment(facts: EnrolmentFacts): Verdict {
  switch (facts.state) {
    case 'enrolled':
      return {
        level: 'pass',
        finding: 'enrolled',
        values: { node: facts.node, org: facts.org, url: facts.url },
      };
    case 'token':
      return facts.expired
        ? { level: 'fail', finding: 'token_expired', values: { file: facts.file } }
        : { level: 'pass', finding: 'token', values: { file: facts.file, url: facts.url } };
    case 'none':
      return { level: 'fail', finding: 'enrolment_none' };
    case 'broken':
      return { level: 'fail', finding: 'enrolment_broken', values: { file: facts.file, why: facts.why } };
  }
}

/** How a step on the way ended: '' when it went well, else a code of the system or of TLS, and words. */
export interface StepFacts {
  host: string;
  port: number;
  code: string;
  why: string;
}

/** Which proxy an agent of this node goes through. */
export interface ProxyFacts {
  proxy: Proxy | undefined;
  /** Why the one that is named cannot be used; '' when it can, or none is. */
  wrong: string;
  /** Variables that name a proxy and do not count for the agent. */
  unheeded: readonly string[];
}

/** Is the name known, the proxy's when there is one; `addresses` are those that it has. */
export function judgeDns(step: StepFacts, addresses: readonly string[], proxy: ProxyFacts): Verdict {
  const names = proxy.unheeded.join(', ');
  const values = { host: step.host, port: step.port, addresses: addresses.join(', '), why: step.why, names };
  if (proxy.wrong !== '') return { level: 'fail', finding: 'proxy_wrong', values: { why: proxy.wrong } };
  if (step.code !== '' && names !== '') return { level: 'fail', finding: 'proxy_unheeded', values };
  if (step.code === 'hangs') return { level: 'fail', finding: 'dns_hangs', values };
  if (step.code !== '' || addresses.length === 0) return { level: 'fail', finding: 'dns_unknown', values };
  return { level: 'pass', finding: 'dns', values };
}

/** Does somebody listen: the proxy when there is one, else the scheduler. */
export function judgeTcp({ host, port, code, why }: StepFacts, { proxy, unheeded }: ProxyFacts): Verdict {
  const values = { host, port, why, names: unheeded.join(', ') };
  if (code === '') return { level: 'pass', finding: 'tcp', values };
  if (proxy) return { level: 'fail', finding: 'proxy_gone', values: { proxy: proxy.name, why } };
  if (unheeded.length > 0) return { level: 'fail', finding: 'proxy_unheeded', values };
  if (code === 'ECONNREFUSED') return { level: 'fail', finding: 'tcp_refused', values };
  return { level: 'fail', finding: code === 'hangs' ? 'tcp_filtered' : 'tcp_unreachable', values };
}

const timeCodes = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Is it the scheduler that this node was told of. */
export function judgeTls({ host, port, code, why }: StepFacts): Verdict {
  const values = { host, port, why };
  if (code === '') return { level: 'pass', finding: 'tls', values };
  if (code === 'plain') return { level: 'pass', finding: 'tls_none', values };
  if (timeCodes.has(code)) return { level: 'fail', finding: 'tls_time', values };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { level: 'fail', finding: 'tls_name', values };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return { level: 'fail', finding: 'tls_not', values };
  if (/SELF_SIGNED|UNABLE_TO|CERT_|ca_mismatch/.test(code))
    return { level: 'fail', finding: 'tls_authority', values };
  return { level: 'fail', finding: 'tls_broken', values };
}

/** What answers over HTTP, and when it thinks it is. */
export interface ServerFacts extends StepFacts {
  /** '' when it is no scheduler. */
  version: string;
  /** Capabilities that it speaks. */
  protocol: { min: number; max: number };
  /** Ours minus its clock; undefined when it does not say. */
  skewMs: number | undefined;
}

/** Is it a scheduler, and do we understand each other; `own` are the capabilities of this release. */
export function judgeServer(server: ServerFacts, own: { min: number; max: number }): Verdict {
  const { host, port, code, why, version, protocol } = server;
  const values = { host, port, why, version, ours: own.max, theirs: protocol.max };
  if (code !== '') return { level: 'fail', finding: 'server_silent', values };
  if (version === '') return { level: 'fail', finding: 'server_foreign', values };
  if (protocol.max < own.min || protocol.min > own.max)
    return { level: 'fail', finding: 'server_version', values };
  return { level: 'pass', finding: 'server', values };
}

/** Can agents talk to it: `status` is the HTTP answer to the upgrade, 101 when it was made. */
export function judgeWebSocket({ host, port, code, why }: StepFacts, status: number): Verdict {
  const values = { host, port, why, status };
  if (status === 101) return { level: 'pass', finding: 'websocket', values };
  if (status > 0) return { level: 'fail', finding: 'websocket_refused', values };
  return { level: 'fail', finding: code === 'hangs' ? 'websocket_hangs' : 'websocket_broken', values };
}

/** Does the proxy let us through; `walked` is undefined when there is none, and the scheduler was reached without. */
export function judgeProxy(
  walked: { step: StepFacts; status: number; name: string } | undefined,
  { unheeded }: ProxyFacts,
): Verdict {
  if (!walked)
    return unheeded.length === 0
      ? { level: 'pass', finding: 'proxy_none' }
      : { level: 'pass', finding: 'proxy_unused', values: { names: unheeded.join(', ') } };
  const { step, status, name } = walked;
  const values = { host: step.host, port: step.port, why: step.why, proxy: name, status };
  if (step.code === '') return { level: 'pass', finding: 'proxy', values };
  if (status === 407) return { level: 'fail', finding: 'proxy_credentials', values };
  if (step.code === 'permission_denied') return { level: 'fail', finding: 'proxy_forbids', values };
  if (step.code === 'deadline_exceeded') return { level: 'fail', finding: 'proxy_hangs', values };
  if (status >= 502 && status <= 504) return { level: 'fail', finding: 'proxy_unable', values };
  return { level: 'fail', finding: 'proxy_foreign', values };
}

/** Whether the clock is kept right, and who says so. */
export interface ClockFacts {
  synchronised: boolean | undefined;
  by: string;
}

/** Is the clock kept right. */
export function judgeClock({ synchronised, by }: ClockFacts): Verdict {
  if (synchronised === undefined) return { level: 'skip', finding: 'clock_unknown' };
  return synchronised
    ? { level: 'pass', finding: 'clock', values: { by } }
    : { level: 'warn', finding: 'clock_free', values: { by } };
}

const noticeableMs = 10_000;
const harmfulMs = 300_000;

/** Is it the scheduler's time here; the scheduler says whole seconds. */
export function judgeSkew({ skewMs, host }: ServerFacts): Verdict {
  if (skewMs === undefined) return { level: 'skip', finding: 'skew_unknown' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const values = { seconds, host };
  const finding = skewMs > 0 ? 'skew_ahead' : 'skew_behind';
  if (Math.abs(skewMs) > harmfulMs) return { level: 'fail', finding, values };
  if (Math.abs(skewMs) > noticeableMs) return { level: 'warn', finding, values };
  return { level: 'pass', finding: 'skew', values };
}

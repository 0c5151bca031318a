/** The way to the scheduler, walked step by step (edge): each step says how it ended, and none throws. */
import { request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { fetchCa } from '../../../agent/link/enrol.ts';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { EnrolmentFacts, ServerFacts, StepFacts } from '../judge/network.ts';
import { gatherAddresses } from './aside.ts';
import { record, text } from './json.ts';

/** How long one step may take; less than the cap of a check. */
const stepMs = 2_500;

/** Where to go, and whom to trust there. */
export interface Target {
  url: URL;
  host: string;
  port: number;
  secure: boolean;
}

/** The target that the enrolment names; undefined when it names none. */
export function targetOf(enrolment: EnrolmentFacts): Target | undefined {
  if (enrolment.state === 'none' || enrolment.state === 'broken') return undefined;
  const url = new URL(enrolment.url);
  const secure = url.protocol === 'https:';
  return {
    url,
    secure,
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
  };
}

const step = ({ host, port }: Target, code: string, why: string): StepFacts => ({ host, port, code, why });

function ended(target: Target, error: NodeJS.ErrnoException): StepFacts {
  return step(target, error.code ?? 'broken', error.message || String(error.code));
}

/** A step that ends by `resolve`, or as one that hangs. */
async function within(
  target: Target,
  begin: (resolve: (facts: StepFacts) => void) => { destroy(): unknown },
): Promise<StepFacts> {
  const { promise, resolve } = Promise.withResolvers<StepFacts>();
  const late = setTimeout(() => resolve(step(target, 'hangs', `no answer in ${stepMs / 1000} s`)), stepMs);
  const begun = begin(resolve);
  return promise.finally(() => {
    clearTimeout(late);
    begun.destroy();
  });
}

/** Asks for the target's addresses; one that is an address needs nobody. */
export async function walkDns(
  self: readonly string[],
  target: Target,
): Promise<{ step: StepFacts; addresses: string[] }> {
  const { host } = target;
  if (isIP(host) !== 0) return { step: step(target, '', ''), addresses: [host] };
  const found = await gatherAddresses(self, host);
  if (!found) return { step: step(target, 'hangs', ''), addresses: [] };
  return { step: step(target, found.why === '' ? '' : 'unknown', found.why), addresses: found.addresses };
}

/** Opens a connection. */
export function walkTcp(target: Target): Promise<StepFacts> {
  return within(target, (resolve) => {
    const socket = connectTcp({ host: target.host, port: target.port });
    socket.once('connect', () => resolve(step(target, '', '')));
    socket.on('error', (error) => resolve(ended(target, error)));
    return socket;
  });
}

/** Verifies the certificate by the authority that the enrolment or the join token names; `caPem` is that authority. */
export async function walkTls(
  target: Target,
  enrolment: EnrolmentFacts,
): Promise<{ step: StepFacts; caPem: string }> {
  if (!target.secure) return { step: step(target, 'plain', ''), caPem: '' };
  let caPem = enrolment.state === 'enrolled' ? enrolment.caPem : '';
  if (enrolment.state === 'token') {
    try {
      caPem = await fetchCa(target.url, enrolment.caHash);
    } catch (caught) {
      const { code, message } = SuanlinkError.from(caught);
      return { step: step(target, code, message), caPem };
    }
  }
  const found = await within(target, (resolve) => {
    const { host, port } = target;
    const socket = connectTls({ host, port, servername: isIP(host) ? '' : host, ca: caPem });
    socket.once('secureConnect', () => resolve(step(target, '', '')));
    socket.on('error', (error) => resolve(ended(target, error)));
    return socket;
  });
  return { step: found, caPem };
}

/** Asks what it is. */
export async function walkHttp(target: Target, caPem: string, now: () => number): Promise<ServerFacts> {
  const nothing = { version: '', protocol: { min: 0, max: 0 }, skewMs: undefined };
  let said: Pick<ServerFacts, 'version' | 'protocol' | 'skewMs'> = nothing;
  const found = await within(target, (resolve) => {
    const { host, port } = target;
    const options = { host, port, path: '/v1/version', headers: { host: target.url.host } };
    const asking = target.secure
      ? tlsRequest({ ...options, agent: new TlsAgent({ ca: caPem }) })
      : plainRequest(options);
    asking.on('error', (error) => resolve(ended(target, error)));
    asking.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', (error) => resolve(ended(target, error)));
      answer.once('end', () => {
        said = readVersion(Buffer.concat(chunks).toString(), answer.headers.date, now());
        resolve(step(target, '', ''));
      });
    });
    asking.end();
    return asking;
  });
  return { ...found, ...said };
}

function readVersion(
  body: string,
  date: string | undefined,
  now: number,
): Pick<ServerFacts, 'version' | 'protocol' | 'skewMs'> {
  const theirs = Date.parse(date ?? '');
  const skewMs = Number.isNaN(theirs) ? undefined : now - theirs;
  const nothing = { version: '', protocol: { min: 0, max: 0 }, skewMs };
  try {
    const said = record(JSON.parse(body));
    const protocol = record(said['protocol']);
    if (said['name'] !== 'suanlink') return nothing;
    return {
      version: text(said['version']),
      protocol: { min: Number(protocol['min'] ?? 0), max: Number(protocol['max'] ?? 0) },
      skewMs,
    };
  } catch {
    return nothing; // Not JSON: it is something else.
  }
}

/** Asks for an agent's WebSocket, and hangs up; `status` is the HTTP answer, 0 when there was none. */
export async function walkWebSocket(
  target: Target,
  caPem: string,
): Promise<{ step: StepFacts; status: number }> {
  let status = 0;
  const found = await within(target, (resolve) => {
    const url = `${target.url.origin.replace(/^http/, 'ws')}/v1/agent`;
    const socket = new WebSocket(url, 'suanlink.v1', {
      perMessageDeflate: false,
      ...(target.secure ? { ca: caPem } : {}),
    });
    socket.once('open', () => {
      status = 101;
      resolve(step(target, '', ''));
    });
    socket.once('unexpected-response', (_request, answer) => {
      status = answer.statusCode ?? 0;
      resolve(step(target, 'refused', answer.statusMessage ?? ''));
    });
    // Stays until it is gone: hanging up before it stands is an error too.
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(ended(target, error)));
    return { destroy: () => socket.terminate() };
  });
  return { step: found, status };
}

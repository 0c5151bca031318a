/** The way to the scheduler, walked step by step (edge): each step says how it ended, and none throws. */
import { request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { SuanlinkError } from '../../../proto/codes.ts';
import { fetchPinned } from '../../../proto/pinned.ts';
import { bareHost, portOf, type Proxy } from '../../../proto/proxy.ts';
import { openTunnel, TunnelAgent } from '../../../proto/tunnel.ts';
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
  /** What is between; undefined when the way is straight. */
  proxy: Proxy | undefined;
}

/** The target at the scheduler's `address`, through `proxy`. */
export function targetOf(address: string, proxy: Proxy | undefined): Target {
  const url = new URL(address);
  return { url, secure: url.protocol === 'https:', host: bareHost(url), port: portOf(url), proxy };
}

/** Who is spoken to over the network. */
type Peer = Pick<Target, 'host' | 'port'>;

/** Who has to be reached first: the proxy, or the scheduler itself. */
const first = (target: Target): Peer => target.proxy ?? target;

const step = ({ host, port }: Peer, code: string, why: string): StepFacts => ({ host, port, code, why });

function ended(target: Peer, error: NodeJS.ErrnoException): StepFacts {
  return step(target, error.code ?? 'broken', error.message || String(error.code));
}

/** A step that ends by `resolve`, or as one that hangs. */
async function within(
  target: Peer,
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

/** Asks for the addresses of whom to reach first; one that is an address needs nobody. */
export async function walkDns(
  self: readonly string[],
  target: Target,
): Promise<{ step: StepFacts; addresses: string[] }> {
  const peer = first(target);
  const { host } = peer;
  if (isIP(host) !== 0) return { step: step(peer, '', ''), addresses: [host] };
  const found = await gatherAddresses(self, host);
  if (!found) return { step: step(peer, 'hangs', ''), addresses: [] };
  return { step: step(peer, found.why === '' ? '' : 'unknown', found.why), addresses: found.addresses };
}

/** Opens a connection to whom to reach first. */
export function walkTcp(target: Target): Promise<StepFacts> {
  const peer = first(target);
  return within(peer, (resolve) => {
    const socket = connectTcp({ host: peer.host, port: peer.port });
    socket.once('connect', () => resolve(step(peer, '', '')));
    socket.on('error', (error) => resolve(ended(peer, error)));
    return socket;
  });
}

/** Has the proxy connect; `status` is its answer when that is a refusal, else 0. Undefined where there is none. */
export async function walkProxy(
  target: Target,
): Promise<{ step: StepFacts; status: number; name: string } | undefined> {
  const { proxy, host, port } = target;
  if (!proxy) return undefined;
  const { name } = proxy;
  try {
    (await openTunnel(proxy, host, port, stepMs)).destroy();
    return { step: step(target, '', ''), status: 0, name };
  } catch (caught) {
    const { code, details, message } = SuanlinkError.from(caught);
    return { step: step(target, code, message), status: Number(details['proxy_status'] ?? 0), name };
  }
}

/** Verifies the certificate by the authority that the enrolment or the join token names; `caPem` is that authority. */
export async function walkTls(
  target: Target,
  enrolment: EnrolmentFacts,
): Promise<{ step: StepFacts; caPem: string }> {
  if (!target.secure) return { step: step(target, 'plain', ''), caPem: '' };
  let caPem = enrolment.state === 'enrolled' ? enrolment.caPem : '';
  const { host, port, proxy } = target;
  let way: { socket: Socket } | Peer = { host, port };
  try {
    if (enrolment.state === 'token') caPem = await fetchPinned(target.url, enrolment.caHash, proxy);
    if (proxy) way = { socket: await openTunnel(proxy, host, port, stepMs) };
  } catch (caught) {
    const { code, message } = SuanlinkError.from(caught);
    return { step: step(target, code, message), caPem };
  }
  const found = await within(target, (resolve) => {
    const socket = connectTls({ ...way, servername: isIP(host) ? '' : host, ca: caPem });
    socket.once('secureConnect', () => resolve(step(target, '', '')));
    socket.on('error', (error) => resolve(ended(target, error)));
    return socket;
  });
  return { step: found, caPem };
}

function tlsAgent({ proxy }: Target, ca: string): TlsAgent {
  return proxy ? new TunnelAgent(proxy, { ca }) : new TlsAgent({ ca });
}

/** Asks what it is. */
export async function walkHttp(target: Target, caPem: string, now: () => number): Promise<ServerFacts> {
  const nothing = { version: '', protocol: { min: 0, max: 0 }, skewMs: undefined };
  let said: Pick<ServerFacts, 'version' | 'protocol' | 'skewMs'> = nothing;
  const found = await within(target, (resolve) => {
    const { host, port, secure } = target;
    const options = { host, port, path: '/v1/version', headers: { host: target.url.host } };
    const asking = secure
      ? tlsRequest({ ...options, agent: tlsAgent(target, caPem) })
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
      ...(target.secure ? { ca: caPem, agent: tlsAgent(target, caPem) } : {}),
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

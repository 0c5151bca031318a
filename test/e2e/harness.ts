/**
 * Starts the built program as its users do: a scheduler and agents as processes of their own, on loopback, with state
 * in a temporary directory; and talks to the API as a client would. Used by end-to-end tests, benches and chaos runs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { JobSpec, JobView, WatchEvent } from '../../proto/api.ts';
import type { StatusSnapshot } from '../../proto/status.ts';

const root = join(import.meta.dirname, '../..');

/** The program under test: as built by `npm run build`, or another build of it. */
export const program = process.env.SUANLINK_PROGRAM ?? join(root, 'dist/suanlink');

/** A process of ours with everything it has said. */
export interface Process {
  child: ChildProcess;
  /** stdout and stderr together. */
  said(): string;
  exited: Promise<number | null>;
  /** Sends `signal` and waits for the end; a process that does not obey is killed, and what it said is the error. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How long a process of ours may take to end. */
const endMs = 30_000;

/** Starts the program with `args`; output is kept for error messages. */
export function launch(args: string[], env: Record<string, string> = {}, command = program): Process {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    child,
    said: () => text,
    exited,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      let isStuck = false;
      const timer = setTimeout(() => {
        isStuck = true;
        child.kill('SIGKILL');
      }, endMs);
      const code = await exited;
      clearTimeout(timer);
      if (isStuck) throw new Error(`${args[0]} did not end within ${endMs} ms of ${signal}:\n${text}`);
      return code;
    },
  };
}

/** Waits until `check` gives something; fails with `what` and the process's own words. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  limitMs = 30_000,
  said: () => string = () => '',
): Promise<T> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}\n${said()}`);
}

/** A TCP port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A client of the HTTP API with one token. */
export class Client {
  readonly #url: URL;
  readonly #token: string;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(url: string, token: string, ca?: string) {
    this.#url = new URL(url);
    this.#token = token;
    this.#agent =
      this.#url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, ...(ca ? { ca } : {}) })
        : new HttpAgent({ keepAlive: true });
  }

  /** One request; the answer is left unread. */
  open(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<IncomingMessage> {
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(new URL(path, this.#url), {
        method,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** One request with its JSON answer and status. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: any }> {
    const response = await this.open(method, path, body, headers);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    return { status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Submits a job; fails on anything but success. */
  async submit(spec: Partial<JobSpec>, key?: string): Promise<JobView> {
    const answer = await this.call(
      'POST',
      '/v1/jobs',
      spec,
      key === undefined ? {} : { 'idempotency-key': key },
    );
    if (answer.status >= 300) throw new Error(`submit: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Follows a job to its end. */
  async follow(id: string): Promise<{ job: JobView; stdout: Buffer; stderr: Buffer }> {
    const response = await this.open('GET', `/v1/jobs/${id}/watch`);
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let rest = '';
    for await (const chunk of response) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event: WatchEvent = JSON.parse(line);
        if (event.type === 'log') parts[event.stream].push(Buffer.from(event.data, 'base64'));
        if (event.type === 'end') {
          response.resume();
          return { job: event.job, stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr) };
        }
      }
    }
    throw new Error(`the watch of ${id} ended without an end (status ${response.statusCode})`);
  }

  /** Submits and follows. */
  async run(spec: Partial<JobSpec>): Promise<{ job: JobView; stdout: Buffer; stderr: Buffer }> {
    return this.follow((await this.submit(spec)).id);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A running scheduler. */
export interface Scheduler {
  process: Process;
  url: string;
  dir: string;
  ca: string;
  adminToken: string;
  admin: Client;
  client(token: string): Client;
  /** A fresh join token in a file. */
  joinToken(org?: string): Promise<string>;
  apiToken(org: string, role?: string): Promise<string>;
}

/** Starts a scheduler with its state in `dir`; the same `dir` and port again is a restart. */
export async function startScheduler(
  dir: string,
  options: { port?: number; args?: string[]; program?: string } = {},
): Promise<Scheduler> {
  const port = options.port ?? (await freePort());
  mkdirSync(dir, { recursive: true });
  const args = ['--listen', `127.0.0.1:${port}`, '--state-dir', dir, ...(options.args ?? [])];
  const server = launch(['scheduler', ...args], {}, options.program);
  const url = `https://127.0.0.1:${port}`;
  const read = (name: string): string | undefined =>
    existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8').trim() : undefined;
  const adminToken = await until(
    'the admin token',
    () => dead(server) ?? read('admin-token'),
    20_000,
    server.said,
  );
  const ca = await until('the CA', () => read('ca.crt'), 20_000, server.said);
  const admin = new Client(url, adminToken, ca);
  await until(
    'the scheduler to answer',
    async () => {
      dead(server);
      return admin.call('GET', '/v1/nodes').then(
        (answer) => (answer.status === 200 ? true : undefined),
        () => undefined,
      );
    },
    20_000,
    server.said,
  );
  let made = 0;
  const token = async (body: object): Promise<string> => {
    const answer = await admin.call('POST', '/v1/tokens', body);
    if (answer.status !== 201) throw new Error(`token: ${JSON.stringify(answer.body)}`);
    return answer.body.secret;
  };
  return {
    process: server,
    url,
    dir,
    ca,
    adminToken,
    admin,
    client: (secret) => new Client(url, secret, ca),
    async joinToken(org = 'acme') {
      made += 1;
      const file = join(dir, `join-${made}-${process.pid}`);
      writeFileSync(file, await token({ kind: 'join', name: `join ${made}`, org }), { mode: 0o600 });
      return file;
    },
    apiToken: (org, role = 'tenant') => token({ kind: 'api', name: `${role} of ${org}`, org, role }),
  };
}

/** Throws when the process has ended. */
function dead(server: Process): undefined {
  if (server.child.exitCode !== null)
    throw new Error(`it ended with ${server.child.exitCode}:\n${server.said()}`);
  return undefined;
}

/** A running agent. */
export interface Agent {
  process: Process;
  socket: string;
  dir: string;
  status(): Promise<StatusSnapshot>;
}

/** Starts an agent on the engine at `engineSocket` and waits until it is connected. */
export async function startAgent(options: {
  dir: string;
  joinTokenFile?: string;
  engineSocket: string;
  name?: string;
  args?: string[];
  env?: Record<string, string>;
  /** Instead of the program under test. */
  program?: string;
  connected?: boolean;
}): Promise<Agent> {
  const socket = join(options.dir, 'a.sock');
  mkdirSync(options.dir, { recursive: true });
  const join_ = options.joinTokenFile === undefined ? [] : ['--join-token-file', options.joinTokenFile];
  const config = join(options.dir, 'agent.yaml');
  if (!existsSync(config)) writeFileSync(config, 'reserve_memory_bytes: 0\n');
  const agent = launch(
    [
      'agent',
      '--state-dir',
      join(options.dir, 'state'),
      '--socket',
      socket,
      '--config',
      config,
      '--engine',
      `unix://${options.engineSocket}`,
      '--name',
      options.name ?? 'n',
      ...join_,
      ...(options.args ?? []),
    ],
    options.env,
    options.program,
  );
  const started: Agent = { process: agent, socket, dir: options.dir, status: () => readStatus(socket) };
  if (options.connected !== false) {
    await until(
      'the agent to connect',
      async () => {
        dead(agent);
        return started.status().then(
          (status) => (status.scheduler.state === 'connected' ? true : undefined),
          () => undefined,
        );
      },
      30_000,
      agent.said,
    );
  }
  return started;
}

/** The status document on a control socket. */
async function readStatus(socketPath: string): Promise<StatusSnapshot> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, path: '/v1/status' }, (response) => {
      json(response).then((body) => resolve(body as StatusSnapshot), reject);
    });
    request.once('error', reject);
    request.end();
  });
}

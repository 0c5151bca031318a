/** The HTTP client against an engine made of plain sockets: every way in which an engine can fail to answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyLines, EngineHttp } from '../../agent/runtime/engine/http.ts';
import { Presence } from '../../agent/runtime/engine/presence.ts';

let dir: string;
let socketPath: string;
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-http-'));
  socketPath = join(dir, 'engine.sock');
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return server;
}

describe('EngineHttp', () => {
  it('gives status, body and headers, whatever the status', async () => {
    await serve((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(409, { 'api-version': '1.41' }).end('{"message":"taken"}');
    });
    const http = new EngineHttp(socketPath);
    const answer = await http.send('POST', '/x', { json: { a: 1 } });
    expect(answer).toMatchObject({
      status: 409,
      text: '{"message":"taken"}',
      headers: { 'api-version': '1.41' },
    });
    http.close();
  });

  it('sends JSON with its length', async () => {
    let got = '';
    await serve((incoming, outgoing) => {
      incoming.on('data', (chunk: Buffer) => (got += chunk.toString()));
      incoming.on('end', () => outgoing.end(incoming.headers['content-length']));
    });
    const http = new EngineHttp(socketPath);
    const { text } = await http.send('POST', '/x', { json: { name: '中' } });
    expect([got, text]).toEqual(['{"name":"中"}', '14']);
    http.close();
  });

  it('no socket: engine_unavailable, and says so', async () => {
    const http = new EngineHttp(socketPath);
    const sent = http.send('GET', '/_ping');
    await expect(sent).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(sent).rejects.toThrow('there is no such socket');
  });

  it('a socket that nobody listens on: engine_unavailable', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    // Closed without its file being removed, as after a kill.
    const child = await import('node:child_process');
    child.execFileSync('ln', [socketPath, `${socketPath}.kept`]);
    await new Promise((resolve) => server.close(resolve));
    const http = new EngineHttp(`${socketPath}.kept`);
    await expect(http.send('GET', '/_ping')).rejects.toThrow('nobody listens');
  });

  it('silence: engine_unavailable after the time given', async () => {
    await serve(() => {});
    const http = new EngineHttp(socketPath);
    await expect(http.send('GET', '/x', { silenceMs: 100 })).rejects.toThrow('silent for 100 ms');
    http.close();
  });

  it('an answer that breaks off: engine_unavailable', async () => {
    await serve((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 100 }).write('half');
      setTimeout(() => outgoing.destroy(), 20);
    });
    const http = new EngineHttp(socketPath);
    await expect(http.send('POST', '/x')).rejects.toMatchObject({ code: 'engine_unavailable' });
    http.close();
  });

  it('an answer without end: engine_error, and memory stays bounded', async () => {
    await serve((_incoming, outgoing) => {
      const more = (): void => {
        while (!outgoing.destroyed && outgoing.write(Buffer.alloc(65_536))) {
          // Until the connection is full.
        }
      };
      outgoing.on('drain', more);
      more();
    });
    const http = new EngineHttp(socketPath);
    await expect(http.send('POST', '/x')).rejects.toMatchObject({ code: 'engine_error' });
    http.close();
  });

  it('what is not HTTP: engine_unavailable', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const http = new EngineHttp(socketPath);
    await expect(http.send('GET', '/x')).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  it('reads again when a kept connection turns out to be dead, and never sends anything else twice', async () => {
    let requests = 0;
    const server = await serve((incoming, outgoing) => {
      requests++;
      incoming.resume();
      if (requests % 2 === 0) incoming.socket.destroy();
      else outgoing.end('ok');
    });
    const http = new EngineHttp(socketPath);
    expect((await http.send('GET', '/1')).text).toBe('ok');
    expect((await http.send('GET', '/2')).text).toBe('ok');
    expect(requests).toBe(3);
    await expect(http.send('POST', '/3')).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(requests).toBe(4);
    http.close();
    server.close();
  });

  it('the signal of the caller ends a request with its own reason', async () => {
    await serve((_incoming, outgoing) => outgoing.writeHead(200).flushHeaders());
    const http = new EngineHttp(socketPath);
    const abort = new AbortController();
    const sent = http.send('GET', '/x', { signal: abort.signal, lasting: true });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(sent).rejects.toThrow('enough');
    http.close();
  });

  it('close ends what is under way', async () => {
    await serve(() => {});
    const http = new EngineHttp(socketPath);
    const abort = new AbortController();
    const sent = [
      http.send('GET', '/a'),
      http.send('POST', '/b', { signal: abort.signal, lasting: true }),
      http.hijack('/c'),
    ].map((one) => one.catch((caught: unknown) => caught));
    await sleep(50);
    http.close();
    for (const one of sent) expect(await one).toMatchObject({ code: 'engine_unavailable' });
  });

  it('lines come whole, wherever the connection cuts', async () => {
    await serve((_incoming, outgoing) => {
      const bytes = Buffer.from('{"a":"中文"}\n\n{"b":2}\nlast');
      for (let at = 0; at < bytes.length; at++)
        setTimeout(() => outgoing.write(bytes.subarray(at, at + 1)), at);
      setTimeout(() => outgoing.end(), bytes.length + 20);
    });
    const http = new EngineHttp(socketPath);
    const lines: string[] = [];
    for await (const line of bodyLines(await http.stream('GET', '/x'))) lines.push(line);
    expect(lines).toEqual(['{"a":"中文"}', '{"b":2}', 'last']);
    http.close();
  });

  it('a connection that is not upgraded gives the answer', async () => {
    await serve((_incoming, outgoing) => outgoing.writeHead(404).end('{"message":"gone"}'));
    const http = new EngineHttp(socketPath);
    expect(await http.hijack('/attach')).toMatchObject({ status: 404, text: '{"message":"gone"}' });
    http.close();
  });
});

describe('Presence', () => {
  it('starts a new term when the process at the other end goes, not before', async () => {
    const server = await serve((_incoming, outgoing) => outgoing.end('OK'));
    const presence = new Presence(socketPath);
    const term = await presence.term();
    await sleep(50);
    expect(await presence.term()).toBe(term);
    expect(presence.same(term)).toBe(true);
    server.closeAllConnections();
    await expect.poll(() => presence.same(term)).toBe(false);
    expect(await presence.term()).not.toBe(term);
    expect(presence.same(term)).toBe(false);
    presence.close();
  });

  it('rejects when nobody is there', async () => {
    await expect(new Presence(socketPath).term()).rejects.toThrow('ENOENT');
  });
});

/** What the command line does when the network or the scheduler fails under it. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testServer } from '../api/server.ts';
import { createTwin } from '../api/twin.ts';
import { flakyProxy } from './flaky-proxy.ts';
import { start, suanlink } from './run-cli.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz\n';
const portOf = (url: string): number => Number(new URL(url).port);

describe('run over a network that fails', () => {
  it('loses no byte and doubles none, however often it is cut', async () => {
    await using server = await testServer({ tls: true });
    let cuts = 0;
    await using proxy = await flakyProxy(portOf(server.url), () => {
      cuts += 1;
      return cuts > 6 ? 0 : 150_000 + cuts * 37_117;
    });
    const ended = await suanlink(
      ['run', 'busybox', '--', 'bytes:2000000', 'err:e1\n', 'wait:50', 'out:the end\n', 'exit:5'],
      {
        SUANLINK_SCHEDULER: `https://127.0.0.1:${proxy.port}`,
        SUANLINK_TOKEN: server.twin.token('acme', 'tenant'),
        SUANLINK_CA_FILE: server.certificates?.caFile ?? '',
      },
    );
    const wanted = Buffer.concat([Buffer.alloc(2_000_000, letters), Buffer.from('the end\n')]);
    expect(ended.stdout.equals(wanted)).toBe(true);
    expect(ended.stderr.match(/^e1$/gm)).toHaveLength(1);
    expect(ended.stderr).toMatch(/connection lost .* the job goes on, next try in/);
    expect(ended.stderr).toMatch(/connected again/);
    expect(ended.code).toBe(5);
    expect(proxy.taken).toBeGreaterThan(5);
    expect(server.twin.jobs.size).toBe(1);
  });

  it('outlives a restart of the scheduler', async () => {
    const twin = createTwin();
    const first = await testServer({ twin });
    const port = portOf(first.url);
    const child = start(['run', 'busybox', '--', 'out:before\n', 'wait:1200', 'out:after\n', 'exit:6'], {
      SUANLINK_SCHEDULER: first.url,
      SUANLINK_TOKEN: twin.token('acme', 'tenant'),
    });
    await child.says(/before\n/);
    await first.stopServing();
    await child.says(/connection lost/);
    await using second = await testServer({ twin, listen: `127.0.0.1:${port}` });
    const ended = await child.ended;
    expect(second.url).toBe(first.url);
    expect(ended.stdout.toString()).toBe('before\nafter\n');
    expect(ended.code).toBe(6);
  });

  it('gives up with 125 and says how to go on', async () => {
    await using server = await testServer();
    await using proxy = await flakyProxy(portOf(server.url), () => 0);
    const child = start(['run', '--reconnect-timeout', '600ms', 'busybox', '--', 'out:up\n', 'wait:60000'], {
      SUANLINK_SCHEDULER: `http://127.0.0.1:${proxy.port}`,
      SUANLINK_TOKEN: server.twin.token('acme', 'tenant'),
    });
    await child.says(/up\n/);
    proxy.cut(true);
    const ended = await child.ended;
    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/the job may still run: suanlink logs -f job-/);
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toMatch(
      /result=error reason=unavailable job_exit=- lease=lease-/,
    );
    expect([...server.twin.jobs.values()][0]?.view.state).toBe('leased');
  });
});

describe('nobody there', () => {
  it('is 9 for a command that asks', async () => {
    const ended = await suanlink(['ps'], { SUANLINK_SCHEDULER: 'http://127.0.0.1:1', SUANLINK_TOKEN: 'x' });
    expect(ended.code).toBe(9);
    expect(ended.stderr).toMatch(/cannot reach the scheduler at http:\/\/127\.0\.0\.1:1/);
  });

  it('is a clear error when something else answers', async () => {
    const other = createServer((socket) => socket.end('220 smtp.example ESMTP\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ended = await suanlink(['nodes'], {
      SUANLINK_SCHEDULER: `http://127.0.0.1:${port}`,
      SUANLINK_TOKEN: 'x',
    });
    other.close();
    expect(ended.code).toBeGreaterThan(0);
    expect(ended.stderr).toMatch(/^suanlink nodes: cannot reach the scheduler/);
  });
});

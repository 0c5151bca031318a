/** install.sh on a node that has only a proxy to go through: the agent gets it, and what is set already stays. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../agent/config.ts';
import { newKey, type Ran, run, script, smallBundle } from './small-bundle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'suanlink-install-proxy-'));
const key = newKey();
const install = await script(scratch, key);
const bundle = await smallBundle(scratch, '1.0.0', key);
const token = join(scratch, 'token');
writeFileSync(token, 'slj1_x\n');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(scratch, 'root-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const into = (...args: string[]): Promise<Ran> =>
  run(install, ['--root', root, '--lang', 'en', '--bundle', bundle, ...args]);
const proxyFile = (): string => join(root, 'etc/suanlink/conf.d/proxy.yaml');
const enrol = (proxy: string): Promise<Ran> => into('--join-token-file', token, '--proxy', proxy);

describe('install.sh --proxy', () => {
  it("becomes the agent's, for root alone, and a second run changes nothing", async () => {
    const url = "http://node:it's%20p#ss@proxy.example:3128".replace('#', '%23');
    expect(await enrol(url)).toMatchObject({ code: 0 });
    expect(readConfig(readFileSync(proxyFile(), 'utf8'), 'proxy.yaml').proxy).toBe(url);
    expect(statSync(proxyFile()).mode & 0o777).toBe(0o600);
    const log = readFileSync(join(root, 'var/log/suanlink-install.log'), 'utf8');
    expect(log).not.toContain('node:it');
    expect((await enrol(url)).said).toContain('nothing was changed');
    // Another one, said by whoever installs, takes its place.
    expect(await enrol('proxy.example:8080')).toMatchObject({ code: 0 });
    expect(readConfig(readFileSync(proxyFile(), 'utf8'), 'x').proxy).toBe('http://proxy.example:8080');
    await run(install, ['--root', root, '--uninstall', '--purge']);
    expect(existsSync(join(root, 'etc/suanlink'))).toBe(false);
  });

  it('is gone through to download, with its credentials', async () => {
    const asked: string[] = [];
    const server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers['proxy-authorization']}`);
      response.end(url.endsWith('LATEST') ? '1.0.0\n' : readFileSync(bundle));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, said } = await run(install, [
      ...['--root', root, '--base-url', 'http://mirror.example/suanlink'],
      ...['--proxy', `http://node:hush@127.0.0.1:${port}`],
    ]);
    server.close();
    expect({ code, said }).toMatchObject({ code: 0 });
    const basic = `Basic ${Buffer.from('node:hush').toString('base64')}`;
    expect(asked[0]).toBe(`http://mirror.example/suanlink/LATEST ${basic}`);
    expect(asked).toHaveLength(2);
  });

  it('leaves what is set already', async () => {
    mkdirSync(join(root, 'etc/suanlink'), { recursive: true });
    writeFileSync(join(root, 'etc/suanlink/agent.yaml'), 'proxy: none\n');
    const { code, said } = await enrol('http://proxy.example:3128');
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toContain('agent.yaml names a proxy already; it stays');
    expect(existsSync(proxyFile())).toBe(false);
  });

  it('is for the download alone when no node enrols', async () => {
    expect(await into('--proxy', 'http://proxy.example:3128')).toMatchObject({ code: 0 });
    expect(existsSync(proxyFile())).toBe(false);
  });

  it.each(['socks5://proxy.example:1080', 'http://proxy example'])(
    'refuses %s for an agent: 2',
    async (url) => {
      const { code, said } = await enrol(url);
      expect({ code, said }).toMatchObject({ code: 2 });
      expect(existsSync(join(root, 'etc'))).toBe(false);
    },
  );
});

import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateHash, makeCa, makeServerCertificate, staleness } from './ca.ts';
import { ensureCertificates } from './ca-files.ts';

const now = Date.parse('2026-11-23T00:00:00Z');
const day = 86_400_000;
const hosts = ['localhost', '127.0.0.1', '::1', 'scheduler.example'];

describe('the certificate authority', () => {
  it('signs a certificate that covers every host and nothing else', async () => {
    const ca = await makeCa('test', now);
    const server = await makeServerCertificate(ca, hosts, now);
    const certificate = new X509Certificate(server.certPem);
    const authority = new X509Certificate(ca.certPem);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkHost('scheduler.example')).toBeDefined();
    expect(certificate.checkIP('::1')).toBeDefined();
    expect(certificate.checkHost('other.example')).toBeUndefined();
    expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Date.parse(authority.validTo) - now).toBe(3650 * day);
    expect(Date.parse(certificate.validTo) - now).toBe(365 * day);
    expect(() => createSecureContext({ cert: server.certPem, key: server.keyPem })).not.toThrow();
  });

  it('says when a server certificate must be replaced', async () => {
    const ca = await makeCa('test', now);
    const server = await makeServerCertificate(ca, hosts, now);
    const other = await makeCa('test', now);
    expect(staleness(server, ca, hosts, now)).toBeUndefined();
    expect(staleness(server, ca, hosts, now + 334 * day)).toBeUndefined();
    expect(staleness(server, ca, hosts, now + 336 * day)).toBe('expiring');
    expect(staleness(server, ca, [...hosts, '10.0.0.9'], now)).toBe('hosts_changed');
    expect(staleness(server, other, hosts, now)).toBe('other_ca');
    expect(staleness({ ...server, certPem: 'rubbish' }, ca, hosts, now)).toBe('unreadable');
  });
});

describe('its files', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'suanlink-ca-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('are made once, closed to others, and left as they are', async () => {
    const first = await ensureCertificates(directory, hosts, now);
    const again = await ensureCertificates(directory, hosts, now + day);
    expect(first.renewed).toBe('first');
    expect(again).toEqual({ ...first, renewed: undefined });
    expect(await readdir(directory)).toEqual(['ca.crt', 'ca.key', 'server.crt', 'server.key']);
    const modes = await Promise.all(
      ['ca.crt', 'ca.key', 'server.crt', 'server.key'].map(async (name) =>
        ((await stat(join(directory, name))).mode & 0o777).toString(8),
      ),
    );
    expect(modes).toEqual(['644', '600', '644', '600']);
    const authority = await readFile(first.caFile, 'utf8');
    expect(certificateHash(authority)).toBe(first.caHash);
    expect(first.chainPem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it('keep the authority when the server certificate is renewed', async () => {
    const first = await ensureCertificates(directory, hosts, now);
    const later = await ensureCertificates(directory, hosts, now + 350 * day);
    expect(later.renewed).toBe('expiring');
    expect(later.caHash).toBe(first.caHash);
    expect(later.keyPem).not.toBe(first.keyPem);
  });

  it('are not replaced when the key of the authority is lost', async () => {
    await ensureCertificates(directory, hosts, now);
    await rm(join(directory, 'ca.key'));
    await expect(ensureCertificates(directory, hosts, now)).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('are replaced when the server certificate is damaged', async () => {
    await ensureCertificates(directory, hosts, now);
    await writeFile(join(directory, 'server.crt'), 'rubbish');
    expect((await ensureCertificates(directory, hosts, now)).renewed).toBe('unreadable');
  });
});

import { describe, expect, it } from 'vitest';
import { redact, redactDocument, redactEnvironment, redactUnit } from './redact.ts';

const secret = 'pl4nted-S3cret';

describe('what leaves the machine has no secret:', () => {
  it.each([
    `Authorization: Bearer ${secret}`,
    `authorization: Basic ${Buffer.from(secret).toString('base64')}`,
    `{"headers":{"authorization":"Bearer ${secret}","x-registry-auth":"${secret}"}}`,
    `{"said":"{\\"password\\":\\"${secret}\\"}"}`,
    `12:00:00.000 warn  refused token=${secret} node=7`,
    `password: ${secret}`,
    `password: "with a blank ${secret}"`,
    `db_password = '${secret}'`,
    `AWS_SECRET_ACCESS_KEY=${secret}`,
    `HF_TOKEN=${secret} OPENAI_API_KEY=${secret}`,
    `curl --token ${secret} --password=${secret} https://x`,
    `https://user:${secret}@registry.example/v2/`,
    `HTTPS_PROXY=http://user:w@${secret}@proxy.example:3128`,
    `proxy: http://user:w/${secret}@proxy.example:3128`,
    `"proxy": "user:${secret}@proxy.example:3128"`,
    `postgres://suanlink:${secret}@10.0.0.1/db`,
    `Cookie: session=${secret}`,
    `client_secret: ${secret}`,
  ])('%s', (line) => {
    expect(redact(line)).not.toContain('S3cret');
    expect(redact(line)).not.toContain(Buffer.from(secret).toString('base64'));
    expect(redact(line)).toContain('[removed]');
  });

  it.each([
    `slj1_${'aB3-'.repeat(20)}`,
    `slk_${'a'.repeat(20)}_${'xY7_'.repeat(11)}`.slice(0, 68),
    'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJub2RlLTcifQ.c2lnbmF0dXJl',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'hf_abcdefghijklmnop',
    'sk-live-abcdefghijklmnop',
    'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MEFCQ0RFRkdISUpLTE1OT1A=',
    `-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----`,
    `-----BEGIN EC PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEI\\n-----END EC PRIVATE KEY-----`,
    '-----BEGIN OPENSSH PRIVATE KEY-----\ncut off in the mi',
  ])('%s by itself', (text) => {
    const left = redact(`before ${text} after`);
    expect(left).not.toContain(text.slice(4, 24));
    expect(left).toMatch(/^before \[removed\]/);
  });

  it('what is known to be one, wherever it stands', () => {
    expect(redact('said: correct horse battery', ['correct horse'])).toBe('said: [removed] battery');
    expect(redact('a b', ['a'])).toBe('a b');
  });

  it('and the rest stays', () => {
    for (const line of [
      'lease lease-7kq3mdu2a4k5n6p7q2w3 of node-aaaaaaaaaaaaaaaaaaaa has ended: completed',
      'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'GPU-3c5f1a2e-77aa-4000-8000-000000000001 is ok',
      '/usr/lib/systemd/system/suanlink-agent.service differs from this release',
      'certificate authority: /var/lib/suanlink/scheduler/ca.crt',
      'https://scheduler.example:7443/v1/agent',
      'proxy: http://proxy.example:3128',
    ])
      expect(redact(line)).toBe(line);
  });

  it('of JSON it leaves JSON', () => {
    const document = { token: 'a"b', nested: { password: ['x'], auth: { user: 'y' } }, text: 'ok' };
    const left: unknown = JSON.parse(redact(JSON.stringify(document)));
    expect(left).toMatchObject({ token: '[removed]', text: 'ok' });
  });
});

describe('files with values of their own', () => {
  it('keep the names of an environment alone', () => {
    expect(redactEnvironment('# proxies\nHTTPS_PROXY=http://p\nexport ODD="a b"\n')).toBe(
      '# proxies\nHTTPS_PROXY=[removed]\nexport ODD=[removed]\n',
    );
    expect(
      redactUnit('[Service]\nEnvironment="A=x y" B=z\nSetCredential=join-token:x\nLimitNOFILE=1\n'),
    ).toBe('[Service]\nEnvironment=A=[removed] B=[removed]\nSetCredential=[removed]\nLimitNOFILE=1\n');
  });

  it('lose what tenants run', () => {
    const document = { leases: [{ id: 'lease-a', command: ['train', '--lr', '1'] }], command: 'kept' };
    expect(redactDocument(document)).toEqual({
      leases: [{ id: 'lease-a', command: ['[removed]', '[removed]', '[removed]'] }],
      command: 'kept',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { authHeader, PullTally, pullError } from './pull.ts';
import { parseReference } from './reference.ts';

const image = parseReference('registry.example:5000/team/app:1');

describe('PullTally', () => {
  it('adds up the layers of a pull as Docker 20.10 reports it', () => {
    const tally = new PullTally();
    const lines = [
      '{"status":"Pulling from team/app","id":"1"}',
      '{"status":"Pulling fs layer","progressDetail":{},"id":"9c30"}',
      '{"status":"Downloading","progressDetail":{"current":36445,"total":1108502},"id":"9c30"}',
      '{"status":"Downloading","progressDetail":{"current":500,"total":1000},"id":"a1b2"}',
    ];
    for (const line of lines) expect(tally.take(line)).toBeUndefined();
    expect(tally.progress).toEqual({ doneBytes: 36_945, totalBytes: 1_109_502, status: 'Downloading' });
    tally.take('{"status":"Download complete","progressDetail":{},"id":"9c30"}');
    tally.take('{"status":"Extracting","progressDetail":{"current":3,"total":1000},"id":"a1b2"}');
    expect(tally.progress).toEqual({ doneBytes: 1_109_502, totalBytes: 1_109_502, status: 'Extracting' });
  });

  it('takes the lines of Podman 4.3, which name no bytes', () => {
    const tally = new PullTally();
    expect(tally.take('{"stream":"Copying blob sha256:9c30\\n"}')).toBeUndefined();
    expect(tally.progress).toEqual({ doneBytes: 0, totalBytes: 0, status: 'Copying blob sha256:9c30' });
    expect(tally.take('{"images":["85ea"],"id":"85ea"}')).toBeUndefined();
  });

  it('hears of a failure', () => {
    expect(new PullTally().take('{"error":"manifest unknown","errorDetail":{}}')).toBe('manifest unknown');
  });

  it.each(['', 'not json', '[]', 'null', '{"status":7}', '{"progressDetail":null,"id":3}'])(
    'passes over %j',
    (line) => {
      const tally = new PullTally();
      expect(tally.take(line)).toBeUndefined();
      expect(tally.progress).toEqual({ doneBytes: 0, totalBytes: 0, status: '' });
    },
  );
});

describe('pullError', () => {
  it.each([
    // Docker 20.10
    ['manifest for r/team/app:2 not found: manifest unknown: manifest unknown', 'image_not_found'],
    ['Head "http://r/v2/team/app/manifests/1": no basic auth credentials', 'image_pull_denied'],
    [
      "pull access denied for x, repository does not exist or may require 'docker login'",
      'image_pull_denied',
    ],
    ['Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'image_pull_failed'],
    ['Get "https://none.invalid/v2/": dial tcp: lookup none.invalid: no such host', 'image_pull_failed'],
    // Podman 4.3
    [
      'initializing source docker://r/team/none:1: reading manifest 1 in r: manifest unknown',
      'image_not_found',
    ],
    ['initializing source docker://r/a:1: reading manifest 1 in r/a: unauthorized', 'image_pull_denied'],
    ['requested access to the resource is denied', 'image_pull_denied'],
    ['x509: certificate signed by unknown authority', 'image_pull_failed'],
    ['name unknown: repository name not known to registry', 'image_not_found'],
  ])('%s: %s', (text, code) => {
    expect(pullError(text, image).code).toBe(code);
  });
});

describe('authHeader', () => {
  it('is base64url with padding, which both engines want', () => {
    const header = authHeader({ username: 'tenant', password: 'ÿ?ÿ>~' }, image);
    expect(header).toMatch(/^[\w-]+=*$/);
    expect(header.length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      username: 'tenant',
      password: 'ÿ?ÿ>~',
      serveraddress: 'registry.example:5000',
    });
  });
});

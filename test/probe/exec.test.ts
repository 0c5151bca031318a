/** Hostile tools as real child processes: whatever they do, the answer comes in time and says what happened. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type RunOptions, runTool } from '../../agent/probe/exec.ts';
import { streamTool } from '../../agent/probe/stream.ts';
import { createTools } from '../../agent/probe/tools.ts';
import { eventually, fakeFolder } from '../fakes/tool.ts';

/** Deadlines short enough for tests. */
const quick: RunOptions = { timeoutMs: 300, killAfterMs: 200, abandonAfterMs: 200 };

async function run(script: string, options: RunOptions = {}): Promise<Awaited<ReturnType<typeof runTool>>> {
  await using folder = await fakeFolder();
  return await runTool(await folder.tool('tool', script), ['one', 'two words'], options);
}

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);
const pidIn = (text: string): number => Number(/pid (\d+)/.exec(text)?.[1]);

describe('a run that ends by itself', () => {
  test('gives stdout, stderr and exit code', async () => {
    const output = await run('echo "out $1 [$2]"; echo err >&2; exit 3');
    expect(output).toMatchObject({ code: 3, signal: null, stdout: 'out one [two words]\n', stderr: 'err\n' });
    expect(output.problem).toBeUndefined();
    expect(output.durationMs).toBeGreaterThan(0);
  });

  test('sees a fixed environment, no stdin and an empty private directory', async () => {
    process.env.SUANLINK_SECRET = 'do not leak';
    const { stdout } = await run('env | sort; cat; pwd; ls -A; stat -c %a .', { path: '/usr/bin:/bin' });
    delete process.env.SUANLINK_SECRET;
    const lines = stdout
      .trim()
      .split('\n')
      .filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
    expect(lines.slice(0, 3)).toEqual(['HOME=/nonexistent', 'LC_ALL=C', 'PATH=/usr/bin:/bin']);
    expect(lines[3]).toContain('suanlink-probe-');
    expect(lines.slice(4)).toEqual(['700']);
    expect(existsSync(lines[3] ?? '')).toBe(false);
  });

  test('answers a file that it writes into its directory instead of stdout', async () => {
    const script = 'echo "The file has been created."; echo \'{"card":1}\' > info.json';
    expect((await run(script, { file: 'info.json' })).stdout).toBe('{"card":1}\n');
    expect((await run('echo plain', { file: 'info.json' })).stdout).toBe('plain\n');
  });

  test('does not follow a link that it leaves as its file', async () => {
    const output = await run('ln -s /etc/passwd info.json', { file: 'info.json' });
    expect(output.stdout).toBe('');
  });

  test('passes bytes that are no UTF-8 without failing', async () => {
    expect((await run(String.raw`printf '\377\376ok\000'`)).stdout).toContain('ok');
  });

  test('is over when the tool is, though a process it left behind holds the pipe', async () => {
    const output = await run('sleep 30 & echo "pid $!"');
    expect(output.code).toBe(0);
    expect(output.durationMs).toBeLessThan(5000);
    await eventually('the process left behind is ended', () => !alive(pidIn(output.stdout)));
  });
});

describe('a run that does not end', () => {
  test('is ended by SIGTERM at its deadline, with what it printed so far', async () => {
    const output = await run('echo "pid $$"; exec sleep 30', quick);
    expect(output).toMatchObject({ problem: 'deadline', signal: 'SIGTERM', code: null });
    expect(output.durationMs).toBeLessThan(2000);
    expect(alive(pidIn(output.stdout))).toBe(false);
  });

  test('is ended by SIGKILL with all its children when it ignores SIGTERM', async () => {
    const output = await run('trap "" TERM; sleep 30 & echo "pid $!"; while :; do sleep 1; done', quick);
    expect(output).toMatchObject({ problem: 'deadline', signal: 'SIGKILL' });
    await eventually('its child is gone', () => !alive(pidIn(output.stdout)));
  });

  test('is abandoned when no signal reaches it, and reported when it ends after all', async () => {
    let group = 0;
    let reaped = 0;
    const output = await run('echo "pid $$"; exec sleep 30', {
      ...quick,
      kill: (pid) => {
        group = pid;
      },
      onReaped: () => {
        reaped += 1;
      },
    });
    expect(output).toMatchObject({ problem: 'abandoned', code: null, signal: null });
    expect(output.durationMs).toBeLessThan(2000);
    expect(alive(pidIn(output.stdout))).toBe(true);
    expect(reaped).toBe(0);
    process.kill(-group, 'SIGKILL');
    await eventually('it is reported', () => reaped === 1);
  });

  test('is ended by the caller', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const output = await run('exec sleep 30', { signal: abort.signal });
    expect(output.signal).toBe('SIGTERM');
  });
});

describe('a run that prints too much', () => {
  test('is ended at the limit of stdout, and the text is cut there', async () => {
    const output = await run('exec yes', { maxStdoutBytes: 100_000 });
    expect(output.problem).toBe('output_limit');
    expect(output.stdout.length).toBe(100_000);
  });

  test('goes on when only stderr is full', async () => {
    const output = await run('yes | head -c 1000000 >&2; echo done', { maxStderrBytes: 1000 });
    expect(output).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(output.stderr.length).toBe(1000);
  });
});

test('a program that cannot be started answers missing, and leaves nothing behind', async () => {
  await using folder = await fakeFolder();
  const plain = await folder.tool('tool', '');
  await chmod(plain, 0o644);
  await using scratch = await fakeFolder();
  vi.stubEnv('TMPDIR', scratch.path);
  try {
    let reaped = 0;
    const output = await runTool('/nonexistent/tool', [], { onReaped: () => (reaped += 1) });
    expect(output.problem).toBe('missing');
    expect(reaped).toBe(1);
    expect((await runTool(plain, [])).problem).toBe('missing');
    expect(readdirSync(scratch.path)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});

describe('tools', () => {
  const root = process.getuid?.() === 0;

  test.runIf(root)('come from configured folders first, then from system ones', async () => {
    await using mine = await fakeFolder();
    await using system = await fakeFolder();
    await mine.tool('a-smi', 'echo mine');
    await system.tool('a-smi', 'echo system');
    await system.tool('b-smi', 'echo "$PATH"');
    const tools = createTools({ toolPath: [mine.path], systemPath: [system.path] });
    expect((await tools.run('a-smi', [])).stdout).toBe('mine\n');
    expect(await tools.find('a-smi')).toBe(join(mine.path, 'a-smi'));
    expect(await tools.find('c-smi')).toBeUndefined();
    expect(await tools.run('c-smi', [])).toMatchObject({ problem: 'missing' });
    expect(await tools.find('../a-smi')).toBeUndefined();
    // No configured folder is on the path of a tool but its own.
    expect((await createTools({ toolPath: [system.path] }).run('b-smi', [])).stdout).toMatch(
      /^\/tmp[^:]*:\/usr/,
    );
  });

  test('are not taken from folders or files that others can write to', async () => {
    await using open = await fakeFolder(0o777);
    await using closed = await fakeFolder();
    await open.tool('a-smi', 'echo open');
    await chmod(await closed.tool('b-smi', 'echo b'), 0o775);
    await symlink(join(open.path, 'a-smi'), join(closed.path, 'c-smi'));
    const tools = createTools({ toolPath: [open.path, closed.path, 'relative'], systemPath: [] });
    const found = await Promise.all(['a-smi', 'b-smi', 'c-smi'].map((name) => tools.find(name)));
    expect(found).toEqual([undefined, undefined, undefined]);
  });

  test.runIf(root)('are not taken from another user; from the agent user only where configured', async () => {
    await using folder = await fakeFolder();
    const path = await folder.tool('a-smi', 'echo a');
    await chown(path, 12_345, 12_345);
    await chown(folder.path, 12_345, 12_345);
    const found = (toolPath: string[], systemPath: string[], uid: number): Promise<string | undefined> =>
      createTools({ toolPath, systemPath, uid }).find('a-smi');
    expect(await found([folder.path], [], 0)).toBeUndefined();
    expect(await found([folder.path], [], 12_345)).toBe(path);
    expect(await found([], [folder.path], 12_345)).toBeUndefined();
  });

  test('run one at a time by name, and never beside an abandoned one', async () => {
    await using folder = await fakeFolder();
    await folder.tool('a-smi', 'if [ "$1" = hang ]; then exec sleep 30; fi; sleep 0.2; echo "$1"');
    let group = 0;
    let deaf = true;
    const tools = createTools({
      toolPath: [folder.path],
      systemPath: [],
      limits: {
        ...quick,
        timeoutMs: 1000,
        kill: (pid, signal) => (deaf ? (group = pid) : process.kill(-pid, signal)),
      },
    });
    const [first, second] = await Promise.all([tools.run('a-smi', ['x']), tools.run('a-smi', ['y'])]);
    expect(first.stdout).toBe('x\n');
    expect(second.problem).toBe('busy');
    expect((await tools.run('a-smi', ['hang'])).problem).toBe('abandoned');
    expect((await tools.run('a-smi', ['z'])).problem).toBe('busy');
    process.kill(-group, 'SIGKILL');
    deaf = false;
    await eventually('the abandoned one is gone', () => !alive(group));
    await new Promise((done) => setTimeout(done, 50));
    expect((await tools.run('a-smi', ['z'])).stdout).toBe('z\n');
  });

  test('give text and names, or nothing', async () => {
    const tools = createTools({ toolPath: [] });
    expect(await tools.readText('/proc/version')).toBe(readFileSync('/proc/version', 'utf8'));
    expect(await tools.readText('/nonexistent')).toBeUndefined();
    expect(await tools.list('/proc/self')).toContain('status');
    expect(await tools.list('/nonexistent')).toEqual([]);
  });

  test('start nothing after stop, and stop ends what runs', async () => {
    await using folder = await fakeFolder();
    await folder.tool('a-smi', 'exec sleep 30');
    const tools = createTools({ toolPath: [folder.path], systemPath: [] });
    const running = tools.run('a-smi', []);
    await new Promise((done) => setTimeout(done, 100));
    await tools.stop();
    expect((await running).signal).toBe('SIGTERM');
    expect((await tools.run('a-smi', [])).problem).toBe('missing');
  });
});

describe('a stream', () => {
  const limits = { killAfterMs: 200, abandonAfterMs: 200 };

  async function stream(
    script: string,
    onText: (text: string) => 'sample' | 'part' | 'junk',
    signal = new AbortController().signal,
  ): ReturnType<typeof streamTool> {
    await using folder = await fakeFolder();
    const path = await folder.tool('tool', script);
    return await streamTool(path, [], { ...limits, onText, signal, silenceMs: 400, maxJunk: 3 });
  }

  test('gives text as it comes until it is aborted', async () => {
    const abort = new AbortController();
    let text = '';
    const end = await stream(
      'while :; do echo sample; sleep 0.1; done',
      (more) => {
        text += more;
        if (text.length > 20) abort.abort();
        return 'sample';
      },
      abort.signal,
    );
    expect(end.why).toBe('aborted');
    expect(text).toMatch(/^(sample\n)+$/);
  });

  test('ends with the exit code and the last words of a tool that ends by itself', async () => {
    const end = await stream('echo sample; echo "no such option" >&2; exit 2', () => 'sample');
    expect(end).toEqual({ why: 'exited', detail: 'exit 2: no such option' });
  });

  test('is ended when it goes silent, though it still prints halves', async () => {
    const end = await stream('while :; do printf x; sleep 0.1; done', () => 'part');
    expect(end.why).toBe('silent');
  });

  test('is ended when it talks junk', async () => {
    const end = await stream('while :; do echo junk; sleep 0.05; done', () => 'junk');
    expect(end.why).toBe('junk');
  });

  test('is abandoned when it cannot be killed', async () => {
    await using folder = await fakeFolder();
    const path = await folder.tool('tool', 'exec sleep 30');
    let group = 0;
    let reaped = 0;
    const end = await streamTool(path, [], {
      ...limits,
      onText: () => 'part',
      signal: new AbortController().signal,
      silenceMs: 100,
      kill: (pid) => {
        group = pid;
      },
      onReaped: () => {
        reaped += 1;
      },
    });
    expect(end.why).toBe('abandoned');
    expect(reaped).toBe(0);
    process.kill(-group, 'SIGKILL');
    await eventually('it is reported', () => reaped === 1);
  });

  test('of a program that cannot be started ends at once', async () => {
    const end = await streamTool('/nonexistent/tool', [], {
      onText: () => 'part',
      signal: new AbortController().signal,
    });
    expect(end.why).toBe('missing');
  });
});

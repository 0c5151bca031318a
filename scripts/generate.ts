/**
 * Generates `proto/gen/` from `proto/suanlink/v1/*.proto`: static protobufjs code (numbers for 64-bit integers, which
 * `proto/frame.ts` guards) and its types. `--check` compares with what is committed and exits 1 on drift.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const protoDir = join(root, 'proto');
const genDir = join(protoDir, 'gen');

function generate(outDir: string): void {
  const files = readdirSync(join(protoDir, 'suanlink/v1')).map((name) => `suanlink/v1/${name}`);
  const bin = (name: string): string => join(root, 'node_modules/.bin', name);
  const js = join(outDir, 'suanlink.js');
  const options = ['-t', 'static-module', '-w', 'es6', '--es6', '--force-number', '--null-semantics'];
  const lean = ['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-service'];
  execFileSync(
    bin('pbjs'),
    [...options, ...lean, '-p', protoDir, '-o', js, ...files.map((f) => join(protoDir, f))],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  execFileSync(bin('pbts'), ['-o', join(outDir, 'suanlink.d.ts'), js], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const text = readFileSync(js, 'utf8')
    .replace('import $protobuf from "protobufjs/minimal.js"', 'import { $protobuf } from "../protobuf.ts"')
    .replaceAll(root, '.');
  writeFileSync(js, text);
}

/** Whether the committed generated code is what the .proto files give today. */
function drift(): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-gen-'));
  try {
    generate(dir);
    return readdirSync(dir).filter(
      (name) => readFileSync(join(dir, name), 'utf8') !== readFileSync(join(genDir, name), 'utf8'),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv.includes('--check')) {
  const stale = drift();
  if (stale.length > 0) {
    console.error(`proto/gen is not what proto/suanlink/v1 gives: ${stale.join(', ')}; run npm run generate`);
    process.exit(1);
  }
} else {
  generate(genDir);
}

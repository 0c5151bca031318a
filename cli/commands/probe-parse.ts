/** `suanlink probe parse`: what the parser makes of a captured output. For support, and for tests of the parsers. */
import { readFileSync } from 'node:fs';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import { print } from '../terminal.ts';

/** Options of `probe parse`. */
export interface ParseOptions {
  /** The program as typed. */
  tool: string;
  /** What followed it on its command line; '' when that is not known. */
  args: string;
  output: 'json' | 'table';
}

/** The text of a capture. PowerShell's `>` writes UTF-16. */
function capture(file: string): string {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file);
    return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
  } catch (cause) {
    throw new SpokenError('invalid_argument', 'error.cannot_read', { file }, { cause });
  }
}

/** Reads a captured output (a file, or '-' for stdin) and prints what the parser makes of it; 1 when it cannot. */
export async function parseFile(file: string, options: ParseOptions): Promise<number> {
  const [{ parseCapture }, { readingToJson, readingTable }] = await Promise.all([
    import('../../agent/probe/registry.ts'),
    import('../../agent/probe/output.ts'),
  ]);
  const reading = parseCapture(options.tool, options.args, capture(file));
  print(options.output === 'json' ? JSON.stringify(readingToJson(reading), null, 2) : readingTable(reading));
  return reading.status === 'failed' ? exitCodes.failure : exitCodes.ok;
}

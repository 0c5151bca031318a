/** Bytes as lines of text: what NDJSON streams are read with. Pure. */
import { SuanlinkError } from '../../proto/codes.ts';

/** A line is at most this long: a log event carries 64 KiB as base64, a job its specification. */
const maxLineBytes = 4 * 1024 * 1024;

/** The complete lines of `chunks`, without their ends; a last one that was cut off is dropped. `protocol_error` for a
 * line over 4 MiB. */
export async function* readLines(chunks: AsyncIterable<unknown>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8');
      parts = [];
      size = 0;
      from = end + 1;
      if (line !== '') yield line;
    }
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > maxLineBytes)
      throw new SuanlinkError('protocol_error', `a line of the answer is over ${maxLineBytes} bytes`);
  }
}

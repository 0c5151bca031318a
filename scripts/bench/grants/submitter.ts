/** Submits arrays of jobs over kept-alive HTTP connections, one request at a time on each, as a lean client would. */
import { connect, type Socket } from 'node:net';

interface Request {
  text: string;
  done(id: string): void;
}

/** One connection. */
class Line {
  readonly #socket: Socket;
  readonly #failed: (error: Error) => void;
  #waiting: Request[] = [];
  #rest = '';

  constructor(port: number, failed: (error: Error) => void) {
    this.#failed = failed;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk) => this.#read(String(chunk)));
    this.#socket.on('error', failed);
  }

  get load(): number {
    return this.#waiting.length;
  }

  ask(request: Request): void {
    this.#waiting.push(request);
    if (this.#waiting.length === 1) this.#socket.write(request.text);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#rest += chunk;
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#rest.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.#rest.length < end + 4 + length) return;
    const body = this.#rest.slice(end + 4, end + 4 + length);
    this.#rest = this.#rest.slice(end + 4 + length);
    if (!head.startsWith('HTTP/1.1 201')) return this.#failed(new Error(`${head}\n${body}`));
    this.#waiting.shift()?.done(/"id":"([^"]+)"/.exec(body)?.[1] ?? '');
    if (this.#waiting[0]) this.#socket.write(this.#waiting[0].text);
  }
}

/** What a job of the bench asks for. */
const job = {
  image: 'registry.example/bench:1',
  command: ['true'],
  accelerators: 1,
  cpu_milli: 1000,
  memory_bytes: 2 ** 30,
};

/** Submits for tenants in turn. */
export class Submitter {
  readonly #port: number;
  readonly #tokens: readonly string[];
  readonly #lines: Line[];
  #count = 0;

  constructor(port: number, tokens: readonly string[], failed: (error: Error) => void) {
    this.#port = port;
    this.#tokens = tokens;
    this.#lines = Array.from({ length: 16 }, () => new Line(port, failed));
  }

  /** Submits `count` jobs in one request; `done` gets the id of the first. Each request has its own key. */
  submit(count: number, done: (id: string) => void): void {
    const n = this.#count;
    this.#count += 1;
    const body = JSON.stringify(count === 1 ? job : { job, count });
    const token = this.#tokens[n % this.#tokens.length];
    const path = count === 1 ? '/v1/jobs' : '/v1/arrays';
    const text = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nIdempotency-Key: bench-${process.pid}-${n}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const line = this.#lines.reduce((least, one) => (one.load < least.load ? one : least));
    line.ask({ text, done });
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }
}

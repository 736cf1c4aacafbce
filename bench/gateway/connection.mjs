import { connect } from 'node:net';

const chunkedEnd = Buffer.from('0\r\n\r\n');

/** One keep-alive connection on a bare socket: a client library would take more time than what is measured. */
export class Connection {
  #url;
  #socket = null;
  #chunks = [];
  #held = 0;
  #needed = -1;
  #chunked = false;
  #onFirst = null;
  #settle = null;

  constructor(url) {
    this.#url = new URL(url);
  }

  /**
   * Sends a request and resolves with `{ status, text, firstMs }`: the answer with its head and, where it is chunked,
   * the marks of its chunks; `firstMs` is when the first event's data came, by performance.now().
   */
  send(bytes) {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#chunks = [];
      this.#held = 0;
      this.#needed = -1;
      this.#onFirst = null;
      if (this.#socket === null || this.#socket.destroyed) this.#open();
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    this.#socket = socket;
    socket.on('data', data => this.#take(data));
    socket.on('error', error => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  #fail(error) {
    this.#settle?.reject(error);
    this.#settle = null;
  }

  #take(data) {
    if (this.#settle === null) return;
    this.#chunks.push(data);
    this.#held += data.length;
    if (this.#onFirst === null && data.includes('data: {')) this.#onFirst = performance.now();
    if (this.#needed === -1) {
      const all = this.#chunks.length === 1 ? data : Buffer.concat(this.#chunks);
      const end = all.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(all.toString('latin1', 0, end));
      this.#chunked = length === null;
      this.#needed = length === null ? end + 4 : end + 4 + Number(length[1]);
    }
    if (this.#held < this.#needed || (this.#chunked && !this.#endsChunks())) return;
    const text = Buffer.concat(this.#chunks).toString('utf8');
    const { resolve } = this.#settle;
    this.#settle = null;
    resolve({ status: Number(text.slice(9, 12)), text, firstMs: this.#onFirst });
  }

  #endsChunks() {
    let tail = this.#chunks.at(-1);
    if (tail.length < chunkedEnd.length) tail = Buffer.concat(this.#chunks);
    return tail.subarray(-chunkedEnd.length).equals(chunkedEnd);
  }
}

/** The bytes of a POST. */
export function requestBytes(url, path, headers, body) {
  const { host } = new URL(url);
  const text = JSON.stringify(body);
  const lines = Object.entries({
    host,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`,
  );
}

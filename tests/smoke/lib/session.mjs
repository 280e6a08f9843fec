import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { show } from './shape.mjs';

const patience = 10_000;
const open = new Set();

/** One socket: what it received, what it still has to look at, how it ended. */
export class Session {
  /** Every frame, in the order of arrival. */
  log = [];
  #unread = [];
  #waiting = new Set();
  #pings = 0;

  constructor(socket) {
    this.socket = socket;
    open.add(this);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        open.delete(this);
        this.end = { code, reason: reason.toString() };
        this.#wake();
        resolve(this.end);
      });
    });
    socket.on('error', () => {}); // always followed by 'close'
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
  }

  /** Connects without authenticating. An upgrade that meets the rate limit is repeated as the server says. */
  static async open(address, path = '/ws') {
    for (let attempt = 1; ; attempt++) {
      const socket = new WebSocket(address.replace(/^http/, 'ws') + path, { maxPayload: 64 * 1024 * 1024 });
      const session = new Session(socket);
      const refusal = await new Promise((resolve, reject) => {
        socket.once('open', () => resolve(undefined));
        socket.once('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response);
        });
        socket.once('error', reject);
      });
      if (refusal === undefined) return session;
      open.delete(session);
      if (refusal.statusCode !== 429 || attempt === 10) throw new Error(`upgrade refused with ${refusal.statusCode}`);
      await pause(1000 * Number(refusal.headers['retry-after'] ?? 1));
    }
  }

  static async authenticated(address, token) {
    const session = await Session.open(address);
    session.send({ type: 'authenticate', token });
    await session.take('authenticated');
    return session;
  }

  /** Cuts whatever is still open, for the end of a run. */
  static cutAll() {
    for (const session of open) session.cut();
  }

  #receive(data, isBinary) {
    const frame = isBinary ? { type: 'binary', data } : JSON.parse(data.toString());
    this.log.push(frame);
    this.#unread.push(frame);
    this.#wake();
  }

  #wake() {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Objects go out as JSON, strings and buffers as they are. */
  send(frame) {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame), {
      binary: false,
    });
  }

  /** The next unread frame of a type, or that a predicate accepts; frames before it stay unread. */
  async take(wanted, within = patience) {
    const matches = typeof wanted === 'function' ? wanted : (frame) => frame.type === wanted;
    const deadline = performance.now() + within;
    for (;;) {
      const index = this.#unread.findIndex(matches);
      if (index >= 0) return this.#unread.splice(index, 1)[0];
      const what = typeof wanted === 'function' ? 'the frame' : `"${wanted}"`;
      const got = `got ${show(this.#unread.slice(-5))}`;
      if (this.end) throw new Error(`closed (${this.end.code} ${this.end.reason}) while waiting for ${what}, ${got}`);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${what} did not come within ${within} ms, ${got}`);
      await this.#change(left);
    }
  }

  async #change(within) {
    const timer = new AbortController();
    const changed = new Promise((resolve) => this.#waiting.add(resolve));
    await Promise.race([changed, pause(within, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
  }

  /** Forgets what is unread. */
  forget() {
    this.#unread = [];
  }

  /** Frames of a type among all that ever came. */
  all(type) {
    return this.log.filter((frame) => frame.type === type);
  }

  /** Sends a ping and waits for its echo, so that everything sent before has been handled. Returns milliseconds. */
  async settle(within = patience) {
    const timestamp = 1_700_000_000_000 + ++this.#pings;
    const started = performance.now();
    this.send({ type: 'ping', timestamp });
    await this.take((frame) => frame.type === 'pong' && frame.timestamp === timestamp, within);
    return performance.now() - started;
  }

  /** Waits for the error that answers a bad frame, and makes sure that the connection survived it. */
  async refused(frame, code, message) {
    this.send(frame);
    const error = await this.take('error');
    assert.equal(error.code, code, `${show(frame)}: ${show(error)}`);
    if (message) assert.equal(error.message, message, show(frame));
    await this.settle();
    return error;
  }

  /** The close code, after an optional last error. */
  async closedWith(within = patience) {
    const end = await Promise.race([this.closed, pause(within, undefined, { ref: false })]);
    assert.ok(end, `still open after ${within} ms, got ${show(this.log.slice(-3))}`);
    return end.code;
  }

  async close() {
    this.socket.close(1000);
    await Promise.race([this.closed, pause(2000, undefined, { ref: false })]);
  }

  /** Cuts the line: no close frame. */
  cut() {
    this.socket.terminate();
  }
}

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { hasShape, aText, matching, show } from './shape.mjs';

/** REST as the web client speaks it: JSON content type on every call, bearer whenever there is a token. */
export class Api {
  constructor(address) {
    this.address = address;
  }

  get(path, token, options) {
    return this.send('GET', path, { token, ...options });
  }

  post(path, body = {}, token, options) {
    return this.send('POST', path, { token, body: JSON.stringify(body), ...options });
  }

  /** Waits as told and repeats when the server says 429, unless `patient` is false. */
  async send(method, path, { token, body, headers = {}, patient = true } = {}) {
    for (let attempt = 1; ; attempt++) {
      const sent = typeof body === 'function' ? body() : body;
      const response = await fetch(this.address + path, {
        method,
        body: sent,
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        signal: AbortSignal.timeout(30_000),
        ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
      });
      const text = await response.text();
      if (response.status === 429 && patient && attempt < 10) {
        await pause(1000 * Number(response.headers.get('retry-after') ?? 1));
        continue;
      }
      return new Answer(method, path, response.status, response.headers, text);
    }
  }
}

class Answer {
  constructor(method, path, status, headers, text) {
    Object.assign(this, { method, path, status, headers, text });
  }

  get what() {
    return `${this.method} ${this.path}`;
  }

  /** The JSON of a success. */
  ok() {
    assert.equal(this.status, 200, `${this.what}: status ${this.status}, ${this.text.slice(0, 300)}`);
    return this.json();
  }

  /** A success without a result is 200 and nothing. */
  okEmpty() {
    assert.equal(this.status, 200, `${this.what}: status ${this.status}, ${this.text.slice(0, 300)}`);
    assert.equal(this.text, '', `${this.what}: the body must be empty`);
  }

  json() {
    assert.match(this.headers.get('content-type') ?? 'none', /^application\/json/, `${this.what}: content type`);
    return JSON.parse(this.text);
  }

  /** An error in the one shape that clients read (contract, README 2 and 7). */
  refused(status, code, message) {
    assert.equal(this.status, status, `${this.what}: status ${this.status}, ${this.text.slice(0, 300)}`);
    const { error } = this.json();
    hasShape(error, { code: matching(/^[a-z_]+$/), message: aText });
    if (code) assert.equal(error.code, code, `${this.what}: ${show(error)}`);
    if (message instanceof RegExp) assert.match(error.message, message, `${this.what}: message`);
    else if (message) assert.equal(error.message, message, `${this.what}: message`);
    return error;
  }
}

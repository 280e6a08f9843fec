import net from 'node:net';
import tls from 'node:tls';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** A bare TCP connection, for what no WebSocket library would send. */
export class Wire {
  received = Buffer.alloc(0);

  constructor(socket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {}); // always followed by 'close'
    socket.on('data', (data) => (this.received = Buffer.concat([this.received, data])));
  }

  static async connect(address) {
    const { protocol, hostname, port } = new URL(address);
    const secure = protocol === 'https:';
    const socket = secure
      ? tls.connect({ port: Number(port || 443), host: hostname, servername: hostname })
      : net.connect(Number(port || 80), hostname);
    const ready = secure ? 'secureConnect' : 'connect';
    await new Promise((resolve, reject) => socket.once(ready, resolve).once('error', reject));
    return new Wire(socket);
  }

  /** Upgraded to a WebSocket by hand. */
  static async upgraded(address) {
    const wire = await Wire.connect(address);
    wire.write(
      `GET /ws HTTP/1.1\r\nHost: ${new URL(address).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    await wire.until((data) => data.includes('\r\n\r\n'), 'the answer to the upgrade');
    const head = wire.received.toString('latin1');
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`upgrade refused: ${head.split('\r\n')[0]}`);
    wire.received = wire.received.subarray(wire.received.indexOf('\r\n\r\n') + 4);
    return wire;
  }

  write(data) {
    this.socket.write(data);
  }

  async until(holds, what, within = 10_000) {
    for (const deadline = Date.now() + within; !holds(this.received); ) {
      if (Date.now() > deadline || this.socket.destroyed) throw new Error(`${what} did not come`);
      await pause(10);
    }
  }

  /** The code of the close frame that the server sent before it hung up. */
  async closeCode(within = 10_000) {
    await Promise.race([this.ended, pause(within, undefined, { ref: false })]);
    let rest = this.received;
    while (rest.length >= 2) {
      const opcode = rest[0] & 0x0f;
      let length = rest[1] & 0x7f;
      let header = 2;
      if (length === 126) {
        length = rest.readUInt16BE(2);
        header = 4;
      }
      if (opcode === 8) return length >= 2 ? rest.readUInt16BE(header) : 1005;
      rest = rest.subarray(header + length);
    }
    return undefined;
  }

  cut() {
    this.socket.destroy();
  }
}

/** One frame as bytes; masked as clients must, unless told otherwise. */
export function rawFrame(opcode, payload, { fin = true, masked = true, reserved = 0 } = {}) {
  const data = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  const head =
    data.length < 126
      ? Buffer.from([first, maskBit | data.length])
      : Buffer.from([first, maskBit | 126, data.length >> 8, data.length & 0xff]);
  if (!masked) return Buffer.concat([head, data]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4])]);
}

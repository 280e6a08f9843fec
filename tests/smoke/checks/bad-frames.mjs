import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { need } from '../lib/report.mjs';
import { Session } from '../lib/session.mjs';
import { message, say } from '../lib/chat.mjs';
import { Wire, rawFrame } from '../lib/wire.mjs';

const text = 1;
const binary = 2;
const policyViolation = 1008;
const tooBig = 1009;
const nobody = '00000000-0000-7000-8000-000000000000';

/** Everything that a broken or hostile client may send before and after it has authenticated. */
export async function badFrames(report, world) {
  const { api, alice, bob, lobby } = world;
  report.heading('Bad input over the socket');
  need(lobby, 'the standalone channel');
  const silent = await Session.open(api.address); // says nothing; looked at when its ten seconds are over
  const silentSince = Date.now();

  const first = async (frame) => {
    const session = await Session.open(api.address);
    session.send(frame);
    const error = await session.take('error');
    return { code: error.code, message: error.message, close: await session.closedWith() };
  };

  await report.check('first frame is something else: auth_required, closed', async () => {
    const wrong = [{ type: 'ping', timestamp: 1 }, 'not json', '[]', '{}', '{"type":"authenticate"}', { type: 5 }];
    for (const frame of wrong)
      assert.deepEqual(await first(frame), {
        code: 'auth_required',
        message: 'first message must be Authenticate',
        close: policyViolation,
      });
  });

  await report.check('first frame has a bad token: unauthorized, closed', async () => {
    for (const token of ['', 'nonsense', `${alice.accessToken}x`, alice.refreshToken])
      assert.deepEqual(await first({ type: 'authenticate', token }), {
        code: 'unauthorized',
        message: 'invalid token',
        close: policyViolation,
      });
  });

  await report.check('a first frame beyond 16 KiB ends the connection', async () => {
    const session = await Session.open(api.address);
    session.send({ type: 'authenticate', token: 'x'.repeat(20_000) });
    const code = await session.closedWith();
    assert.ok([policyViolation, tooBig].includes(code), `closed with ${code}`);
  });

  await report.check('a first frame that is binary ends the connection', async () => {
    const session = await Session.open(api.address);
    session.socket.send(Buffer.from([1, 2, 3]), { binary: true });
    assert.equal((await session.take('error')).code, 'auth_timeout');
    assert.equal(await session.closedWith(), policyViolation);
  });

  const session = await alice.connect(lobby.id);
  const reader = await bob.connect(lobby.id);
  const good = message(lobby.id, 'x');
  const without = (name) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

  const malformed = {
    'text that is not JSON': 'hello',
    'JSON that is no object': '[1,2]',
    'an unfinished object': '{"type":"ping","timestamp":1',
    'an unknown type': { type: 'open_sesame' },
    'a type that is no string': { type: 7 },
    'no type': { timestamp: 1 },
    'a missing field': without('message_type'),
    'a wrong type': { ...good, message_type: 5 },
    'an id that is none': { ...good, channel_id: 'temp-1767225600123' },
    'byte 256': { ...good, ciphertext: [1, 256] },
    'a negative byte': { ...good, ciphertext: [-1] },
    'a fraction among bytes': { ...good, ciphertext: [1.5] },
    'base64 instead of bytes': { ...good, ciphertext: 'aGVq' },
    'null instead of bytes': { ...good, nonce: null },
    'a fraction as a time': { type: 'ping', timestamp: 1.5 },
    'a time beyond 64 bits': '{"type":"ping","timestamp":99999999999999999999}',
    'ids that are no list': { type: 'subscribe', channel_ids: lobby.id },
    'a thousand brackets': `{"type":"ping","timestamp":${'['.repeat(1000)}${']'.repeat(1000)}}`,
  };
  for (const [what, frame] of Object.entries(malformed))
    await report.check(`${what}: invalid_message`, () =>
      session.refused(frame, 'invalid_message', 'malformed message'),
    );

  const filled = (count) => Array(count).fill(1);
  const invalid = 'validation_error';
  const refusals = [
    ['an empty message', { ...good, ciphertext: [] }, invalid, 'message cannot be empty'],
    ['a message of 65,537 bytes', { ...good, ciphertext: filled(65_537) }, invalid, 'message too large'],
    ['an empty nonce', { ...good, nonce: [] }, invalid, 'nonce cannot be empty'],
    ['a nonce of 257 bytes', { ...good, nonce: filled(257) }, invalid, 'nonce too large'],
    ['a type that clients may not send', { ...good, message_type: 'system' }, invalid, 'invalid message type'],
    ['a reply to nothing', { ...good, reply_to: nobody }, invalid, 'replied-to message not found'],
    ['a channel that is not mine', { ...good, channel_id: nobody }, 'forbidden', 'not a member of this channel'],
    ['text beyond 1 MiB', ' '.repeat(1024 * 1024 + 1), invalid, 'message too large'],
  ];
  for (const [what, frame, code, words] of refusals)
    await report.check(`${what}: ${code}, the connection lives`, () => session.refused(frame, code, words));

  await report.check('the largest legal message passes', async () => {
    const sent = await say(session, lobby.id, '', { ciphertext: Array(65_536).fill(255), nonce: Array(256).fill(255) });
    const shown = await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id);
    assert.equal(shown.ciphertext.length, 65_536);
  });

  await report.check('ids in their other forms are understood', async () => {
    const plain = lobby.id.replaceAll('-', '');
    for (const channel_id of [plain, lobby.id.toUpperCase(), `{${lobby.id}}`, `urn:uuid:${lobby.id}`]) {
      session.send({ ...good, channel_id });
      assert.equal((await session.take('message_sent')).channel_id, lobby.id);
    }
  });

  await report.check('unknown members are ignored, the order of members is free', async () => {
    const { type, ...rest } = good;
    session.send({ mood: { deep: [1, { er: 2 }] }, ...rest, type });
    await session.take('message_sent');
  });

  await report.check('authenticate again, binary frames and protocol pings are harmless', async () => {
    session.forget();
    const errors = session.all('error').length;
    session.send({ type: 'authenticate', token: bob.accessToken });
    session.socket.send(Buffer.from([1, 2, 3]), { binary: true });
    const pong = new Promise((resolve) => session.socket.once('pong', resolve));
    session.socket.ping('hello');
    assert.equal((await pong).toString(), 'hello');
    await session.settle();
    assert.equal(session.all('error').length, errors);
    assert.equal(session.all('authenticated').length, 1);
  });

  await report.check('a message in three fragments is one message', async () => {
    const ping = JSON.stringify({ type: 'ping', timestamp: 424242 });
    session.socket.send(ping.slice(0, 5), { fin: false });
    session.socket.send(ping.slice(5, 9), { fin: false });
    session.socket.send(ping.slice(9), { fin: true });
    await session.take((frame) => frame.type === 'pong' && frame.timestamp === 424242);
  });

  await report.check('text beyond 16 MiB closes with 1009', async () => {
    const glutton = await bob.connect();
    glutton.send(Buffer.alloc(17 * 1024 * 1024, 0x20));
    assert.equal(await glutton.closedWith(30_000), tooBig);
  });

  await report.check('invalid UTF-8 closes with 1007', async () => {
    const garbler = await bob.connect();
    garbler.send(Buffer.from([0x7b, 0xc3, 0x28, 0x7d]));
    assert.equal(await garbler.closedWith(), 1007);
  });

  const protocolErrors = {
    'a frame without a mask': rawFrame(text, '{}', { masked: false }),
    'a reserved opcode': rawFrame(3, '{}'),
    'a reserved bit': rawFrame(text, '{}', { reserved: 4 }),
    'a continuation of nothing': rawFrame(0, '{}'),
  };
  for (const [what, frame] of Object.entries(protocolErrors))
    await report.check(`${what} closes with 1002`, async () => {
      const wire = await Wire.upgraded(api.address);
      wire.write(frame);
      assert.equal(await wire.closeCode(), 1002);
      wire.cut();
    });

  await report.check('a line cut in the middle of a frame, bytes that are no HTTP', async () => {
    const wire = await Wire.upgraded(api.address);
    wire.write(rawFrame(binary, 'x'.repeat(100)).subarray(0, 20));
    wire.cut();
    const noise = await Wire.connect(api.address);
    noise.write(Buffer.from('1603010200010001fc0303', 'hex'));
    noise.write('\r\n\r\n');
    await Promise.race([noise.ended, pause(10_000, undefined, { ref: false })]);
    noise.cut();
    await session.settle();
  });

  await report.check('/ws without an upgrade is a plain refusal', async () => {
    const answer = await api.get('/ws');
    assert.ok(answer.status >= 400 && answer.status < 500, `status ${answer.status}`);
  });

  await report.check('others heard nothing of it', async () => {
    assert.equal(reader.all('error').length, 0);
    const sent = await say(session, lobby.id, 'as if nothing had happened');
    await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id);
    await Promise.all([session.close(), reader.close()]);
  });

  await report.check('no first frame for ten seconds: auth_timeout, closed', async () => {
    const error = await silent.take('error', 15_000);
    assert.deepEqual([error.code, error.message], ['auth_timeout', 'authentication timed out']);
    assert.equal(await silent.closedWith(), policyViolation);
    assert.ok(Date.now() - silentSince > 9_000, 'closed too early');
  });
}

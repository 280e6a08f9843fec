import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';
import { Session } from '../lib/session.mjs';
import { message, say, textOf, wholeHistory } from '../lib/chat.mjs';
import { anId, aText, aTime, exactly, hasShape, lacks, liveMessage, storedMessage } from '../lib/shape.mjs';

/** Talking: one sender, one reader, several devices, history. */
export async function messages(report, world) {
  const { api, alice, bob, lobby } = world;
  report.heading('Talking over the WebSocket');
  need(lobby, 'the standalone channel');

  const phone = await report.check('connect: authenticated, then a pong at once', async () => {
    const session = await Session.open(api.address);
    assert.equal(session.socket.extensions, '', 'no extensions are negotiated');
    session.send({ type: 'authenticate', token: alice.accessToken });
    hasShape(await session.take('authenticated'), { user_id: exactly(alice.id), server_version: aText });
    const seconds = (await session.take('pong', 2000)).timestamp;
    assert.ok(Math.abs(seconds - Date.now() / 1000) < 86_400, `Unix seconds are due, got ${seconds}`);
    assert.equal(session.log[0].type, 'authenticated', 'nothing comes before it');
    return session;
  });
  need(phone, 'a connection');

  await report.check('ping comes back with its number, beyond 32 bits too', async () => {
    for (const timestamp of [1767225600123, 0, -5, Number.MAX_SAFE_INTEGER]) {
      phone.send({ type: 'ping', timestamp });
      await phone.take((frame) => frame.type === 'pong' && frame.timestamp === timestamp);
    }
  });

  phone.send({ type: 'subscribe', channel_ids: [lobby.id, lobby.id] });
  await phone.settle();
  const reader = await bob.connect(lobby.id);

  await report.check('a message: confirmed to its origin, shown to the other, with exact fields', async () => {
    phone.send(message(lobby.id, 'hej', { nonce: [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7] }));
    const sent = await phone.take('message_sent');
    hasShape(sent, { id: anId, channel_id: exactly(lobby.id), created_at: aTime });
    lacks(sent, 'thread_id');
    const shown = await reader.take('new_message');
    hasShape(shown, {
      ...liveMessage,
      id: exactly(sent.id),
      channel_id: exactly(lobby.id),
      sender_id: exactly(alice.id),
      ciphertext: exactly([104, 101, 106]),
      nonce: exactly([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
      message_type: exactly('text'),
      reply_to: exactly(null),
      created_at: exactly(sent.created_at),
    });
    lacks(shown, 'thread_id');
    await Promise.all([phone.settle(), reader.settle()]);
    assert.equal(phone.all('new_message').length, 0, 'the origin must not get its own message');
    assert.equal(reader.all('message_sent').length, 0, 'only the origin is told that it is stored');
    world.first = sent;
  });

  await report.check('a reply names what it answers, live and in history', async () => {
    const { id } = await say(reader, lobby.id, 'hello back', { reply_to: need(world.first, 'first message').id });
    const shown = await phone.take((frame) => frame.type === 'new_message' && frame.id === id);
    assert.equal(shown.reply_to, world.first.id);
    const [stored] = (await alice.get(`/api/channels/${lobby.id}/messages?limit=1`)).ok();
    assert.equal(stored.id, id);
    assert.equal(stored.reply_to_id, world.first.id);
    reader.forget();
  });

  await report.check('fifty messages at once: confirmed in order, shown in order, stored in order', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `quick ${index}`);
    for (const text of texts) phone.send(message(lobby.id, text));
    const confirmed = [];
    const shown = [];
    for (const _ of texts) confirmed.push(await phone.take('message_sent', 20_000));
    for (const _ of texts) shown.push(await reader.take('new_message', 20_000));
    assert.deepEqual(shown.map((one) => textOf(one.ciphertext)), texts);
    assert.deepEqual(shown.map((one) => one.id), confirmed.map((one) => one.id));
    const page = (await bob.get(`/api/channels/${lobby.id}/messages?limit=50`)).ok().reverse();
    assert.deepEqual(page.map((one) => one.id), confirmed.map((one) => one.id));
    assert.deepEqual(page.map((one) => textOf(one.ciphertext)), texts);
  });

  await report.check('history: newest first, 50 by default, paged back to the very first message', async () => {
    const newest = (await bob.get(`/api/channels/${lobby.id}/messages`)).ok();
    assert.equal(newest.length, 50);
    for (const one of newest) hasShape(one, storedMessage);
    lacks(newest[0], 'thread_id', 'thread_reply_count', 'thread_last_reply_at', 'reactions');
    const times = newest.map((one) => one.created_at);
    assert.deepEqual(times, [...times].sort().reverse());
    const inTens = await wholeHistory(bob, lobby.id, 10);
    assert.equal(inTens[0].id, need(world.first, 'first message').id);
    assert.equal(inTens.length, 52);
    assert.equal(new Set(inTens.map((one) => one.id)).size, 52);
    const inFifties = await wholeHistory(bob, lobby.id, 50);
    assert.deepEqual(inTens.map((one) => one.id), inFifties.map((one) => one.id));
  });

  await report.check('history: odd limits are bounded, a bad cursor is refused', async () => {
    const path = `/api/channels/${lobby.id}/messages`;
    assert.equal((await bob.get(`${path}?limit=100000`)).ok().length, 52);
    assert.equal((await bob.get(`${path}?limit=-5`)).ok().length, 1);
    (await bob.get(`${path}?before=temp-1767225600123`)).refused(400);
    (await bob.get(`${path}?limit=many`)).refused(400);
  });

  await report.check('two devices of one sender: the other is shown the message, the origin is not', async () => {
    const laptop = await alice.connect(lobby.id);
    phone.forget();
    const fromPhone = await say(phone, lobby.id, 'from the phone');
    await laptop.take((frame) => frame.type === 'new_message' && frame.id === fromPhone.id);
    const fromLaptop = await say(laptop, lobby.id, 'from the laptop');
    await phone.take((frame) => frame.type === 'new_message' && frame.id === fromLaptop.id);
    await Promise.all([phone.settle(), laptop.settle()]);
    for (const [session, own] of [[phone, fromPhone], [laptop, fromLaptop]])
      assert.ok(!session.all('new_message').some((frame) => frame.id === own.id), 'the origin must not get its own');
    await laptop.close();
  });

  await report.check('in a group channel too', async () => {
    const room = need(world.room, 'the group channel').id;
    for (const session of [phone, reader]) session.send({ type: 'subscribe', channel_ids: [room] });
    await Promise.all([phone.settle(), reader.settle()]);
    const sent = await say(reader, room, 'low tide at nine');
    const shown = await phone.take((frame) => frame.type === 'new_message' && frame.id === sent.id);
    assert.equal(shown.channel_id, room);
  });

  await report.check('frames right behind authenticate, without waiting, are kept', async () => {
    const hasty = await Session.open(api.address);
    hasty.send({ type: 'authenticate', token: bob.accessToken });
    hasty.send({ type: 'subscribe', channel_ids: [lobby.id] });
    hasty.send(message(lobby.id, 'in a hurry'));
    await hasty.take('authenticated');
    await hasty.take('message_sent');
    await hasty.close();
  });

  await report.check('a subscription without membership is skipped, the others go through', async () => {
    const outsider = await need(world.cleo, 'cleo').connect(lobby.id, need(world.room, 'the group channel').id);
    const sent = await say(phone, lobby.id, 'members only');
    await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id);
    await outsider.settle();
    assert.equal(outsider.all('new_message').length, 0, 'an outsider got a message');
    assert.equal(outsider.all('error').length, 0, 'skipping is silent');
    await outsider.close();
  });

  await report.check('unsubscribe ends the stream', async () => {
    const leaving = await bob.connect(lobby.id);
    leaving.send({ type: 'unsubscribe', channel_ids: [lobby.id] });
    await leaving.settle();
    const sent = await say(phone, lobby.id, 'to those who still listen');
    await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id);
    await leaving.settle();
    assert.equal(leaving.all('new_message').length, 0);
    await leaving.close();
  });

  await Promise.all([phone.close(), reader.close()]);
}

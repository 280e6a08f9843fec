import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';
import { message, say, textOf, wholeHistory } from '../lib/chat.mjs';

const ids = (list) => list.map((one) => one.id);

/** Losing the line and coming back. */
export async function reconnect(report, { alice, bob, cleo, api, lobby }) {
  report.heading('Losing the connection and coming back');
  need(lobby, 'the standalone channel');

  await report.check('a cut line loses nothing, and every reader has the same order', async () => {
    (await need(cleo, 'cleo').post(`/api/channels/${lobby.id}/join`)).okEmpty();
    const [phone, laptop, bobPhone, cleoPhone, cleoTablet] = await Promise.all([
      alice.connect(lobby.id),
      alice.connect(lobby.id),
      bob.connect(lobby.id),
      cleo.connect(lobby.id),
      cleo.connect(lobby.id),
    ]);
    const before = await say(phone, lobby.id, 'before the tunnel');
    await bobPhone.take((frame) => frame.type === 'new_message' && frame.id === before.id);
    bobPhone.cut();

    const meanwhile = Array.from({ length: 20 }, (_, index) => index);
    for (const index of meanwhile) {
      phone.send(message(lobby.id, `phone ${index}`));
      laptop.send(message(lobby.id, `laptop ${index}`));
    }
    const live = [];
    await cleoPhone.take((frame) => frame.type === 'new_message' && frame.id === before.id);
    for (let index = 0; index < 40; index++) live.push(await cleoPhone.take('new_message'));
    for (const sender of [phone, laptop]) for (const _ of meanwhile) await sender.take('message_sent');
    await cleoTablet.settle();
    assert.deepEqual(ids(cleoTablet.all('new_message').slice(1)), ids(live), 'two live readers differ');

    const back = await bob.connect(lobby.id);
    const page = (await bob.get(`/api/channels/${lobby.id}/messages?limit=50`)).ok().reverse();
    const known = page.findIndex((one) => one.id === before.id);
    assert.ok(known >= 0, 'the last message that was seen is not in the newest page');
    assert.deepEqual(ids(page.slice(known + 1)), ids(live), 'history and live order differ');
    for (const device of ['phone', 'laptop']) {
      const own = live.map((one) => textOf(one.ciphertext)).filter((text) => text.startsWith(device));
      assert.deepEqual(own, meanwhile.map((index) => `${device} ${index}`), `order of the ${device}`);
    }

    const after = await say(phone, lobby.id, 'out of the tunnel');
    await back.take((frame) => frame.type === 'new_message' && frame.id === after.id);
    for (const session of [phone, laptop, back, cleoPhone, cleoTablet]) await session.close();
  });

  await report.check('a queue of fifty frames, flushed after a reconnect, arrives whole', async () => {
    const session = await alice.connect(lobby.id);
    session.send({ type: 'subscribe', channel_ids: [lobby.id] });
    session.send({ type: 'update_presence', status: 'idle' });
    const texts = Array.from({ length: 50 }, (_, index) => `queued ${index}`);
    for (const text of texts) session.send(message(lobby.id, text));
    for (const _ of texts) await session.take('message_sent', 20_000);
    const page = (await bob.get(`/api/channels/${lobby.id}/messages?limit=50`)).ok().reverse();
    assert.deepEqual(page.map((one) => textOf(one.ciphertext)), texts);
    await session.close();
  });

  await report.check('a refresh does not disturb the socket', async () => {
    const session = await bob.connect(lobby.id);
    bob.accept((await api.post('/api/auth/refresh', { refresh_token: bob.refreshToken })).ok());
    await say(session, lobby.id, 'still here');
    const second = await bob.connect(lobby.id);
    await say(second, lobby.id, 'with the new token');
    await Promise.all([session.close(), second.close()]);
  });

  await report.check('what was said is all there, each message once', async () => {
    const history = await wholeHistory(alice, lobby.id, 100);
    assert.equal(new Set(ids(history)).size, history.length);
    const times = history.map((one) => one.created_at);
    assert.deepEqual(times, [...times].sort());
  });
}

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { need } from '../lib/report.mjs';
import { Session } from '../lib/session.mjs';
import { message, say } from '../lib/chat.mjs';
import { Wire } from '../lib/wire.mjs';

const promptly = 1000; // generous for a busy machine, far below what a blocked server would take

/** Floods, idlers and too many devices: nobody else may feel them. */
export async function crowding(report, { api, alice, bob, cleo, lobby }) {
  report.heading('Crowding');
  need(lobby, 'the standalone channel');
  const session = await alice.connect(lobby.id);
  const reader = await bob.connect(lobby.id);

  const othersArePrompt = async () => {
    for (let round = 0; round < 5; round++) {
      const took = await session.settle(promptly);
      assert.ok(took < promptly, `a ping took ${took} ms`);
      const sent = await say(session, lobby.id, `round ${round}`);
      await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id, promptly);
    }
  };

  await report.check('half-open connections hurt nobody', async () => {
    const idlers = await Promise.all(Array.from({ length: 40 }, () => Wire.connect(api.address)));
    for (const [index, idler] of idlers.entries())
      if (index % 2 === 0) idler.write('GET /ws HTTP/1.1\r\nHost: chat.example\r\nUpgr');
    await othersArePrompt();
    assert.equal((await api.get('/api/health')).ok().status, 'ok');
    for (const idler of idlers) idler.cut();
  });

  await report.check('500 frames at once: the sender is slowed down, nobody else', async () => {
    const flooder = await need(cleo, 'cleo').connect();
    for (let index = 0; index < 500; index++) flooder.send({ type: 'ping', timestamp: index });
    await othersArePrompt();
    const answered = flooder.all('pong').length;
    assert.ok(answered < 400, `${answered} of 500 were answered at once: there is no limit`);
    // Slowed down, refused with one word a second at most, or put out: all three are right, silence is not.
    const deadline = Date.now() + 60_000;
    while (!flooder.end && flooder.all('error').length === 0 && flooder.all('pong').length < 500) {
      assert.ok(Date.now() < deadline, 'neither an answer nor an error nor the end');
      await pause(50);
    }
    for (const error of flooder.all('error'))
      assert.deepEqual([error.code, error.message], ['rate_limited', 'too many messages, slow down']);
    if (flooder.end) assert.equal(flooder.end.code, 1008);
    else {
      await flooder.settle(30_000);
      await flooder.close();
    }
  });

  await report.check('a flood of messages to a room: every confirmed one is there, in order', async () => {
    const flooder = await cleo.connect(lobby.id);
    const before = reader.all('new_message').length;
    for (let index = 0; index < 150; index++) flooder.send(message(lobby.id, `flood ${index}`));
    await othersArePrompt();
    const decided = () => flooder.all('error').length > 0 || flooder.all('message_sent').length === 150;
    for (let waited = 0; waited < 200 && !decided(); waited++) await pause(100);
    await flooder.settle(30_000);
    const confirmed = flooder.all('message_sent').map((frame) => frame.id);
    const shown = () =>
      reader
        .all('new_message')
        .slice(before)
        .filter((frame) => frame.sender_id === cleo.id);
    for (let waited = 0; waited < 50 && shown().length < confirmed.length; waited++) await pause(100);
    assert.deepEqual(shown().map((frame) => frame.id), confirmed);
    await flooder.close();
  });

  await report.check('eight devices are welcome, the ninth is told why not', async () => {
    const devices = [];
    for (let index = 0; index < 8; index++) devices.push(await seated(cleo));
    const ninth = await Session.open(api.address);
    ninth.send({ type: 'authenticate', token: cleo.accessToken });
    const error = await ninth.take('error');
    assert.deepEqual(
      [error.code, error.message],
      ['too_many_sessions', 'too many concurrent connections, close another device first'],
    );
    assert.equal(ninth.all('authenticated').length, 0);
    ninth.send(message(lobby.id, 'does this look sent?'));
    assert.equal((await ninth.take('error')).code, 'too_many_sessions');
    for (const device of devices) await device.settle();
    await ninth.close();
    await devices[0].close();
    const next = await seated(cleo);
    for (const device of [...devices.slice(1), next]) await device.close();
  });

  await report.check('healthy after all of it', async () => {
    await othersArePrompt();
    assert.equal((await api.get('/api/health')).ok().status, 'ok');
  });
  await Promise.all([session.close(), reader.close()]);
}

/** A seat that was given up is free again, as soon as the server has noticed. */
async function seated(account) {
  for (let attempt = 1; ; attempt++)
    try {
      return await account.connect();
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(250);
    }
}

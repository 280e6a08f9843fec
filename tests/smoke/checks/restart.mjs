import assert from 'node:assert/strict';
import { Account, registration } from '../lib/account.mjs';
import { need } from '../lib/report.mjs';
import { say, wholeHistory } from '../lib/chat.mjs';

/** What only somebody who runs the server can see: its log, its end, its next start. */
export async function restart(report, { server, api, alice, bob, lobby }) {
  report.heading('Stop, start, defaults');

  await report.check('the log holds no error and no unhandled exception', () => logIsClean(server));

  await report.check('Ctrl+C: clients are told to come back, the server ends cleanly', async () => {
    const session = await need(alice, 'alice').connect(need(lobby, 'the standalone channel').id);
    await say(session, lobby.id, 'the last word');
    const end = server.stop();
    assert.equal(await session.closedWith(20_000), 1001);
    assert.deepEqual(await end, { code: 0, signal: null }, server.tail());
    for (const line of ['Shutdown signal received', 'Server shut down gracefully'])
      assert.ok(server.output.includes(line), `the log lacks "${line}"`);
  });

  await report.check('the next start has everything: logins, spaces, messages', async () => {
    await server.stop();
    await server.start({ REGISTRATION_MODE: 'open' });
    bob.accept((await api.post('/api/auth/refresh', { refresh_token: need(bob, 'bob').refreshToken })).ok());
    const history = await wholeHistory(bob, need(lobby, 'the standalone channel').id, 100);
    assert.equal(Buffer.from(history.at(-1).ciphertext).toString(), 'the last word');
    const session = await bob.connect(lobby.id);
    const sent = await say(session, lobby.id, 'good morning');
    assert.ok(sent.created_at > history.at(-1).created_at);
    await session.close();
  });

  await report.check('the log is still clean, the end too', async () => {
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.tail());
    logIsClean(server);
  });
}

/** A server as it comes, without any setting. */
export async function defaults(report, { server, api }) {
  await report.check('by default the first account needs no invite, the second does', async () => {
    await server.start();
    assert.equal((await api.get('/api/auth/config')).ok().registration_mode, 'invite_only');
    const form = registration('first');
    const first = new Account(api, form, (await api.post('/api/auth/register', form)).ok());
    assert.equal(first.user.is_owner, true);
    const second = await api.post('/api/auth/register', registration('second'));
    second.refused(400, 'validation_error', 'an invite code is required to register');
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.tail());
    logIsClean(server);
  });
}

function logIsClean(server) {
  const bad = server.output.split('\n').filter((line) => / ERROR |unhandled exception|^\s+at Chatalot\./i.test(line));
  assert.deepEqual(bad.slice(0, 5), [], `${bad.length} lines of the log`);
}

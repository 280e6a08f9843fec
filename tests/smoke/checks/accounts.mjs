import assert from 'node:assert/strict';
import { Account, registration } from '../lib/account.mjs';
import { need } from '../lib/report.mjs';
import { hasShape, lacks, matching, user } from '../lib/shape.mjs';

const tokens = { access_token: matching(/^[^.]+\.[^.]+\.[^.]+$/), refresh_token: matching(/^[0-9a-f]{64}$/) };

/** Registration, login, tokens. Leaves three accounts behind. */
export async function accounts(report, world) {
  const { api } = world;
  report.heading('Accounts');

  for (const name of ['alice', 'bob', 'cleo'])
    world[name] = await report.check(`register ${name} with a hundred prekeys`, async () => {
      const form = registration(name);
      const answer = (await api.post('/api/auth/register', form)).ok();
      hasShape(answer, { ...tokens, recovery_code: matching(/^([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}$/) });
      hasShape(answer.user, user);
      lacks(answer.user, 'voice_background_url', 'bio', 'pronouns');
      assert.equal(answer.user.username, form.username);
      assert.equal(answer.user.display_name, name);
      return new Account(api, form, answer);
    });
  const { alice, bob } = world;

  if (world.isOurs)
    await report.check('the first account owns the instance, the second does not', async () => {
      const flags = ({ user: { is_admin, is_owner } }) => ({ is_admin, is_owner });
      assert.deepEqual(flags(need(alice, 'alice')), { is_admin: true, is_owner: true });
      assert.deepEqual(flags(need(bob, 'bob')), { is_admin: false, is_owner: false });
    });

  await report.check('account/me shows the same person', async () => {
    const me = (await need(alice, 'alice').get('/api/account/me')).ok();
    hasShape(me, user);
    assert.deepEqual(me, alice.user);
  });

  await report.check('login, whatever the case of the name', async () => {
    const form = { username: need(alice, 'alice').username.toUpperCase(), password: alice.password, totp_code: null };
    const answer = (await api.post('/api/auth/login', form)).ok();
    hasShape(answer, tokens);
    hasShape(answer.user, user);
    lacks(answer, 'recovery_code');
    assert.equal(answer.user.id, alice.id);
  });

  await report.check('login leaves other devices alone', async () => {
    (await alice.get('/api/account/me')).ok();
    alice.accept((await api.post('/api/auth/refresh', { refresh_token: alice.refreshToken })).ok());
  });

  await report.check('wrong password and unknown name get the same answer', async () => {
    const wrong = { username: need(bob, 'bob').username, password: 'Wrong-Kettle-42' };
    (await api.post('/api/auth/login', wrong)).refused(401, 'unauthorized', 'unauthorized');
    const unknown = { username: `nobody.${Date.now()}`, password: 'Wrong-Kettle-42' };
    (await api.post('/api/auth/login', unknown)).refused(401, 'unauthorized', 'unauthorized');
  });

  await report.check('refresh rotates; the old token still works inside the grace window', async () => {
    const old = need(bob, 'bob').refreshToken;
    const first = (await api.post('/api/auth/refresh', { refresh_token: old })).ok();
    hasShape(first, tokens);
    assert.notEqual(first.refresh_token, old);
    const second = (await api.post('/api/auth/refresh', { refresh_token: old })).ok();
    assert.notEqual(second.refresh_token, first.refresh_token);
    bob.accept(second);
    (await bob.get('/api/account/me')).ok();
    bob.accept((await api.post('/api/auth/refresh', { refresh_token: bob.refreshToken })).ok());
  });

  await report.check('garbage instead of a refresh token is 401', async () => {
    for (const refresh_token of ['garbage', '', 'ab'.repeat(32), 'zz'.repeat(32)])
      (await api.post('/api/auth/refresh', { refresh_token })).refused(401, 'unauthorized', 'unauthorized');
  });

  await report.check('answers that hold tokens are not cached', async () => {
    const answer = await api.post('/api/auth/refresh', { refresh_token: need(bob, 'bob').refreshToken });
    bob.accept(answer.ok());
    assert.match(answer.headers.get('cache-control') ?? 'none', /no-store/);
  });

  await report.check('a name or address that is taken is a conflict, in any case', async () => {
    const name = registration('dora', { username: need(alice, 'alice').username.toUpperCase() });
    (await api.post('/api/auth/register', name)).refused(409, 'conflict', 'username already taken');
    const mail = registration('dora', { email: alice.email.toUpperCase() });
    (await api.post('/api/auth/register', mail)).refused(409, 'conflict', 'email already registered');
  });

  const refusals = [
    [{ username: 'ab' }, 'username must be between 3 and 32 characters'],
    [{ password: 'alllowercase1!' }, 'password must contain at least one uppercase letter'],
    [{ email: 'nowhere' }, 'invalid email format'],
    [{ identity_key: [1, 2, 3] }, 'identity key must be 32 bytes'],
  ];
  await report.check('registration says what is wrong', async () => {
    for (const [change, text] of refusals)
      (await api.post('/api/auth/register', registration('dora', change))).refused(400, 'validation_error', text);
    const form = registration('dora');
    form.signed_prekey.signature[0] ^= 1;
    (await api.post('/api/auth/register', form)).refused(
      400,
      'validation_error',
      'signed prekey signature verification failed',
    );
  });

  await report.check('keys are number arrays and nothing else', async () => {
    const base64 = registration('dora', { identity_key: Buffer.alloc(32, 7).toString('base64') });
    (await api.post('/api/auth/register', base64)).refused(422);
    const large = registration('dora');
    large.identity_key[0] = 256;
    (await api.post('/api/auth/register', large)).refused(422);
  });
}

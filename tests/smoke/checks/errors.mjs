import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';

const nobody = '00000000-0000-7000-8000-000000000000';

/** Every refusal has the one shape that clients read (contract, README 2, 7 and 9). */
export async function errors(report, { api, alice }) {
  report.heading('Refusals over HTTP');
  const token = () => need(alice, 'alice').accessToken;

  await report.check('401 without, with a bad and with a truncated token', async () => {
    for (const bearer of [undefined, 'not-a-token', token().slice(0, -2)])
      (await api.get('/api/account/me', bearer)).refused(401, 'unauthorized', 'unauthorized');
  });

  await report.check('401 comes before anything about the body', async () => {
    (await api.send('POST', '/api/communities', { body: '{broken' })).refused(401, 'unauthorized');
  });

  await report.check('404 below /api, with and without a token', async () => {
    (await api.get('/api/no-such-thing')).refused(404, 'not_found');
    (await api.post('/api/no-such-thing', {}, token())).refused(404, 'not_found');
  });

  await report.check('405 names what is allowed', async () => {
    const answer = await api.send('DELETE', '/api/auth/login');
    answer.refused(405);
    assert.match(answer.headers.get('allow') ?? '', /POST/);
  });

  await report.check('malformed JSON is 400', async () => {
    for (const body of ['{"name":', 'not json', '{"name":"a"} trailing', ''])
      (await api.send('POST', '/api/communities', { token: token(), body })).refused(400);
  });

  await report.check('half a character is a refusal, not a fault', async () => {
    const answer = await api.send('POST', '/api/communities', { token: token(), body: '{"name":"\\ud800"}' });
    assert.ok([400, 422].includes(answer.status), `status ${answer.status}`);
    answer.refused(answer.status);
  });

  await report.check('another content type is 415', async () => {
    const headers = { 'content-type': 'text/plain' };
    (await api.send('POST', '/api/communities', { token: token(), body: '{"name":"x"}', headers })).refused(415);
  });

  await report.check('JSON of the wrong shape is 422', async () => {
    for (const body of ['{}', '{"name":5}', '{"name":null}', '[]', 'null', '"text"'])
      (await api.send('POST', '/api/communities', { token: token(), body })).refused(422);
  });

  await report.check('a failed rule is 400 with its own words', async () => {
    for (const name of ['', '   ', 'x'.repeat(65)])
      (await api.post('/api/communities', { name }, token())).refused(
        400,
        'validation_error',
        'community name must be 1-64 characters',
      );
  });

  await report.check('a NUL character is a refusal, not a fault', async () => {
    (await api.post('/api/communities', { name: 'a\u0000b' }, token())).refused(400);
    (await api.post('/api/auth/login', { username: 'a\u0000b', password: 'Blue-Kettle-42' })).refused(400);
  });

  await report.check('an id that is none is 400', async () => {
    (await api.get('/api/channels/not-an-id/messages', token())).refused(400);
  });

  await report.check('what is not mine looks like what does not exist', async () => {
    const answer = await api.get(`/api/channels/${nobody}/messages`, token());
    assert.ok([403, 404].includes(answer.status), `status ${answer.status}`);
    answer.refused(answer.status);
  });

  await report.check('bodies beyond the limit are 413, announced or not', async () => {
    const login = JSON.stringify({ username: 'rosa', password: 'x'.repeat(70 * 1024) });
    (await api.send('POST', '/api/auth/login', { body: login })).refused(413);
    const large = JSON.stringify({ name: 'x'.repeat(1100 * 1024) });
    (await api.send('POST', '/api/communities', { token: token(), body: large })).refused(413);
    // Made anew for each attempt: a stream can be sent once only.
    const unannounced = () => new Blob([login]).stream();
    (await api.send('POST', '/api/auth/login', { body: unannounced })).refused(413);
  });

  await report.check('too many attempts are 429 and say when to come back', async () => {
    const flood = Array.from({ length: 25 }, () =>
      api.send('POST', '/api/auth/login', { body: '{}', patient: false }),
    );
    const refused = (await Promise.all(flood)).filter((answer) => answer.status === 429);
    assert.ok(refused.length > 0, 'none of 25 logins at once was refused');
    for (const answer of refused) {
      answer.refused(429, 'rate_limited', /too many (authentication attempts|requests, please slow down)/);
      assert.ok(Number(answer.headers.get('retry-after')) >= 1, 'Retry-After is missing');
    }
  });

  await report.check('the server is healthy after all of it', async () => {
    assert.equal((await api.get('/api/health')).ok().status, 'ok');
  });
}

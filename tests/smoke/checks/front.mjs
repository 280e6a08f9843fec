import assert from 'node:assert/strict';
import { aBool, anInteger, hasShape, matching, oneOf } from '../lib/shape.mjs';

const contentPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; " +
  "connect-src 'self' wss: https://cdn.jsdelivr.net; img-src 'self' data: blob: https://media0.giphy.com " +
  'https://media1.giphy.com https://media2.giphy.com https://media3.giphy.com https://media4.giphy.com; ' +
  "media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'self' tauri://localhost; base-uri 'self'; " +
  "form-action 'self'; object-src 'none'";

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
  'content-security-policy': contentPolicy,
};

function carriesSecurityHeaders({ headers, what }) {
  for (const [name, value] of Object.entries(securityHeaders))
    assert.equal(headers.get(name), value, `${what}: ${name}`);
  assert.equal(headers.get('x-frame-options'), null, `${what}: the desktop shell frames the page`);
}

/** What anybody sees without an account. */
export async function front(report, { api }) {
  report.heading('Without an account');

  await report.check('health: four fields in order, right types, never cached', async () => {
    const answer = await api.get('/api/health');
    const health = answer.ok();
    assert.deepEqual(Object.keys(health), ['status', 'version', 'uptime_secs', 'db_healthy']);
    hasShape(health, {
      status: oneOf('ok'),
      version: matching(/^\d+\.\d+\.\d+$/),
      uptime_secs: anInteger,
      db_healthy: aBool,
    });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  await report.check('health: HEAD answers like GET, without a body', async () => {
    const answer = await api.send('HEAD', '/api/health');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
  });

  await report.check('health: a hundred probes at once, none is told to slow down', async () => {
    const probes = Array.from({ length: 100 }, () => api.get('/api/health', undefined, { patient: false }));
    for (const probe of await Promise.all(probes)) assert.equal(probe.status, 200);
  });

  await report.check('GET / shows a page', async () => {
    const answer = await api.get('/');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/html/);
    assert.match(answer.text, /<html/i);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
  });

  await report.check('auth/config tells clients what they need', async () => {
    const config = (await api.get('/api/auth/config')).ok();
    hasShape(config, {
      registration_mode: oneOf('open', 'invite_only', 'closed'),
      max_messages_cache: anInteger,
      max_pins_per_channel: anInteger,
      e2e_enabled: aBool,
    });
  });

  await report.check('a stale token does no harm on a public address', async () => {
    (await api.get('/api/auth/config', 'long.gone.token')).ok();
  });

  await report.check('security headers on the page, on answers and on errors', async () => {
    for (const path of ['/', '/api/health', '/api/account/me', '/api/no-such-thing'])
      carriesSecurityHeaders(await api.get(path));
  });

  await report.check('HSTS only where HTTPS was used', async () => {
    if (api.address.startsWith('https:')) return;
    assert.equal((await api.get('/api/health')).headers.get('strict-transport-security'), null);
  });

  await report.check('CORS preflight of the desktop client', async () => {
    const answer = await api.send('OPTIONS', '/api/auth/login', {
      headers: {
        origin: 'tauri://localhost',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
    assert.equal(answer.headers.get('access-control-allow-origin'), 'tauri://localhost');
    const methods = answer.headers.get('access-control-allow-methods') ?? '';
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      assert.ok(methods.includes(method), methods);
    const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    for (const name of ['content-type', 'authorization']) assert.ok(allowed.includes(name), allowed);
    carriesSecurityHeaders(answer);
  });

  await report.check('CORS on real calls: listed origins are echoed, strangers get nothing', async () => {
    const desktop = await api.get('/api/health', undefined, { headers: { origin: 'tauri://localhost' } });
    assert.equal(desktop.headers.get('access-control-allow-origin'), 'tauri://localhost');
    const stranger = await api.get('/api/health', undefined, { headers: { origin: 'https://stranger.example' } });
    assert.equal(stranger.headers.get('access-control-allow-origin'), null);
  });

  await report.check('the API describes itself at /openapi/v1.json', async () => {
    const document = (await api.get('/openapi/v1.json')).ok();
    assert.match(document.openapi, /^3\./);
    for (const path of ['/api/auth/register', '/api/health']) assert.ok(document.paths[path], `${path} is missing`);
  });
}

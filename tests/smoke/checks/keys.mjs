import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';
import { aTime, anId, anInteger, bytes, exactly, hasShape } from '../lib/shape.mjs';

/** What clients need to encrypt: bundles, one-time prekeys, sender keys. The server looks into none of it. */
export async function keys(report, { api, alice, bob, lobby }) {
  report.heading('Key material');
  need(lobby, 'the standalone channel');
  const count = async () => (await alice.get('/api/keys/prekeys/count')).ok().count;

  await report.check('a bundle is what was uploaded, with the oldest one-time prekey', async () => {
    const before = await count();
    const bundle = (await bob.get(`/api/keys/${alice.id}/bundle`)).ok();
    hasShape(bundle, { identity_key: bytes });
    assert.equal(bundle.identity_key.length, 32);
    hasShape(bundle.signed_prekey, { key_id: exactly(1), public_key: bytes, signature: bytes });
    assert.equal(bundle.signed_prekey.signature.length, 64);
    hasShape(bundle.one_time_prekey, { key_id: anInteger, public_key: bytes });
    assert.equal(await count(), before - 1);
  });

  await report.check('a one-time prekey is handed out once, to whoever asks at the same time', async () => {
    const fetched = await Promise.all(
      Array.from({ length: 3 }, async () => (await bob.get(`/api/keys/${alice.id}/bundle`)).ok().one_time_prekey),
    );
    const ids = fetched.filter((key) => key !== null).map((key) => key.key_id);
    assert.equal(new Set(ids).size, ids.length, `handed out twice: ${ids}`);
  });

  await report.check("one's own bundle uses nothing up, and strangers' keys are not to be had", async () => {
    const before = await count();
    assert.equal((await alice.get(`/api/keys/${alice.id}/bundle`)).ok().one_time_prekey, null);
    assert.equal(await count(), before);
    const nobody = await bob.get('/api/keys/0190c400-0000-7aaa-8bbb-000000000001/bundle');
    nobody.refused(404, 'not_found', 'key bundle not found');
    assert.equal((await api.get(`/api/keys/${alice.id}/bundle`)).status, 401);
  });

  await report.check('more one-time prekeys fill the pool; wrong ones change nothing', async () => {
    const before = await count();
    const fresh = [501, 502].map((key_id) => ({ key_id, public_key: new Array(32).fill(key_id % 256) }));
    (await alice.post('/api/keys/prekeys/one-time', fresh)).okEmpty();
    assert.equal(await count(), before + 2);
    (await alice.post('/api/keys/prekeys/one-time', fresh)).okEmpty();
    assert.equal(await count(), before + 2, 'an upload may be repeated');
    const short = await alice.post('/api/keys/prekeys/one-time', [{ key_id: 503, public_key: [1, 2, 3] }]);
    short.refused(400, 'validation_error', 'each prekey public_key must be exactly 32 bytes');
    assert.equal(await count(), before + 2);
  });

  await report.check('a sender key reaches the listeners unchanged, and the list holds the last one', async () => {
    const path = `/api/channels/${lobby.id}/sender-keys`;
    const reader = await bob.connect(lobby.id);
    const distribution = {
      chain_id: 3735928559,
      iteration: 0,
      chain_key: Array.from({ length: 32 }, (_, index) => index),
      sender_id: [...Buffer.from(alice.id)],
    };
    (await alice.post(path, { chain_id: 7, distribution: { ...distribution, chain_id: 7 } })).ok();
    const stored = (await alice.post(path, { chain_id: distribution.chain_id, distribution })).ok();
    hasShape(stored, { id: anId, channel_id: exactly(lobby.id), user_id: exactly(alice.id), created_at: aTime });
    assert.deepEqual(stored.distribution, distribution);
    const told = await reader.take((frame) => frame.type === 'sender_key_updated' && frame.chain_id === 3735928559);
    hasShape(told, { channel_id: exactly(lobby.id), user_id: exactly(alice.id) });
    assert.deepEqual(told.distribution, distribution);
    const own = (await bob.get(path)).ok().filter((row) => row.user_id === alice.id);
    assert.deepEqual(own.map((row) => row.id), [stored.id]);
    await reader.close();
  });
}

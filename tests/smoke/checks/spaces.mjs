import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';
import { aText, channel, community, group, hasShape, invite, member, exactly, anInteger } from '../lib/shape.mjs';

const ids = (list) => list.map((item) => item.id);
const roles = (members) => Object.fromEntries(members.map((one) => [one.user_id, one.role]));

/** Communities, groups, channels, invites. Leaves a shared channel and a standalone one behind. */
export async function spaces(report, world) {
  const { alice, bob, cleo } = world;
  report.heading('Spaces');
  need(alice, 'alice');
  need(bob, 'bob');

  world.community = await report.check('create a community', async () => {
    const form = { name: '  Harbour Rowing ', description: 'Boats leave at six.' };
    const made = (await alice.post('/api/communities', form)).ok();
    hasShape(made, community);
    assert.equal(made.name, 'Harbour Rowing');
    assert.equal(made.owner_id, alice.id);
    assert.equal(made.member_count, 1);
    assert.deepEqual([made.who_can_create_groups, made.who_can_create_invites], ['admin', 'admin']);
    assert.equal(made.discoverable, true);
    return made;
  });

  if (world.isOurs)
    await report.check('by default only admins create communities', async () => {
      (await bob.post('/api/communities', { name: 'Elsewhere' })).refused(403, 'forbidden', 'forbidden');
    });

  await report.check('the owner sees it, others do not', async () => {
    assert.ok(ids((await alice.get('/api/communities')).ok()).includes(need(world.community, 'community').id));
    assert.ok(!ids((await bob.get('/api/communities')).ok()).includes(world.community.id));
    const answer = await bob.get(`/api/communities/${world.community.id}`);
    assert.ok([403, 404].includes(answer.status), `status ${answer.status}`);
  });

  world.group = await report.check('create a group: it comes with "general"', async () => {
    const form = { community_id: need(world.community, 'community').id, name: 'Crew' };
    const made = (await alice.post('/api/groups', form)).ok();
    hasShape(made, group);
    assert.equal(made.visibility, 'public');
    const channels = (await alice.get(`/api/groups/${made.id}/channels`)).ok();
    assert.deepEqual(channels.map((one) => one.name), ['general']);
    hasShape(channels[0], channel);
    world.general = channels[0];
    return made;
  });

  world.room = await report.check('create a channel in the group', async () => {
    const path = `/api/groups/${need(world.group, 'group').id}/channels`;
    const made = (await alice.post(path, { name: 'tides', channel_type: 'text', topic: 'High and low' })).ok();
    hasShape(made, { ...channel, name: exactly('tides'), topic: exactly('High and low') });
    assert.equal(made.group_id, world.group.id);
    const radio = await alice.post(path, { name: 'tides', channel_type: 'radio' });
    radio.refused(400, 'validation_error', 'invalid channel type');
    return made;
  });

  world.invite = await report.check('create an invite; its preview is public', async () => {
    const path = `/api/communities/${need(world.community, 'community').id}/invites`;
    const made = (await alice.post(path, { max_uses: 5, expires_in_hours: 24 })).ok();
    hasShape(made, invite);
    assert.deepEqual([made.max_uses, made.used_count], [5, 0]);
    const preview = (await world.api.get(`/api/community-invites/${made.code}`)).ok();
    hasShape(preview, { community_name: exactly('Harbour Rowing'), member_count: anInteger, code: exactly(made.code) });
    return made;
  });

  await report.check('a guessed invite code is 404', async () => {
    (await bob.post('/api/community-invites/AAAAbbbb0000/accept')).refused(404, 'not_found', 'invite not found');
  });

  await report.check('the second user accepts it, once', async () => {
    const path = `/api/community-invites/${need(world.invite, 'invite').code}/accept`;
    const joined = (await bob.post(path)).ok();
    hasShape(joined, { community_id: exactly(world.community.id), community_name: aText });
    (await bob.post(path)).refused(409, 'conflict', 'already a member of this community');
  });

  await report.check('members of the community, as both see them', async () => {
    for (const reader of [alice, bob]) {
      const members = (await reader.get(`/api/communities/${need(world.community, 'community').id}/members`)).ok();
      for (const one of members) hasShape(one, { ...member, nickname: exactly(null) });
      assert.deepEqual(roles(members), { [alice.id]: 'owner', [bob.id]: 'member' });
      assert.equal(members[0].user_id, alice.id, 'the owner comes first');
    }
  });

  await report.check('the new member is in the public group and its channels', async () => {
    const groups = (await bob.get(`/api/communities/${need(world.community, 'community').id}/groups`)).ok();
    assert.deepEqual(ids(groups), [world.group.id]);
    hasShape(groups[0], { ...group, member_count: exactly(2) });
    assert.ok(ids((await bob.get('/api/groups')).ok()).includes(world.group.id));
    const channels = (await bob.get(`/api/groups/${world.group.id}/channels`)).ok();
    assert.deepEqual(ids(channels), [world.general.id, world.room.id], 'oldest first');
    const mine = ids((await bob.get('/api/channels')).ok());
    for (const one of [world.general, world.room]) assert.ok(mine.includes(one.id), `${one.name} is not in the list`);
  });

  await report.check('members of the channel, as both see them', async () => {
    for (const reader of [alice, bob]) {
      const members = (await reader.get(`/api/channels/${need(world.room, 'channel').id}/members`)).ok();
      for (const one of members) hasShape(one, member);
      assert.deepEqual(roles(members), { [alice.id]: 'owner', [bob.id]: 'member' });
    }
  });

  await report.check('a plain member may not make channels or invites', async () => {
    const path = `/api/groups/${need(world.group, 'group').id}/channels`;
    (await bob.post(path, { name: 'mutiny', channel_type: 'text' })).refused(403, 'forbidden');
    (await bob.post(`/api/communities/${world.community.id}/invites`, {})).refused(403, 'forbidden');
  });

  world.lobby = await report.check('create a standalone channel; the second user joins', async () => {
    const made = (await alice.post('/api/channels', { name: 'lobby', channel_type: 'text' })).ok();
    hasShape(made, { ...channel, group_id: exactly(null), created_by: exactly(alice.id) });
    const before = await bob.get(`/api/channels/${made.id}/messages`);
    assert.ok([403, 404].includes(before.status), `history before joining: ${before.status}`);
    (await bob.post(`/api/channels/${made.id}/join`)).okEmpty();
    (await bob.post(`/api/channels/${made.id}/join`)).okEmpty();
    assert.ok(ids((await bob.get('/api/channels')).ok()).includes(made.id));
    assert.deepEqual((await bob.get(`/api/channels/${made.id}/messages`)).ok(), []);
    return made;
  });

  await report.check('a hidden channel cannot be joined by its id', async () => {
    const form = { name: 'hidden', channel_type: 'text', discoverable: false };
    const hidden = (await alice.post('/api/channels', form)).ok();
    const answer = await need(cleo, 'cleo').post(`/api/channels/${hidden.id}/join`);
    assert.ok([403, 404].includes(answer.status), `status ${answer.status}`);
  });

  await report.check('an outsider gets nothing of the group', async () => {
    const channels = `/api/groups/${need(world.group, 'group').id}/channels`;
    const history = `/api/channels/${need(world.room, 'channel').id}/messages`;
    for (const path of [channels, history]) {
      const answer = await need(cleo, 'cleo').get(path);
      assert.ok([403, 404].includes(answer.status), `${path}: ${answer.status}`);
      answer.refused(answer.status);
    }
  });
}

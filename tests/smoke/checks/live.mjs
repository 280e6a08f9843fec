import assert from 'node:assert/strict';
import { need } from '../lib/report.mjs';
import { say } from '../lib/chat.mjs';
import { aTime, anInteger, bytes, exactly, hasShape, lacks } from '../lib/shape.mjs';

/** What happens to messages and people after the message: edits, reactions, typing, presence, read markers. */
export async function live(report, { alice, bob, lobby }) {
  report.heading('What is told live');
  need(lobby, 'the standalone channel');
  const speaker = await alice.connect(lobby.id);
  const reader = await bob.connect(lobby.id);
  const sent = await say(speaker, lobby.id, 'first words');
  await reader.take((frame) => frame.type === 'new_message' && frame.id === sent.id);

  await report.check('an edit reaches everybody, its author too', async () => {
    speaker.send({ type: 'edit_message', message_id: sent.id, ciphertext: [104, 105], nonce: [1, 2, 3] });
    for (const session of [speaker, reader])
      hasShape(await session.take('message_edited'), {
        message_id: exactly(sent.id),
        channel_id: exactly(lobby.id),
        sender_id: exactly(alice.id),
        ciphertext: exactly([104, 105]),
        nonce: bytes,
        edited_at: aTime,
      });
    await reader.refused(
      { type: 'edit_message', message_id: sent.id, ciphertext: [1], nonce: [1] },
      'forbidden',
      'you can only edit your own messages',
    );
  });

  await report.check('a reaction is told once, however often it is sent', async () => {
    for (let time = 0; time < 2; time++) {
      reader.send({ type: 'add_reaction', message_id: sent.id, emoji: '👍' });
      await reader.settle();
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    reader.send({ type: 'remove_reaction', message_id: sent.id, emoji: '👍' });
    await speaker.take('reaction_removed');
    const [added, ...more] = speaker.all('reaction_added');
    hasShape(added, { message_id: exactly(sent.id), user_id: exactly(bob.id), emoji: exactly('👍') });
    lacks(added, 'channel_id');
    assert.equal(more.length, 0);
  });

  await report.check('typing is shown to the others only', async () => {
    reader.send({ type: 'typing', channel_id: lobby.id });
    reader.send({ type: 'stop_typing', channel_id: lobby.id });
    hasShape(await speaker.take('user_typing'), { channel_id: exactly(lobby.id), user_id: exactly(bob.id) });
    hasShape(await speaker.take('user_stopped_typing'), { channel_id: exactly(lobby.id), user_id: exactly(bob.id) });
    await reader.settle();
    assert.equal(reader.all('user_typing').length, 0);
  });

  await report.check('unread until it is read; the receipt tells how far', async () => {
    const before = (await bob.get('/api/channels/unread')).ok().find((row) => row.channel_id === lobby.id);
    hasShape(before, { channel_id: exactly(lobby.id), unread_count: anInteger });
    reader.send({ type: 'mark_read', channel_id: lobby.id, message_id: 'temp-1767225600123' });
    reader.send({ type: 'mark_read', channel_id: lobby.id, message_id: sent.id });
    hasShape(await speaker.take('read_receipt'), {
      channel_id: exactly(lobby.id),
      user_id: exactly(bob.id),
      message_id: exactly(sent.id),
      timestamp: aTime,
    });
    const after = (await bob.get('/api/channels/unread')).ok();
    assert.ok(!after.some((row) => row.channel_id === lobby.id));
    const cursors = (await alice.get(`/api/channels/${lobby.id}/read-cursors`)).ok();
    const cursor = cursors.find((row) => row.user_id === bob.id);
    hasShape(cursor, { last_read_message_id: exactly(sent.id), last_read_at: aTime });
  });

  await report.check('a deletion reaches everybody; a second one finds nothing', async () => {
    speaker.send({ type: 'delete_message', message_id: sent.id });
    for (const session of [speaker, reader]) {
      const gone = await session.take('message_deleted');
      hasShape(gone, { message_id: exactly(sent.id) });
      lacks(gone, 'channel_id');
    }
    await speaker.refused({ type: 'delete_message', message_id: sent.id }, 'not_found', 'message not found');
  });

  await report.check('statuses are taken in silence, unknown ones are malformed', async () => {
    for (const status of ['idle', 'dnd', 'invisible', 'online']) reader.send({ type: 'update_presence', status });
    await reader.settle();
    await reader.refused({ type: 'update_presence', status: 'asleep' }, 'invalid_message', 'malformed message');
  });
  await Promise.all([speaker.close(), reader.close()]);
}

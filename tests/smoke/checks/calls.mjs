import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { need } from '../lib/report.mjs';
import { exactly, hasShape, lacks } from '../lib/shape.mjs';

/** Calls as the web client makes them: the list makes peers, the greater id offers, the server passes on. */
export async function calls(report, { alice, bob, lobby }) {
  report.heading('Calls');
  need(lobby, 'the standalone channel');
  const call = (type) => ({ type, channel_id: lobby.id });
  const list = (...people) => (frame) =>
    frame.type === 'voice_state_update' &&
    frame.channel_id === lobby.id &&
    frame.participants.length === people.length &&
    people.every((person) => frame.participants.includes(person.id));
  const first = await alice.connect(lobby.id);
  const second = await bob.connect(lobby.id);

  await report.check('who joins is told first, then the list; once each', async () => {
    first.send(call('join_voice'));
    await first.take(list(alice));
    await second.take(list(alice));
    second.send(call('join_voice'));
    for (const session of [first, second]) await session.take(list(alice, bob));
    await first.settle();
    const heard = first.log.filter((frame) => frame.type.includes('voice')).map((frame) => frame.type);
    assert.deepEqual(heard, ['user_joined_voice', 'voice_state_update', 'user_joined_voice', 'voice_state_update']);
    hasShape(first.all('user_joined_voice')[1], { channel_id: exactly(lobby.id), user_id: exactly(bob.id) });
    lacks(first.all('voice_state_update')[0], 'sfu');
  });

  await report.check('offer, answer and candidates reach the one who is meant, as they were sent', async () => {
    const [offering, answering] = alice.id > bob.id ? [first, second] : [second, first];
    const [offerer, answerer] = alice.id > bob.id ? [alice, bob] : [bob, alice];
    const session_id = randomUUID();
    const sdp = JSON.stringify({ type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n' });
    offering.send({ type: 'rtc_offer', target_user_id: answerer.id, session_id, sdp });
    const offer = await answering.take('rtc_offer');
    hasShape(offer, { from_user_id: exactly(offerer.id), session_id: exactly(session_id), sdp: exactly(sdp) });
    lacks(offer, 'target_user_id');
    answering.send({ type: 'rtc_answer', target_user_id: offerer.id, session_id, sdp: '{"type":"answer"}' });
    hasShape(await offering.take('rtc_answer'), { from_user_id: exactly(answerer.id), session_id: exactly(session_id) });
    for (let index = 0; index < 15; index++)
      offering.send({ type: 'rtc_ice_candidate', target_user_id: answerer.id, session_id, candidate: `c${index}` });
    for (let index = 0; index < 15; index++)
      hasShape(await answering.take('rtc_ice_candidate'), { candidate: exactly(`c${index}`) });
  });

  await report.check('empty signals are refused, and so are offers to whoever is not in the call', async () => {
    const signal = { session_id: randomUUID(), target_user_id: bob.id };
    await first.refused({ type: 'rtc_offer', ...signal, sdp: '' }, 'validation_error', 'SDP cannot be empty');
    const stranger = { ...signal, target_user_id: randomUUID(), sdp: 'v=0' };
    await first.refused({ type: 'rtc_offer', ...stranger }, 'forbidden', 'target user not in your voice session');
  });

  await report.check('a cut line keeps the place for whoever comes back in time', async () => {
    second.cut();
    const back = await bob.connect();
    back.send(call('join_voice'));
    await back.take(list(alice, bob));
    first.forget();
    first.send({ type: 'rtc_offer', target_user_id: bob.id, session_id: randomUUID(), sdp: 'v=0' });
    await back.take('rtc_offer');
    back.send(call('leave_voice'));
    hasShape(await first.take('user_left_voice'), { user_id: exactly(bob.id) });
    await first.take(list(alice));
    await back.close();
  });

  await report.check('the last one who leaves ends the call; a late listener hears that it is over', async () => {
    first.send(call('leave_voice'));
    await first.take(list());
    const late = await bob.connect();
    late.send({ type: 'subscribe', channel_ids: [lobby.id] });
    await late.take(list());
    await late.close();
    const [last] = (await alice.get(`/api/channels/${lobby.id}/calls`)).ok();
    assert.deepEqual(new Set(last.participants.map((one) => one.user_id)), new Set([alice.id, bob.id]));
  });
  await first.close();
}

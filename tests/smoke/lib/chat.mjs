import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

export const bytesOf = (text) => [...Buffer.from(text)];
export const textOf = (ciphertext) => Buffer.from(ciphertext).toString();

/** A message as the web client sends it while encryption is off. */
export function message(channelId, text, changes = {}) {
  return {
    type: 'send_message',
    channel_id: channelId,
    ciphertext: bytesOf(text),
    nonce: [...randomBytes(12)],
    message_type: 'text',
    reply_to: null,
    sender_key_id: null,
    ...changes,
  };
}

/** Sends and waits for the confirmation. */
export async function say(session, channelId, text, changes) {
  session.send(message(channelId, text, changes));
  return session.take((frame) => frame.type === 'message_sent' && frame.channel_id === channelId);
}

/** The whole history, oldest first, read backwards page by page as the web client does. */
export async function wholeHistory(account, channelId, limit = 50) {
  const newestFirst = [];
  for (;;) {
    const before = newestFirst.length > 0 ? `&before=${newestFirst.at(-1).id}` : '';
    const page = (await account.get(`/api/channels/${channelId}/messages?limit=${limit}${before}`)).ok();
    assert.ok(page.length <= limit, `a page of ${page.length} although ${limit} were asked for`);
    newestFirst.push(...page);
    if (page.length < limit) return newestFirst.reverse();
  }
}

import assert from 'node:assert/strict';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/;

// A rule is a predicate with a name, so that a failure says what was expected.
const rule = (name, holds) => Object.assign(holds, { ruleName: name });

export const anId = rule('a lower-case hyphenated UUID', (v) => typeof v === 'string' && uuid.test(v));
export const aTime = rule('a UTC time with six digits and +00:00', (v) => typeof v === 'string' && time.test(v));
export const aText = rule('a string', (v) => typeof v === 'string');
export const aBool = rule('a boolean', (v) => typeof v === 'boolean');
export const anInteger = rule('an integer', (v) => Number.isSafeInteger(v));
export const bytes = rule(
  'an array of numbers 0 to 255',
  (v) => Array.isArray(v) && v.every((n) => Number.isInteger(n) && n >= 0 && n <= 255),
);
export const exactly = (wanted) => rule(JSON.stringify(wanted), (v) => JSON.stringify(v) === JSON.stringify(wanted));
export const oneOf = (...values) => rule(`one of ${values.join(', ')}`, (v) => values.includes(v));
export const matching = (pattern) => rule(`text like ${pattern}`, (v) => typeof v === 'string' && pattern.test(v));
export const orNull = (inner) => rule(`${inner.ruleName} or null`, (v) => v === null || inner(v));

/** Every member is there and right. More members are welcome: the existing client ignores them. */
export function hasShape(value, members) {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  assert.ok(isObject, `an object is due, got ${show(value)}`);
  for (const [name, holds] of Object.entries(members)) {
    assert.ok(name in value, `member "${name}" is missing in ${show(value)}`);
    assert.ok(holds(value[name]), `"${name}" must be ${holds.ruleName}, is ${show(value[name])}`);
  }
}

/** These members are left out, not null. */
export function lacks(value, ...names) {
  for (const name of names) assert.ok(!(name in value), `"${name}" must be left out, is ${show(value[name])}`);
}

export function show(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

export const user = {
  id: anId,
  username: aText,
  display_name: aText,
  avatar_url: orNull(aText),
  banner_url: orNull(aText),
  status: exactly('offline'),
  custom_status: orNull(aText),
  is_admin: aBool,
  is_owner: aBool,
  created_at: aTime,
};

export const community = {
  id: anId,
  name: aText,
  description: orNull(aText),
  icon_url: orNull(aText),
  owner_id: anId,
  created_at: aTime,
  member_count: anInteger,
  who_can_create_groups: oneOf('everyone', 'moderator', 'admin'),
  who_can_create_invites: oneOf('everyone', 'moderator', 'admin'),
  discoverable: aBool,
  banner_url: orNull(aText),
  community_theme: orNull((v) => typeof v === 'object'),
};

export const group = {
  id: anId,
  owner_id: anId,
  community_id: anId,
  name: aText,
  description: orNull(aText),
  icon_url: orNull(aText),
  banner_url: orNull(aText),
  accent_color: orNull(aText),
  created_at: aTime,
  member_count: anInteger,
  visibility: oneOf('public', 'private'),
  discoverable: aBool,
  allow_invites: aBool,
  assigned_member_id: orNull(anId),
};

export const channel = {
  id: anId,
  name: aText,
  channel_type: oneOf('text', 'voice', 'gallery'),
  topic: orNull(aText),
  created_by: orNull(anId),
  created_at: aTime,
  group_id: orNull(anId),
  read_only: aBool,
  slow_mode_seconds: anInteger,
  discoverable: aBool,
  archived: aBool,
};

export const member = {
  user_id: anId,
  username: aText,
  display_name: aText,
  avatar_url: orNull(aText),
  role: oneOf('owner', 'admin', 'moderator', 'member'),
  joined_at: aTime,
};

export const invite = {
  id: anId,
  code: matching(/^[A-Za-z0-9]{12}$/),
  community_id: anId,
  max_uses: orNull(anInteger),
  used_count: anInteger,
  expires_at: orNull(aTime),
  created_at: aTime,
};

/** A message as history gives it (contract, messages.md 2.1). */
export const storedMessage = {
  id: anId,
  channel_id: anId,
  sender_id: orNull(anId),
  ciphertext: bytes,
  nonce: bytes,
  message_type: aText,
  reply_to_id: orNull(anId),
  sender_key_id: exactly(null),
  edited_at: orNull(aTime),
  created_at: aTime,
};

/** A message as the socket gives it (contract, realtime.md 7.3). */
export const liveMessage = {
  type: exactly('new_message'),
  id: anId,
  channel_id: anId,
  sender_id: anId,
  ciphertext: bytes,
  nonce: bytes,
  message_type: aText,
  reply_to: orNull(anId),
  sender_key_id: exactly(null),
  created_at: aTime,
};

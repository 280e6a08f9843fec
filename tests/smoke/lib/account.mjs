import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { Session } from './session.mjs';

const oneTimePrekeys = 100;

/** The raw 32 bytes of a public key, as a number array. */
function rawPublic(key) {
  return [...Buffer.from(key.export({ format: 'jwk' }).x, 'base64url')];
}

/** A registration as the web client makes it: an identity key, a signed prekey, a hundred one-time prekeys. */
export function registration(name, changes = {}) {
  const username = `${name}.${randomBytes(4).toString('hex')}`;
  const identity = generateKeyPairSync('ed25519');
  const prekey = rawPublic(generateKeyPairSync('x25519').publicKey);
  return {
    username,
    email: `${username}@mail.example`,
    password: 'Blue-Kettle-42',
    display_name: name,
    identity_key: rawPublic(identity.publicKey),
    signed_prekey: {
      key_id: 1,
      public_key: prekey,
      signature: [...sign(null, Buffer.from(prekey), identity.privateKey)],
    },
    one_time_prekeys: Array.from({ length: oneTimePrekeys }, (_, index) => ({
      key_id: index + 1,
      public_key: rawPublic(generateKeyPairSync('x25519').publicKey),
    })),
    ...changes,
  };
}

/** Somebody who is registered: their credentials, tokens and devices. */
export class Account {
  constructor(api, form, answer) {
    this.api = api;
    this.username = form.username;
    this.email = form.email;
    this.password = form.password;
    this.recoveryCode = answer.recovery_code;
    this.user = answer.user;
    this.accept(answer);
  }

  get id() {
    return this.user.id;
  }

  accept({ access_token, refresh_token }) {
    this.accessToken = access_token;
    this.refreshToken = refresh_token;
  }

  get(path) {
    return this.api.get(path, this.accessToken);
  }

  post(path, body) {
    return this.api.post(path, body, this.accessToken);
  }

  /** A new device: connected, authenticated, listening to the channels. */
  async connect(...channelIds) {
    const session = await Session.authenticated(this.api.address, this.accessToken);
    if (channelIds.length > 0) {
      session.send({ type: 'subscribe', channel_ids: channelIds });
      await session.settle();
    }
    return session;
  }
}

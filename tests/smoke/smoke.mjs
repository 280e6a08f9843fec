import { parseArgs } from 'node:util';
import { accounts } from './checks/accounts.mjs';
import { badFrames } from './checks/bad-frames.mjs';
import { calls } from './checks/calls.mjs';
import { crowding } from './checks/crowding.mjs';
import { errors } from './checks/errors.mjs';
import { files } from './checks/files.mjs';
import { front } from './checks/front.mjs';
import { keys } from './checks/keys.mjs';
import { live } from './checks/live.mjs';
import { messages } from './checks/messages.mjs';
import { reconnect } from './checks/reconnect.mjs';
import { defaults, restart } from './checks/restart.mjs';
import { spaces } from './checks/spaces.mjs';
import { Api } from './lib/http.mjs';
import { Report } from './lib/report.mjs';
import { OwnServer } from './lib/server.mjs';
import { Session } from './lib/session.mjs';

const { values: options } = parseArgs({ options: { url: { type: 'string' } } });
const report = new Report();
const servers = [];

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await clearAway();
    process.exit(130);
  });

await (options.url ? against(options.url.replace(/\/+$/, '')) : againstOurOwn());
await clearAway();
console.log(`\n${report.summary()}`);
process.exit(report.failed > 0 ? 1 : 0);

/** All chapters that any client can see, in the order in which they build on each other. */
async function talk(world) {
  for (const chapter of [front, accounts, errors, spaces, keys, messages, live, calls, files, reconnect, badFrames, crowding])
    try {
      await chapter(report, world);
    } catch (error) {
      await report.check(`${chapter.name} could not go on`, () => {
        throw error;
      });
    } finally {
      Session.cutAll();
    }
}

async function against(address) {
  const api = new Api(address);
  const ready = await report.check('the server answers and lets everybody register', async () => {
    const mode = (await api.get('/api/auth/config')).ok().registration_mode;
    if (mode !== 'open') throw new Error(`registration is "${mode}": start the server with REGISTRATION_MODE=open`);
    return true;
  });
  if (ready) await talk({ api, isOurs: false });
}

async function againstOurOwn() {
  const server = await started({ REGISTRATION_MODE: 'open' });
  if (!server) return;
  const world = { api: new Api(server.address), server, isOurs: true };
  await talk(world);
  await restart(report, world);
  const plain = await prepared();
  await defaults(report, { server: plain, api: new Api(plain.address) });
}

async function prepared() {
  const server = await OwnServer.prepare();
  servers.push(server);
  return server;
}

async function started(settings) {
  return report.check('./run starts a server from nothing', async () => {
    const server = await prepared();
    const took = await server.start(settings);
    console.log(`      ${server.address} after ${(took / 1000).toFixed(1)} s, build included`);
    return server;
  });
}

/** Stops what is still running and deletes its data, whatever happened before. */
async function clearAway() {
  Session.cutAll();
  for (const server of servers.splice(0)) {
    await server.stop().catch((error) => report.check('the server stops', () => Promise.reject(error)));
    server.deleteData();
  }
}

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const startLimit = 600_000; // a first start installs and builds
const stopLimit = 45_000;

// What a developer has set for a server of their own must not reach this one.
const notOurs = new RegExp(
  '^(DATABASE_|DATA_PATH|LISTEN_|STATIC_|PUBLIC_URL|RUST_LOG|CHATALOT_|LOG_|JWT_|TOTP_|FILE_STORAGE|MAX_FILE|UPLOAD_|' +
    'REGISTRATION_|COMMUNITY_|ADMIN_|ICE_|CORS_|TRUSTED_|METRICS_|DB_|SHUTDOWN_|REQUEST_|SOCKET|.*RATE_LIMIT)',
);

/** A server of our own, started as a newcomer starts it, on data that nobody needs afterwards. */
export class OwnServer {
  output = '';

  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
    this.address = `http://127.0.0.1:${port}`;
  }

  /** A free port and an empty folder that the database's own user may enter. */
  static async prepare() {
    const folder = mkdtempSync(path.join(tmpdir(), 'chatalot-smoke-'));
    chmodSync(folder, 0o755);
    const probe = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    return new OwnServer(folder, port);
  }

  /** Starts on the data that is there; returns the milliseconds until it was healthy, set-up and build included. */
  async start(settings = {}) {
    const program = path.join(repository, 'run');
    if (!existsSync(program)) throw new Error('the repository has no ./run yet');
    const inherited = Object.entries(process.env).filter(([name]) => !notOurs.test(name));
    const started = Date.now();
    this.exit = undefined;
    // A process group of its own: stopping it is what Ctrl+C in a terminal does.
    this.process = spawn(program, ['--data', path.join(this.folder, 'data'), '--port', String(this.port)], {
      cwd: repository,
      env: { ...Object.fromEntries(inherited), ...settings },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.stopped = new Promise((resolve) => {
      this.process.once('error', (error) => resolve((this.exit = { error: error.message })));
      this.process.once('exit', (code, signal) => resolve((this.exit = { code, signal })));
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (this.output += text));
    }
    while (!(await this.#isHealthy())) {
      if (this.exit) throw new Error(`./run ended (${JSON.stringify(this.exit)}):\n${this.tail()}`);
      if (Date.now() - started > startLimit) throw new Error(`not healthy in time:\n${this.tail()}`);
      await pause(100);
    }
    return Date.now() - started;
  }

  async #isHealthy() {
    try {
      return (await fetch(`${this.address}/api/health`, { signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      return false;
    }
  }

  /** As Ctrl+C does. Returns how it ended: `{ code, signal }`. */
  async stop() {
    if (!this.process || this.exit) return this.exit;
    this.#signal('SIGINT');
    const ended = await Promise.race([this.stopped, pause(stopLimit, undefined, { ref: false })]);
    if (ended) return ended;
    this.killNow();
    throw new Error(`did not stop within ${stopLimit} ms:\n${this.tail()}`);
  }

  /** The last resort: the server's group, and the private database that would outlive it. */
  killNow() {
    if (!this.process || this.exit) return;
    this.#signal('SIGKILL');
    const pidFile = readdirSync(this.folder, { recursive: true }).find((file) => file.endsWith('postmaster.pid'));
    if (pidFile) process.kill(Number(readFileSync(path.join(this.folder, pidFile), 'utf8').split('\n')[0]), 'SIGQUIT');
  }

  #signal(name) {
    try {
      process.kill(-this.process.pid, name);
    } catch {
      // It ended in the meantime.
    }
  }

  deleteData() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  tail(lines = 30) {
    return this.output.trimEnd().split('\n').slice(-lines).join('\n');
  }
}

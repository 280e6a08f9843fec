// The page: sign in, then show the server's state again and again until it is left.
import { call, signIn, signOut } from "./api.js";
import { startLogs, stopLogs, showVerbosity } from "./logs.js";
import { ago, ahead, bar, byId, bytes, count, make, number, right, rows, span, spark, tile, wide } from "./show.js";

const STATUS_EVERY = 5000;
const TABLES_EVERY = 30000;
let timers = [];

function showStatus(status) {
  byId("version").textContent = status.version + (status.commit ? ` (${status.commit.slice(0, 8)})` : "");
  byId("uptime").textContent = `up ${span(status.uptime_secs)} on ${status.instance}`;
  showHealth(status.status, status.status === "ok");
  document.title = status.warnings.length ? `(${status.warnings.length}) Chatalot operations` : "Chatalot operations";
  byId("warnings").replaceChildren(...status.warnings.map(text => make("li", "", text)));
  showTiles(status);
  const sizes = status.database.sizes;
  byId("database").textContent = sizes ? `${bytes(sizes.bytes)} in all` : "";
  const largest = sizes?.tables[0]?.bytes || 1;
  rows(byId("tables"), ["Table", right("Size"), "", right("Rows"), right("Dead rows")],
    (sizes?.tables || []).slice(0, 10).map(table => [
      table.name, right(bytes(table.bytes)), bar(table.bytes / largest),
      right(number(table.live_rows, 0)), right(number(table.dead_rows, 0)),
    ]), "Not measured while the database is away.");
  showVerbosity(status.logs);
  showServer(status);
}

function showHealth(text, isGood) {
  byId("health").textContent = text;
  byId("health").className = `pill ${isGood ? "good" : "bad"}`;
  byId("desk").classList.remove("stale");
}

// The figures are those of the last answer, and must not look as if they still held.
function showUnreachable(problem) {
  showHealth(problem.status ? `error ${problem.status}` : "not reachable", false);
  byId("desk").classList.add("stale");
  document.title = "(!) Chatalot operations";
}

function showTiles({ pool, database, sockets, messages, process, storage, history }) {
  const past = name => history.map(sample => sample[name]);
  const used = storage.used_percent;
  byId("tiles").replaceChildren(
    tile("Messages a second", number(messages.per_second), `${number(messages.stored, 0)} since the start`,
      spark(past("messages_per_second"), number)),
    tile("Delivery, 99 of 100", messages.delivery_p99_ms === null ? "–" : `${number(messages.delivery_p99_ms)} ms`,
      "from commit to socket", spark(past("delivery_p99_ms"), value => `${number(value)} ms`)),
    tile("Sockets", number(sockets.open, 0), `${count(sockets.users, "user", "users")}, ${bytes(sockets.queued_bytes)} waiting`,
      spark(past("sockets"), number)),
    tile("Requests a second", number(history.at(-1)?.requests_per_second ?? 0), "",
      spark(past("requests_per_second"), number)),
    tile("Processor", `${number(process.cpu_percent)} %`, `of one, ${process.threads} threads`,
      spark(past("cpu_percent"), value => `${number(value)} %`)),
    tile("Memory", bytes(process.memory_bytes), `${bytes(process.heap_bytes)} objects`, spark(past("memory_bytes"), bytes)),
    tile("Database pool", `${pool.busy} of ${pool.max}`, `${pool.open} open, ${pool.waiting} waiting`,
      bar(pool.busy / pool.max, pool.waiting > 0)),
    tile("Database", database.healthy ? bytes(database.sizes?.bytes) : "lost",
      database.sizes ? `${database.sizes.connections} of ${database.sizes.max_connections} connections` : "",
      bar((database.sizes?.connections ?? 0) / (database.sizes?.max_connections ?? 1), !database.healthy)),
    tile("Disk", used === null ? "–" : `${number(used)} % used`, `${bytes(storage.free_bytes)} free`,
      bar((used ?? 0) / 100, used > 90)));
}

function showServer({ started_at, storage, backup, certificate, settings, logs, database }) {
  const pairs = [
    ["Started", new Date(started_at).toLocaleString()],
    ["Oldest transaction", database.sizes ? `${number(database.sizes.oldest_transaction_secs)} s` : "–"],
    ["Files in", storage.path],
    ...(storage.files || []).map(kind => [`  ${kind.kind}`, `${number(kind.count, 0)} files, ${bytes(kind.bytes)}`]),
    ["Records without file", storage.drift ? number(storage.drift.rows_without_file, 0) : "–"],
    ["Files without record", storage.drift ? number(storage.drift.files_without_row, 0) : "–"],
    ["Last backup", backup ? ago(backup.at) : "none"],
    ["Certificate", certificate ? certificate.problem || `until ${new Date(certificate.expires_at).toLocaleDateString()}` : "–"],
    ["Log files", logs.path ? logs.problem || logs.path : "none"],
    ...Object.entries(settings),
  ];
  rows(byId("server"), ["", ""], pairs);
}

// What was set comes first; the rest is what the documentation says.
function showConfiguration(settings) {
  const isDefault = setting => setting.source === "default";
  const ordered = [...settings.filter(setting => !isDefault(setting)), ...settings.filter(isDefault)];
  rows(byId("configuration"), ["Variable", "Value", "From"], ordered.map(({ name, value, source }) =>
    [name, value ?? "–", make("span", "soft", source)]));
}

function showJobs(jobs) {
  rows(byId("jobs"), ["Job", "Last runs", "Last", "Next", right("Items"), ""], jobs.map(job => {
    const run = isDry => {
      const button = make("button", "quiet", isDry ? "Dry run" : "Run");
      button.onclick = () => runJob(job.name, isDry, button);
      return button;
    };
    const runs = make("span", "runs", ...(job.history || []).slice(0, 10).reverse().map(past => {
      const mark = make("i", past.outcome);
      mark.title = `${new Date(past.started_at).toLocaleString()}: ${past.outcome}, ${past.items} items ${past.error || ""}`;
      return mark;
    }));
    const last = make("span", job.consecutive_failures ? "bad" : "", ago(job.last_run?.started_at));
    last.title = job.last_run?.error || "";
    return [job.name, runs, last, ahead(job.next_run_at), right(number(job.last_run?.items ?? 0, 0)),
      [run(false), job.has_dry_run ? run(true) : null].filter(Boolean)];
  }), "The jobs are not known while the database is away.");
}

async function runJob(name, isDry, button) {
  button.disabled = true;
  try {
    const path = `/api/admin/jobs/${encodeURIComponent(name)}/run`;
    const result = await call("POST", path, { dry_run: isDry });
    note(`${name}: ${result.outcome}, ${result.items} items${isDry ? " would go" : ""}`);
    if (!isDry) await refreshTables();
  } catch (problem) {
    note(problem.message);
  } finally {
    button.disabled = false;
  }
}

function showQueries({ available, hint, queries }) {
  byId("hint").textContent = available ? "" : hint;
  byId("reset").hidden = !available;
  rows(byId("queries"), [right("Average"), right("Calls"), right("Total"), "Statement"], queries.slice(0, 10).map(query => [
    right(`${number(query.avg_ms, 2)} ms`), right(number(query.calls, 0)), right(`${number(query.total_ms, 0)} ms`),
    wide(query.query),
  ]), available ? "No statement was counted yet." : "");
}

const note = text => { byId("freshness").textContent = text; };

async function refresh(read, show, fail = () => {}) {
  try {
    show(await read());
  } catch (problem) {
    if (problem.status === 401) return leave("Signed out by the server; please sign in again.");
    if (problem.status !== 404) note(problem.status ? problem.message : "no answer from the server, trying again");
    fail(problem);
  }
}

const refreshStatus = () => refresh(() => call("GET", "/api/admin/status"), status => {
  showStatus(status);
  note(`as of ${new Date().toLocaleTimeString()}`);
}, showUnreachable);

const refreshTables = () => Promise.all([
  refresh(() => call("GET", "/api/admin/jobs"), showJobs),
  refresh(() => call("GET", "/api/admin/slow-queries"), showQueries),
]);

function leave(reason) {
  timers.forEach(clearInterval);
  timers = [];
  stopLogs();
  signOut();
  byId("desk").hidden = true;
  byId("login").hidden = false;
  byId("refusal").textContent = reason || "";
  document.title = "Chatalot operations";
  byId("login").elements.username.focus();
}

byId("login").onsubmit = async event => {
  event.preventDefault();
  const form = new FormData(byId("login"));
  byId("refusal").textContent = "";
  try {
    await signIn(form.get("username"), form.get("password"), form.get("totp"));
    const status = await call("GET", "/api/admin/status");
    showStatus(status);
    showConfiguration(status.configuration);
  } catch (problem) {
    await signOut();
    byId("refusal").textContent = problem.status === 401 ? "Name, password or code is wrong." : problem.message;
    byId("login").elements.password.select();
    return;
  }
  byId("login").reset();
  byId("login").hidden = true;
  byId("desk").hidden = false;
  refreshTables();
  startLogs();
  timers = [setInterval(refreshStatus, STATUS_EVERY), setInterval(refreshTables, TABLES_EVERY)];
};

// As in most tools that have one: a slash goes to the search.
document.addEventListener("keydown", event => {
  const isTyping = event.target.closest("input, select, textarea");
  if (event.key !== "/" || isTyping || byId("desk").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  byId("filter").elements.q.focus();
});

byId("login").elements.username.focus();
byId("logout").onclick = () => leave();
byId("reset").onclick = () => refresh(async () => {
  await call("POST", "/api/admin/slow-queries/reset", {});
  return call("GET", "/api/admin/slow-queries");
}, showQueries);

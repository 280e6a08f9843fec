// Log search and live tail.
import { call, open } from "./api.js";
import { byId, make, onOpen } from "./show.js";

const MOST_LINES = 500;
let following = null;
let cursor = null;

const conditions = () => {
  const form = new FormData(byId("filter"));
  const query = new URLSearchParams();
  for (const name of ["level", "q", "category", "request_id", "since"])
    if (form.get(name)) query.set(name, form.get(name));
  return query;
};

const colours = { ERROR: "bad", WARN: "warn", INFO: "good" };

function line(entry) {
  const time = make("time", "", entry.ts.slice(11, 23));
  time.dateTime = time.title = entry.ts;
  const item = make("li", "",
    time,
    make("span", `level ${colours[entry.level] || "soft"}`, entry.level),
    make("span", "category", entry.category),
    entry.msg,
    entry.error ? make("span", "bad", ` ${entry.error}`) : null);
  onOpen(item, event => {
    if (event.target.closest("pre") || String(getSelection())) return;
    const details = item.querySelector("pre");
    if (details) details.remove();
    else item.append(make("pre", "", JSON.stringify(entry, null, 2)));
  });
  return item;
}

const say = text => byId("lines").replaceChildren(make("li", "soft", text));

async function load(older) {
  const query = conditions();
  query.set("limit", 100);
  if (older && cursor) query.set("cursor", cursor);
  const page = await call("GET", `/api/admin/logs?${query}`);
  const lines = page.entries.map(line);
  if (older) byId("lines").append(...lines);
  else if (lines.length) byId("lines").replaceChildren(...lines);
  else say("Nothing was logged that fits.");
  cursor = page.next;
  byId("older").hidden = !cursor;
}

async function follow() {
  following?.abort();
  following = null;
  if (!byId("filter").elements.live.checked) return;
  const mine = following = new AbortController();
  const query = conditions();
  query.delete("since");
  try {
    const answer = await open(`/api/admin/logs/tail?${query}`, { signal: mine.signal });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (rest + part.value).split("\n\n");
      rest = events.pop();
      for (const event of events.filter(text => text.startsWith("data: "))) {
        byId("lines").prepend(line(JSON.parse(event.slice(6))));
        while (byId("lines").children.length > MOST_LINES) byId("lines").lastChild.remove();
      }
    }
  } catch (problem) {
    if (mine.signal.aborted || problem.status === 401) return;
  }
  // The stream ends with the access token, and with the server: come back.
  setTimeout(() => { if (following === mine) follow(); }, 3000);
}

const search = () => load(false).then(follow).catch(problem => say(problem.message));

export function startLogs() {
  byId("filter").onsubmit = event => { event.preventDefault(); search(); };
  byId("filter").elements.live.onchange = follow;
  byId("older").onclick = () => load(true).catch(problem => say(problem.message));
  byId("verbosity").onsubmit = async event => {
    event.preventDefault();
    const directive = byId("verbosity").elements.directive.value;
    try {
      showVerbosity(await call("PUT", "/api/admin/log-level", { directive, minutes: 15 }));
    } catch (problem) {
      byId("until").textContent = problem.message;
    }
  };
  search();
}

export function stopLogs() {
  following?.abort();
  following = null;
}

export function showVerbosity({ directive, until }) {
  byId("until").textContent = `${directive}${until ? ` until ${new Date(until).toLocaleTimeString()}` : ""}`;
}

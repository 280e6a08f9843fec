// The server's API with the login of this page. Tokens live in this module's memory and nowhere else.
let tokens = null;
let refreshing = null;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.json();
}

async function refusalOf(answer) {
  const body = await answer.json().catch(() => null);
  const message = answer.status === 403 ? "You are not an admin of this server." : body?.error?.message;
  return Object.assign(new Error(message || `The server answered ${answer.status}.`), { status: answer.status });
}

export async function signIn(username, password, code) {
  tokens = await post("/api/auth/login", { username, password, totp_code: code || null });
}

export async function signOut() {
  const leaving = tokens;
  tokens = null;
  if (leaving) await post("/api/auth/logout", { refresh_token: leaving.refresh_token }).catch(() => {});
}

// A token lasts 15 minutes; all calls that find it old wait for one renewal.
function renew() {
  refreshing ??= post("/api/auth/refresh", { refresh_token: tokens.refresh_token })
    .then(fresh => { tokens = { ...tokens, ...fresh }; })
    .finally(() => { refreshing = null; });
  return refreshing;
}

export async function open(path, options = {}) {
  if (!tokens) throw Object.assign(new Error("Signed out."), { status: 401 });
  const send = () => fetch(path, {
    ...options,
    headers: { authorization: `Bearer ${tokens.access_token}`, ...options.headers },
  });
  let answer = await send();
  if (answer.status === 401) {
    await renew();
    answer = await send();
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

export async function call(method, path, body) {
  const answer = await open(path, body === undefined ? { method } : {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

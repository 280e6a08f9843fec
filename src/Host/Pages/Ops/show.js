// Small pieces of the page: elements, figures as people read them, tiles with a line of their history.
export const byId = id => document.getElementById(id);

export function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

export function bytes(count) {
  if (count === null || count === undefined) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) { count /= 1024; unit++; }
  return `${count.toLocaleString("en", { maximumFractionDigits: count < 10 && unit ? 1 : 0 })} ${units[unit]}`;
}

export const number = (value, digits = 1) =>
  value === null || value === undefined ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits });

export function span(seconds) {
  const days = Math.floor(seconds / 86400), hours = Math.floor(seconds / 3600) % 24, minutes = Math.floor(seconds / 60) % 60;
  return days ? `${days} d ${hours} h` : hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

export const count = (value, one, several) => `${number(value, 0)} ${value === 1 ? one : several}`;

export const ago = time => time ? `${span(Math.max(0, (Date.now() - new Date(time)) / 1000))} ago` : "never";

export function ahead(time) {
  if (!time) return "–";
  const seconds = (new Date(time) - Date.now()) / 1000;
  return seconds <= 0 ? "now" : `in ${span(seconds)}`;
}

// Values of the last minutes as a line that fills its tile; the scale begins at zero.
export function spark(values, describe) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 100 30");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const known = values.map(value => value ?? 0);
  const top = Math.max(...known, 0) || 1;
  svg.setAttribute("aria-label", `last five minutes, highest ${describe(Math.max(...known, 0))}`);
  if (known.length < 2) return svg;
  const points = known.map((value, i) =>
    `${(100 * i / (known.length - 1)).toFixed(2)},${(29 - 27 * value / top).toFixed(2)}`);
  for (const [className, d] of [["area", `M0,30 L${points.join(" L")} L100,30 Z`], ["line", `M${points.join(" L")}`]]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", className);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function bar(share, isBad) {
  const fill = make("i", isBad ? "bad" : "");
  fill.style.width = `${Math.min(100, Math.max(0, 100 * share))}%`;
  return make("div", "bar", fill);
}

export const tile = (title, value, note, picture) =>
  make("div", "card tile", make("span", "soft", title), make("b", "", value), make("span", "soft", note || "\u00a0"), picture);

// A table; without a row it says why there is none.
export function rows(table, heads, cells, nothing = "") {
  const line = (tag, values) => make("tr", "", ...values.map(value => {
    const isPlain = value instanceof Node || Array.isArray(value) || Object(value) !== value;
    const cell = make(tag, isPlain ? "" : value.className);
    cell.append(...[(isPlain ? value : value.content) ?? ""].flat());
    return cell;
  }));
  table.replaceChildren(...(cells.length || !nothing
    ? [line("th", heads), ...cells.map(values => line("td", values))]
    : [line("td", [make("span", "soft", nothing)])]));
}

// Something that is opened by a click, or by the keyboard.
export function onOpen(element, action) {
  element.tabIndex = 0;
  element.addEventListener("click", action);
  element.addEventListener("keydown", event => {
    if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    action(event);
  });
}

export const right = content => ({ className: "number", content });

// A long text in a few lines; a click shows all of it.
export function wide(text) {
  const content = make("div", "clamped", text);
  content.title = text;
  onOpen(content, () => { if (!String(getSelection())) content.classList.toggle("clamped"); });
  return { className: "wide", content };
}

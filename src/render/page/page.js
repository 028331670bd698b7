"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { columns, rows, words, places, patterns, files, days } = data;
  // Places of the values in a row of the data.
  const [LABEL, ID, NAME, STATUS, CELL, STANDING, DIFFERS, UNMANAGED, FIELDS, ENTRY, OWNER, NOTE, WAVE] = Array(13).keys();
  const ENABLED = "ekiu", STEP = 60;
  const element = (name, props = {}, ...children) => {
    const made = Object.assign(document.createElement(name), props);
    made.append(...children);
    return made;
  };
  rows.forEach((row) => { row.text = `${row[LABEL]} ${row[ID]} ${row[NAME]} ${row[OWNER]}`.toLowerCase(); });

  // The fields of the matrix, made once each and copied.
  const field = Object.fromEntries(Object.entries(words).map(([key, word]) =>
    [key, element("td", { className: `c g ${key}`, textContent: word })]));
  const totals = [["enabled", ENABLED], ["missing", "m"], ["unwanted", "u"]];

  let sort = { by: LABEL, down: false }, shown = [], limit = STEP;
  const head = element("tr"), body = element("tbody"), foot = element("tfoot");
  const caption = element("caption", { className: "w", textContent: "Orgs and their products" });
  const table = element("table", {}, caption, element("thead", {}, head), body, foot);
  const heading = (title, by, hint) => {
    const button = element("button", { type: "button", textContent: title });
    const cell = element("th", { scope: "col" }, button);
    if (hint !== undefined) { cell.className = "p"; cell.title = hint; }
    button.addEventListener("click", () => {
      sort = { by, down: sort.by === by && !sort.down };
      update();
    });
    cell.by = by;
    head.append(cell);
  };
  heading("Org", LABEL);
  heading("Status", STATUS);
  heading("Cell", CELL);
  if (data.compared) heading("File", STANDING);
  if (data.owned) heading("Owner", OWNER);
  columns.forEach((column, index) => heading(column[0], index + 100, [column[1], column[2]].filter(Boolean).join(" ")));

  const keyOf = (row) => {
    if (sort.by >= 100) return String("ekiumox".indexOf(row[FIELDS][sort.by - 100]));
    return row[sort.by];
  };
  const line = (index, at) => {
    const row = rows[index];
    const name = element("button", { type: "button", textContent: row[LABEL] });
    name.setAttribute("aria-haspopup", "dialog");
    name.addEventListener("click", () => details(row));
    const made = element("tr", { className: row[DIFFERS] ? "d" : "" },
      element("th", { scope: "row" }, name),
      element("td", { textContent: row[STATUS] }),
      element("td", { textContent: row[CELL] }));
    if (data.compared) made.append(element("td", { textContent: row[STANDING] }));
    if (data.owned) made.append(element("td", { textContent: row[OWNER] }));
    // Not all rows are in the document.
    made.setAttribute("aria-rowindex", at + 2);
    for (const key of row[FIELDS]) made.append(field[key].cloneNode(true));
    return made;
  };
  const more = () => {
    const from = body.rows.length;
    body.append(...shown.slice(from, limit).map((index, at) => line(index, from + at)));
    const left = shown.length - body.rows.length;
    $("more").hidden = left === 0;
    $("all").hidden = left <= STEP;
    $("more").textContent = `Show ${Math.min(STEP, left)} more`;
    $("all").textContent = `Show all ${shown.length.toLocaleString("en")}`;
  };
  const update = () => {
    const text = $("text").value.trim().toLowerCase();
    const product = $("product").value === "" ? -1 : Number($("product").value);
    const is = $("is").value, drifted = $("drifted").checked, unmanaged = $("unmanaged").checked;
    shown = [];
    rows.forEach((row, index) => {
      if (text !== "" && !row.text.includes(text)) return;
      if (product >= 0 && !is.includes(row[FIELDS][product])) return;
      if (drifted && !row[DIFFERS]) return;
      if (unmanaged && !row[UNMANAGED]) return;
      shown.push(index);
    });
    if (sort.by !== LABEL || sort.down) {
      const keys = rows.map(keyOf), sign = sort.down ? -1 : 1;
      shown.sort((a, b) => sign * (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0) || a - b);
    }
    for (const cell of head.cells) {
      cell.setAttribute("aria-sort", cell.by !== sort.by ? "none" : sort.down ? "descending" : "ascending");
    }
    limit = STEP;
    table.setAttribute("aria-rowcount", shown.length + 1);
    body.replaceChildren();
    more();
    const count = columns.map(() => ({}));
    for (const index of shown) {
      const fields = rows[index][FIELDS];
      for (let at = 0; at < fields.length; at++) count[at][fields[at]] = (count[at][fields[at]] ?? 0) + 1;
    }
    foot.replaceChildren();
    for (const [title, keys] of totals) {
      const sums = count.map((of) => [...keys].reduce((sum, key) => sum + (of[key] ?? 0), 0));
      if (title !== "enabled" && sums.every((sum) => sum === 0)) continue;
      const made = element("tr", {}, element("th", { scope: "row", textContent: title }));
      made.append(element("td", { colSpan: 2 + Number(data.compared) + Number(data.owned) }));
      made.append(...sums.map((sum) => element("td", { className: "n", textContent: sum })));
      foot.append(made);
    }
    const all = rows.length.toLocaleString("en"), some = shown.length.toLocaleString("en");
    $("count").textContent = shown.length === rows.length ? `${all} orgs` : `${some} of ${all} orgs`;
  };

  // What is known of one org, made when it is asked for.
  const details = (row) => {
    const facts = element("dl", { className: "facts" });
    const fact = (title, value) => {
      if (value !== "") facts.append(element("dt", { textContent: title }), element("dd", { textContent: value }));
    };
    fact("Name", row[NAME]);
    fact("Id", row[ID]);
    fact("Status", row[STATUS]);
    fact("Cell", row[CELL]);
    if (data.compared) fact("File", row[STANDING]);
    fact("Wave", row[WAVE]);
    fact("Owner", row[OWNER]);
    fact("Note", row[NOTE]);
    const from = new Map();
    if (row[ENTRY] !== null) {
      const [file, line, number] = row[ENTRY], pattern = patterns[number];
      fact("Entry", `${files[file]}:${line}`);
      for (let at = 0; at < pattern.length; at += 4) {
        const place = `${files[file]}:${line + pattern[at + 1]}`;
        const until = pattern[at + 3] < 0 ? "" : `, until ${days[pattern[at + 3]]}`;
        from.set(pattern[at], (pattern[at + 2] < 0 ? `listed (${place})` : `${places[pattern[at + 2]]}, listed (${place})`) + until);
      }
    }
    const list = element("tbody");
    columns.forEach((column, index) => {
      const key = row[FIELDS][index];
      if (key === "o" || (key === "x" && !from.has(index))) return;
      list.append(element("tr", {},
        element("th", { scope: "row", textContent: column[0] }),
        element("td", {}, element("span", { className: "id", textContent: column[1] }), ` ${column[2]}`),
        element("td", { className: key === "m" || key === "u" ? key : "", textContent: words[key] }),
        element("td", { textContent: from.get(index) ?? "" })));
    });
    const titles = ["Product", "Okta's name", "State"].concat(data.compared ? ["Asked for by"] : [""]);
    const titled = titles.map((title) => title === "" ? element("td") : element("th", { scope: "col", textContent: title }));
    const products = element("table", {}, element("thead", {}, element("tr", {}, ...titled)), list);
    const close = element("button", { type: "button", textContent: "Close" });
    close.addEventListener("click", () => $("org").close());
    $("org").replaceChildren(
      element("h2", { id: "org-name", textContent: row[LABEL] }), facts,
      list.rows.length > 0 ? products : element("p", { textContent: "No product is enabled or listed." }), close);
    $("org").showModal();
  };

  columns.forEach((column, index) => $("product").append(element("option", { value: index, textContent: [column[0], column[2]].filter(Boolean).join(": ") })));
  if (!data.compared) for (const id of ["drifted", "unmanaged"]) $(id).parentElement.hidden = true;
  $("filter").addEventListener("input", update);
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  $("filter").addEventListener("reset", () => setTimeout(update));
  $("more").addEventListener("click", () => { limit += STEP; more(); });
  $("all").addEventListener("click", () => { limit = Infinity; more(); });
  addEventListener("beforeprint", () => { limit = Infinity; more(); });
  addEventListener("afterprint", update);
  $("matrix").append(table);
  $("matrix").hidden = false;
  $("filter").hidden = false;
  update();
})();

// The desk of the staff. Attached by data- attributes and the framework's ids; without scripts the
// forms still work: one empty row waits in each group, boxes are ticked one by one.

// Rows ticked in a list: all at once, a range with Shift, and how many.
function actions() {
  const bar = document.querySelector("[data-actions]");
  const boxes = [...document.querySelectorAll(".action-select")];
  const toggle = document.getElementById("action-toggle");
  if (!bar || !toggle) return;
  const label = bar.querySelector("[data-actions-label]");
  const all = bar.querySelector("[data-actions-all]");
  const across = bar.querySelector("[name=select_across]");
  const resting = label.textContent;
  let last = null;
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (!ticked) label.textContent = resting;
    else label.textContent = ticked === 1 ? bar.dataset.one : bar.dataset.many.replace("%s", ticked);
    toggle.checked = ticked > 0 && ticked === boxes.length;
    toggle.indeterminate = ticked > 0 && ticked < boxes.length;
    across.value = "0";
    if (all) all.hidden = !toggle.checked;
  };
  toggle.addEventListener("change", () => {
    for (const box of boxes) box.checked = toggle.checked;
    count();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
      }
      last = box;
      count();
    });
  }
  all?.addEventListener("click", () => {
    across.value = "1";
    label.textContent = all.textContent;
    all.hidden = true;
  });
  count();
}

// Rows of another model: one more, one less.
function rows(group) {
  const list = group.querySelector("[data-rows-list]");
  const empty = group.querySelector("[data-rows-empty]");
  const add = group.querySelector("[data-rows-add]");
  const total = group.querySelector(`[name="${group.dataset.rows}-TOTAL_FORMS"]`);
  const most = Number(group.querySelector(`[name="${group.dataset.rows}-MAX_NUM_FORMS"]`).value || 1000);
  if (!empty || !add) return;
  const refresh = () => {
    add.hidden = Number(total.value) >= most;
    for (const drop of list.querySelectorAll("[data-row-drop]")) drop.hidden = drop.closest("[data-row]").dataset.added === undefined;
  };
  add.addEventListener("click", () => {
    const row = document.importNode(empty.content, true);
    for (const element of row.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", total.value));
      }
    }
    const inside = row.querySelector("[data-row]");
    const order = inside.querySelector("[name$='-order']");
    order?.setAttribute("value", Number(total.value) + 1);
    inside.dataset.added = "";
    list.append(row);
    total.value = Number(total.value) + 1;
    for (const select of inside.querySelectorAll("[data-lookup]")) lookup(select);
    inside.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    refresh();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row-drop]")?.closest("[data-row]");
    if (!row) return;
    // The number stays taken: a row as it came is not kept by the server.
    for (const control of row.querySelectorAll("input, textarea")) control.value = control.defaultValue;
    for (const select of row.querySelectorAll("select")) {
      select.value = [...select.options].find((option) => option.defaultSelected)?.value ?? select.options[0]?.value ?? "";
    }
    row.hidden = true;
    add.focus();
  });
  refresh();
}

// The address on the site follows the title, until somebody writes it by hand.
function slug(mark) {
  const target = document.getElementById(mark.dataset.slug);
  const sources = mark.dataset.from.trim().split(" ").map((id) => document.getElementById(id));
  if (!target || target.value) return;
  let typed = false;
  target.addEventListener("input", () => { typed = true; });
  const write = () => {
    if (typed) return;
    target.value = sources.map((source) => source.value).join(" ")
      .replaceAll("œ", "oe").replaceAll("Œ", "oe").replaceAll("æ", "ae").replace(/['’]/g, " ")
      .normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, target.maxLength > 0 ? target.maxLength : 120);
  };
  for (const source of sources) source.addEventListener("input", write);
}

// A long choice becomes a search field (ARIA combobox with a list of its own).
let lookups = 0;
function lookup(select) {
  if (select.name.includes("__prefix__") || select.hidden) return;
  const id = `lookup-${(lookups += 1)}`;
  const box = document.createElement("div");
  box.className = "lookup";
  const input = document.createElement("input");
  const list = document.createElement("ul");
  Object.assign(input, { type: "text", autocomplete: "off", id: `${select.id}_lookup`, placeholder: select.dataset.hint });
  const named = { role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(named)) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  Object.assign(list, { id, hidden: true });
  list.setAttribute("role", "listbox");
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (label) {
    label.htmlFor = input.id;
    list.setAttribute("aria-label", label.textContent.trim());
  }
  box.append(input, list);
  select.after(box);
  select.hidden = true;
  const chosen = () => select.selectedOptions[0]?.textContent ?? "";
  input.value = select.value ? chosen() : "";
  let current = -1;
  let timer = 0;
  let asked = 0;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const all = options();
    if (!all.length) return;
    current = (index + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === current)));
    input.setAttribute("aria-activedescendant", all[current].id);
    all[current].scrollIntoView({ block: "nearest" });
  };
  const choose = (value, text) => {
    if (![...select.options].some((option) => option.value === value)) select.append(new Option(text, value));
    select.value = value;
    input.value = value ? text : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  };
  const show = (results) => {
    list.replaceChildren(...results.map((result, index) => {
      const option = document.createElement("li");
      option.textContent = result.text;
      option.id = `${id}-${index}`;
      option.dataset.value = result.id;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }));
    if (!results.length) {
      const none = document.createElement("li");
      none.textContent = select.dataset.none;
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    const turn = (asked += 1);
    const { lookup: url, app, model, field } = select.dataset;
    const query = new URLSearchParams({ term: input.value, app_label: app, model_name: model, field_name: field });
    const answer = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
    if (answer.ok && turn === asked && document.activeElement === input) show((await answer.json()).results);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(current + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      const option = options()[current];
      if (option.dataset.value) choose(option.dataset.value, option.textContent);
    } else if (event.key === "Enter" && input.value !== (select.value ? chosen() : "")) {
      // Words that are no choice yet: the form would leave with the choice before them.
      event.preventDefault();
      if (list.hidden) ask();
      else mark(0);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-value]");
    if (option) choose(option.dataset.value, option.textContent);
  });
  input.addEventListener("blur", () => {
    close();
    if (!input.value) choose("", "");
    else input.value = select.value ? chosen() : "";
  });
}

// A form that was changed and not saved asks before it is left.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

actions();
document.querySelectorAll("[data-rows]").forEach(rows);
document.querySelectorAll("[data-slug]").forEach(slug);
document.querySelectorAll("select[data-lookup]").forEach(lookup);
document.querySelectorAll("form[data-guard]").forEach(guard);

// The score card of a member: what is chosen is kept after a pause, the total follows, every
// gesture has its key. Without scripts its buttons do the same.
const form = document.querySelector("form[data-review]");
const PAUSE = 1200;
const AGAIN = 8000;
const SWITCH = "plateau-keys";

// --- The documents open inside the page, once they are asked for --------------
for (const paper of document.querySelectorAll("[data-paper]")) {
  paper.addEventListener("toggle", () => {
    if (!paper.open || paper.querySelector("iframe")) return;
    const frame = document.createElement("iframe");
    frame.src = paper.dataset.paper;
    frame.title = paper.querySelector("summary").textContent;
    paper.append(frame);
  });
}

if (form) write(form);

function write(form) {
  const status = form.querySelector("[data-said]");
  const total = form.querySelector("[data-total]");
  const words = status.dataset;
  let typed = 0, kept = 0, timer, busy = false, leaving = false, shut = false, out = false;

  function say(text) {
    status.textContent = text;
  }

  // --- The total: as the server counts it, by the weights, of what is scored ---
  function sum() {
    let points = 0, weights = 0;
    for (const scale of form.querySelectorAll("[data-weight]")) {
      const chosen = scale.querySelector("input:checked");
      const weight = Number(scale.dataset.weight);
      if (!chosen || !weight) continue;
      points += Number(chosen.value) * weight;
      weights += weight;
    }
    const mean = weights ? Math.round((points / weights) * 10 + 1e-9) / 10 : null;
    total.textContent = mean === null ? "–" : mean.toFixed(1).replace(".", ",");
  }

  // --- To keep -----------------------------------------------------------------
  function later(delay) {
    clearTimeout(timer);
    if (!shut) timer = setTimeout(save, delay);
  }

  function changed() {
    typed += 1;
    if (!shut) say(words.typing);
    sum();
    later(PAUSE);
  }

  async function save() {
    if (busy || shut || kept === typed) return;
    busy = true;
    clearTimeout(timer);
    const sending = typed;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Pause": "1" },
        keepalive: true,
        redirect: "manual",
      });
      await take(answer, sending);
    } catch {
      say(words.offline);
      later(AGAIN);
    } finally {
      busy = false;
    }
    if (kept < typed && typed !== sending) later(PAUSE);
  }

  async function take(answer, sending) {
    if (answer.status === 409) {
      shut = true;
      say((await answer.json()).said);
      return;
    }
    if (!answer.ok) {
      shut = answer.type === "opaqueredirect" || [403, 404].includes(answer.status);
      out = shut;
      say(shut ? words.out : words.failed);
      if (!shut) later(AGAIN);
      return;
    }
    const said = await answer.json();
    if (!said.refused) {
      kept = sending;
      form.elements.version.value = said.version;
    }
    say(said.said);
  }

  // Signed in again in another window, this one has an old token: it asks for another, and goes on.
  async function renew() {
    if (!out) return;
    const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
    for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = fresh.value;
    out = shut = false;
    later(0);
  }

  addEventListener("focus", renew);
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || kept === typed) return;
    save();
    event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) save();
  });

  // --- Keys ----------------------------------------------------------------------
  const opinions = { f: "favourable", r: "reserved", a: "abstain" };

  function choose(input) {
    if (!input) return;
    input.checked = true;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The criterion where one is, or the first that has no score.
  function score(value) {
    const scales = [...form.querySelectorAll("[data-weight]")];
    const at = scales.findIndex((one) => one.contains(document.activeElement));
    const here = at < 0 || scales[at].querySelector("input:checked") ? -1 : at;
    const empty = scales.findIndex((one) => !one.querySelector("input:checked"));
    const scale = scales[here >= 0 ? here : empty >= 0 ? empty : Math.max(at, 0)];
    choose(scale?.querySelector(`input[value="${value}"]`));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (/^\d$/.test(key)) score(key);
    else if (opinions[key]) choose(form.querySelector(`[name=opinion][value=${opinions[key]}]`));
    else if (key === "p") form.elements.suggested.focus();
    else if (key === "n") form.elements.comment.focus();
    else return;
    event.preventDefault();
  });
  sum();
}

// Whoever speaks to their computer presses keys without meaning to: they may be switched off.
function areOff() {
  return localStorage.getItem(SWITCH) === "off";
}

const light = document.querySelector("[data-keys]");
light?.setAttribute("aria-pressed", String(!areOff()));
light?.addEventListener("click", () => {
  localStorage.setItem(SWITCH, areOff() ? "on" : "off");
  light.setAttribute("aria-pressed", String(!areOff()));
});

function isTyping(target) {
  return areOff() || target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const way = { j: "next", k: "prev" }[event.key.toLowerCase()];
  document.querySelector(way ? `a[rel=${way}]` : "none")?.click();
});

/** Drives verification runs from the chain panel of the admin, slice by slice (spec §7). */

/**
 * Where a run stands, as the server tells it. All words come from the server.
 * @typedef {object} RunState
 * @property {number} position entries verified so far
 * @property {number} size entries to verify
 * @property {"running" | "verified" | "broken"} status
 * @property {string} sentence the result, empty while running
 * @property {string} summary the panel's words on a run that has ended
 * @property {string} bad where the first bad entry is shown, or empty
 * @property {string} slice where to ask for the next slice
 */

const panel = document.querySelector("[data-chain]");
if (panel instanceof HTMLElement) {
  for (const form of panel.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void drive(panel, form);
    });
  }
}

/**
 * Run to the end and show the result.
 * @param {HTMLElement} root the panel
 * @param {HTMLFormElement} form the form whose button was pressed
 */
async function drive(root, form) {
  setBusy(root, true);
  setResult(root, "", "");
  try {
    let state = await post(form.action, form);
    show(root, state);
    while (state.status === "running") {
      state = await post(state.slice, form);
      show(root, state);
    }
    setResult(root, state.status, state.sentence);
    showLast(root, state);
  } catch {
    const words = root.querySelector("template[data-chain-failed]");
    const text = words instanceof HTMLTemplateElement ? words.content.textContent : "";
    setResult(root, "broken", text ?? "");
  } finally {
    setBusy(root, false);
  }
}

/**
 * Ask for a new run or the next slice.
 * @param {string} url
 * @param {HTMLFormElement} form holds the CSRF token
 * @returns {Promise<RunState>}
 * @throws {Error} when the answer is not a run's state: signed out, refused, server gone
 */
async function post(url, form) {
  const response = await fetch(url, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!response.ok) {
    throw new Error(String(response.status));
  }
  return response.json();
}

/**
 * @param {HTMLElement} root
 * @param {RunState} state
 */
function show(root, state) {
  const bar = /** @type {HTMLProgressElement} */ (find(root, "progress"));
  bar.max = Math.max(state.size, 1);
  bar.value = state.position;
  find(root, "[data-chain-position]").textContent = `${state.position} / ${state.size}`;
}

/**
 * Make the run that has ended the panel's last verification.
 * @param {HTMLElement} root
 * @param {RunState} state
 */
function showLast(root, state) {
  find(root, "[data-chain-last]").dataset.status = state.status;
  find(root, "[data-chain-summary]").textContent = state.summary;
  const link = /** @type {HTMLAnchorElement} */ (find(root, "[data-chain-bad]"));
  link.href = state.bad;
  link.hidden = state.bad === "";
}

/**
 * @param {HTMLElement} root
 * @param {boolean} busy
 */
function setBusy(root, busy) {
  root.setAttribute("aria-busy", String(busy));
  find(root, "[data-chain-progress]").hidden = !busy;
  for (const button of root.querySelectorAll("button")) {
    button.disabled = busy;
  }
}

/**
 * @param {HTMLElement} root
 * @param {string} status colours the result
 * @param {string} sentence
 */
function setResult(root, status, sentence) {
  const result = find(root, "[data-chain-result]");
  result.dataset.status = status;
  result.textContent = sentence;
}

/**
 * @param {HTMLElement} root
 * @param {string} selector
 * @returns {HTMLElement}
 * @throws {Error} when the template and this script disagree
 */
function find(root, selector) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) {
    throw new Error(selector);
  }
  return element;
}

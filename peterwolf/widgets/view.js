// The board view in a page: it shows the newest picture that the kernel sent, and
// reports keys and clicks, those that follow quickly together. Events are counted, and
// the kernel sends back the number of the last one, so that the view knows when nobody
// answers. `data-sent`, `data-seen` and `data-painted` tell tests how far it is.

const PAUSE = 40; // milliseconds between two messages; events wait that long, and go together
const PATIENCE = 2000; // milliseconds that an event may stay unanswered
const MOST_WAITING = 300; // unanswered events; further ones are not accepted
const BUSY = "No answer yet: the kernel is busy. If it was restarted, run this cell again.";
const GONE = "The kernel was restarted or has ended. Run this cell again.";

function render({ model, el }) {
  const root = part("div", "peterwolf-view", el);
  const img = part("img", "peterwolf-view-picture", root);
  const message = part("div", "peterwolf-view-message", root);
  const news = part("div", "peterwolf-view-news", root);
  root.tabIndex = 0;
  img.alt = "";
  img.draggable = false;
  news.setAttribute("aria-live", "polite");

  const line = new Line(model, (trouble) => {
    root.classList.toggle("peterwolf-view-lost", trouble !== "");
    message.textContent = trouble || model.get("message");
    message.hidden = message.textContent === "";
  });
  const screen = new Screen(model, img, (number) => {
    root.dataset.painted = number;
    line.note({ kind: "painted", picture: number });
  });
  line.told = () => Object.assign(root.dataset, { sent: line.sent, seen: line.seen });
  line.told();

  const described = () => {
    root.setAttribute("role", model.get("takes").length ? "application" : "img");
    root.setAttribute("aria-label", model.get("label"));
    if (news.textContent !== model.get("news")) news.textContent = model.get("news");
    line.show();
  };
  const listeners = {
    "change:number": () => screen.show(),
    "change:label": described,
    "change:news": described,
    "change:message": described,
    "change:takes": described,
    "msg:custom": (content) => {
      line.answered(content);
      const typing = document.activeElement?.closest("input, textarea, .cm-editor");
      if (content.focus && !typing) root.focus({ preventScroll: true });
    },
    comm_live_update: () => line.post({ kind: "ping" }), // so does a restart end it
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  takeKeys(root, model, line);
  takePointer(root, img, model, line);
  described();
  screen.show();

  return () => {
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
    line.close();
    screen.close();
  };
}

function part(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  return parent.appendChild(made);
}

// The line to the kernel: events out, answers in.
class Line {
  constructor(model, show) {
    Object.assign(this, { model, sent: 0, seen: 0, trouble: "", alarm: null, told: () => {} });
    Object.assign(this, { events: [], turn: 0, last: -PAUSE, timer: null });
    this.view = Math.random().toString(36).slice(2);
    this.show = () => show(this.trouble);
  }

  get waiting() {
    return this.sent - this.seen;
  }

  // Send an event that wants an answer, or let it wait for the next message; one too
  // many is dropped.
  post(event) {
    if (this.waiting >= MOST_WAITING) return;
    this.sent += 1;
    this.told();
    this.events.push(event);
    const pause = this.last + PAUSE - performance.now();
    if (pause <= 0 || event.kind === "ping") this.flush();
    else this.timer ??= setTimeout(() => this.flush(), pause);
  }

  // Send the events that wait, in one message; messages are counted by their turn.
  flush() {
    clearTimeout(this.timer);
    Object.assign(this, { timer: null, last: performance.now(), turn: this.turn + 1 });
    const [events, number] = [this.events.splice(0), this.sent];
    if (!this.note({ kind: "events", events, number, turn: this.turn })) return this.fail(GONE);
    const asked = events.some((event) => event.kind === "ping");
    this.alarm ??= setTimeout(() => this.fail(asked ? GONE : BUSY), PATIENCE);
  }

  // Send what needs no answer; false where the line is dead.
  note(event) {
    try {
      this.model.send({ ...event, view: this.view });
      return true;
    } catch {
      return false;
    }
  }

  answered(content) {
    if (content.view !== this.view) return;
    this.seen = content.seen;
    this.close();
    if (this.waiting) this.alarm = setTimeout(() => this.fail(BUSY), PATIENCE);
    this.trouble = "";
    this.told();
    this.show();
  }

  fail(trouble) {
    this.trouble = trouble;
    this.show();
  }

  close() {
    clearTimeout(this.alarm);
    this.alarm = null;
  }
}

// The picture: always the newest, and none begun before the last is there.
class Screen {
  constructor(model, img, painted) {
    Object.assign(this, { model, img, url: "", loading: false, stale: false });
    img.onload = img.onerror = () => {
      this.loading = false;
      painted(this.number);
      if (this.stale) this.show();
    };
  }

  show() {
    this.stale = this.loading;
    const data = this.model.get("picture");
    if (this.loading || data.byteLength === 0) return;
    this.loading = true;
    this.number = this.model.get("number");
    const [width, height] = this.model.get("size");
    Object.assign(this.img.style, { width: `${width}px`, aspectRatio: `${width} / ${height}` });
    this.close();
    this.url = URL.createObjectURL(new Blob([data], { type: this.model.get("mime") }));
    this.img.src = this.url;
  }

  close() {
    URL.revokeObjectURL(this.url);
  }
}

// Keys while the view has the focus. JupyterLab's own shortcuts hold off, but not
// those with Ctrl or Command.
function takeKeys(root, model, line) {
  const held = new Set();
  const named = (event) => (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const ours = () => (root.dataset.lmSuppressShortcuts = "true");
  ours();
  root.addEventListener("keydown", (event) => {
    if (event.key === "Control" || event.key === "Meta") delete root.dataset.lmSuppressShortcuts;
    const key = named(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!model.get("takes").includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && (model.get("holds") || line.waiting > 0)) return; // never a queue
    held.add(key);
    line.post({ kind: "key", key });
  });
  const released = (key) => {
    if (held.delete(key) && model.get("holds")) line.post({ kind: "release", key });
  };
  root.addEventListener("keyup", (event) => {
    ours();
    released(named(event));
  });
  root.addEventListener("blur", () => {
    ours();
    for (const key of [...held]) released(key);
  });
}

// Clicks and drags, told as cells. What lies outside the picture is no cell.
function takePointer(root, img, model, line) {
  let last = null;
  const cell = (event) => {
    const box = img.getBoundingClientRect();
    const [columns, rows] = model.get("cells");
    const x = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return x >= 0 && y >= 0 && x < columns && y < rows ? [x, y] : null;
  };
  img.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // no text selected, no picture dragged
    root.focus({ preventScroll: true });
    const at = cell(event);
    if (at === null) return;
    last = String(at);
    line.post({ kind: "click", cell: at });
    if (model.get("drags")) img.setPointerCapture(event.pointerId);
  });
  img.addEventListener("pointermove", (event) => {
    if (last === null || !model.get("drags")) return;
    const at = cell(event);
    if (at === null || String(at) === last) return;
    last = String(at);
    line.post({ kind: "drag", cell: at });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    img.addEventListener(end, () => {
      if (last !== null && model.get("drags")) line.post({ kind: "drop" });
      last = null;
    });
  }
}

export default { render };

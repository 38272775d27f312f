// The live stream. One tab always keeps it open, the others only while they are visible, so that the browser's few
// connections suffice.
const address = document.body.dataset.live;
let stream = null;
let keeper = false;
let failing;
const place = () => document.querySelector('[data-following]');

export const listeners = new Map();
export const on = (type, listener) => listeners.set(type, [...(listeners.get(type) ?? []), listener]);
const emit = (type, data) => (listeners.get(type) ?? []).forEach((listener) => listener(data));

// While a button or finger is down, the element under it must not be replaced, or the click is lost: news wait, and of
// the whole desk only the newest is shown.
let pressed = false;
let waiting = [];
function unpressed(type, tell) {
  if (type === 'desk') waiting = waiting.filter((news) => news.type !== type);
  if (pressed) waiting.push({ type, tell });
  else tell();
}
function release() {
  pressed = false;
  setTimeout(() => waiting.splice(0).forEach((news) => news.tell())); // after the click
}
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, release, true);
addEventListener('blur', release);

function open() {
  const here = place();
  const query = here ? `?following=${here.dataset.following}&after=${here.dataset.last}` : '';
  stream = new EventSource(address + query);
  for (const type of ['desk', 'lines', 'notes', 'typing', 'beat', 'gone']) {
    stream.addEventListener(type, (event) => unpressed(type, () => emit(type, JSON.parse(event.data))));
  }
  stream.addEventListener('out', () => emit('out'));
  stream.onopen = () => { clearTimeout(failing); failing = null; emit('up'); };
  stream.onerror = () => {
    failing ??= setTimeout(() => emit('down'), 2000);
    if (stream?.readyState !== EventSource.CLOSED) return;
    close();
    emit('closed');
    setTimeout(update, 3000);
  };
}

function close() {
  stream?.close();
  stream = null;
}

function update() {
  const wanted = keeper || document.visibilityState === 'visible';
  if (wanted && !stream) open();
  if (!wanted && stream) close();
}

// After another conversation was opened, restarts the stream from the lines it shows.
export function restart() {
  close();
  update();
}

export const isKeeper = () => keeper || !navigator.locks;

export function start() {
  if (!address) return;
  navigator.locks?.request('console-live', () => new Promise(() => { keeper = true; update(); }));
  document.addEventListener('visibilitychange', update);
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => event.persisted && update());
  update();
}

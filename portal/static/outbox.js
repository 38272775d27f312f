// Messages that the server has not confirmed. They are stored before they are sent, and sent one after the other under
// the same id until confirmed: none is lost, doubled or overtaken. All tabs share the outbox.
import * as store from './store.js';

const KEY = 'out.';
const LOST_AFTER = 15e3;
const AGAIN_AFTER = 3e3;
const AGAIN_AT_MOST = 30e3;

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const idOf = (key) => (key.startsWith(KEY) ? key.slice(KEY.length) : null);

export class Outbox {
  // send(message) tries to send and says whether it could.
  constructor(send) {
    Object.assign(this, { send, inFlight: null, failures: 0, lastAt: 0 });
    setInterval(() => this.flush(), 5e3);
  }

  add(text) {
    this.lastAt = Math.max(Date.now(), this.lastAt + 1);
    const message = { id: newId(), text, at: this.lastAt, problem: null };
    this.write(message);
    this.flush();
    return message;
  }

  all() {
    return store.keys(KEY).map((key) => this.get(key.slice(KEY.length))).filter(Boolean).sort((a, b) => a.at - b.at);
  }

  get(id) {
    try {
      return JSON.parse(store.get(KEY + id));
    } catch {
      return null;
    }
  }

  write(message) {
    store.set(KEY + message.id, JSON.stringify(message));
  }

  flush() {
    if (this.inFlight && (this.timer || Date.now() - this.sentAt < LOST_AFTER)) return;
    const next = this.all().find((message) => !message.problem);
    if (!next || !this.send(next)) return;
    this.inFlight = next.id;
    this.sentAt = Date.now();
  }

  // The connection was lost: the message under way may or may not have arrived, so it will be sent again.
  reset() {
    this.stopWaiting();
    this.inFlight = null;
    this.failures = 0;
  }

  confirm(id) {
    store.remove(KEY + id);
    this.failures = 0;
    this.settled(id);
  }

  // Not stored for a temporary reason: the same message is tried again, at growing intervals.
  postpone(id) {
    if (this.inFlight !== id) return;
    const wait = Math.min(AGAIN_AT_MOST, AGAIN_AFTER * 2 ** this.failures++);
    this.stopWaiting();
    this.timer = setTimeout(() => this.settled(id), wait);
  }

  // Not stored for a reason that only the writer can remove.
  refuse(id, problem) {
    const message = this.get(id);
    if (message) this.write({ ...message, problem });
    this.settled(id);
  }

  retry(id) {
    const message = this.get(id);
    if (message) this.write({ ...message, problem: null });
    this.flush();
  }

  drop(id) {
    store.remove(KEY + id);
    this.settled(id);
  }

  settled(id) {
    if (this.inFlight === id) {
      this.stopWaiting();
      this.inFlight = null;
    }
    this.flush();
  }

  stopWaiting() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

// One WebSocket that reconnects by itself. It is up once the server has welcomed us; a silent one counts as dead.
const PING_EVERY = 25e3;
const ANSWER_WITHIN = 10e3;
const FIRST_WAIT = 400;
const LONGEST_WAIT = 15e3;

export class Connection {
  // hello() makes the first frame; onFrame(frame) gets every frame but pong; onChange() is called when it goes up or
  // down.
  constructor(address, { hello, onFrame, onChange }) {
    Object.assign(this, { address, hello, onFrame, onChange, up: false, socket: null, failures: 0 });
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.hurry(2e3));
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', (event) => event.persisted && this.open());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.hurry());
  }

  open() {
    clearTimeout(this.again);
    if (this.socket) return;
    const socket = (this.socket = new WebSocket(this.address));
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => this.lost();
    this.expectAnswer(ANSWER_WITHIN);
  }

  receive(data) {
    clearTimeout(this.deadline);
    this.deadline = null;
    const frame = JSON.parse(data);
    if (frame.type === 'pong') return;
    if (frame.type === 'welcome') {
      this.failures = 0;
      this.up = true;
      this.pings = setInterval(() => this.send({ type: 'ping' }), PING_EVERY);
    }
    this.onFrame(frame);
    if (frame.type === 'welcome') this.onChange();
  }

  // Sends a frame; the server answers every one. Returns false when there is no connection.
  send(frame, within = ANSWER_WITHIN) {
    if (!this.up) return false;
    this.socket.send(JSON.stringify(frame));
    this.expectAnswer(within);
    return true;
  }

  expectAnswer(within) {
    this.deadline ??= setTimeout(() => this.lost(), within);
  }

  close() {
    const socket = this.socket;
    clearTimeout(this.deadline);
    clearInterval(this.pings);
    this.deadline = this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const was = this.up;
    this.up = false;
    if (was) this.onChange();
  }

  lost() {
    this.close();
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures++);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
    this.onChange();
  }

  // The network or the reader is back: connect now, or check at once whether the old connection still works.
  hurry(within = 4e3) {
    this.failures = 0;
    if (this.up) this.send({ type: 'ping' }, within);
    else if (!this.socket) this.open();
    this.onChange();
  }

  restart() {
    this.close();
    this.open();
  }
}

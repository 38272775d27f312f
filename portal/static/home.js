// The citizen's page: puts its parts together.
import { composer } from './composer.js';
import { Connection } from './connection.js';
import { idOf, Outbox } from './outbox.js';
import { $, fill, language, start } from './page.js';
import * as store from './store.js';
import { showTickets, showTicketsNote } from './tickets.js';
import { Transcript } from './transcript.js';

const CALM = 1500;
const VIEWS = ['chat', 'tickets', 'follow'];
const all = JSON.parse($('words').textContent);
const words = all.script;
const title = document.title;

start();

const transcript = new Transcript(words, {
  retry: (id) => {
    outbox.retry(id);
    markPending();
  },
  edit: (id) => {
    const message = outbox.get(id);
    if (!message) return;
    outbox.drop(id);
    transcript.forget(id);
    write.add(message.text);
  },
  say: (text) => say(text),
});
let greetedWith = null;
const connection = new Connection(`${location.protocol.replace('http', 'ws')}//${location.host}/chat/ws`, {
  hello: () => {
    transcript.log.setAttribute('aria-busy', transcript.lastSeq === 0);
    greetedWith = store.get('token');
    return { type: 'hello', token: greetedWith, after: transcript.lastSeq };
  },
  onFrame: (frame) => handlers[frame.type]?.(frame),
  onChange: () => {
    if (!connection.up) outbox.reset();
    markPending();
    showBanner();
  },
});
const outbox = new Outbox(({ id, text }) => connection.send({ type: 'say', id, text }));
const write = composer(words, (text) => say(text));

function say(text) {
  const message = outbox.add(text);
  transcript.showPending(message);
  markPending();
}

const handlers = {
  welcome({ token }) {
    const known = store.get('token');
    if (known && known !== token && !greetedWith) return connection.restart(); // another tab was first
    if (known && known !== token) transcript.clear();
    store.set('token', token);
    handlers.attendant({ who: 'assistant' });
    outbox.flush();
    if (view() === 'tickets') askTickets();
    quiet();
  },
  message(frame) {
    if (frame.author === 'citizen') outbox.confirm(frame.id);
    if (!transcript.show(frame)) return;
    quiet();
    tellRead();
    if (frame.author === 'citizen') return;
    if (document.hidden) document.title = words.unread + title;
    if (frame.data?.ticket) askTickets();
  },
  accepted({ id }) {
    transcript.mark(id, 'stored');
    outbox.confirm(id);
  },
  refused({ id, code, message }) {
    if (!id) return showTicketsNote(message);
    if (code === 'unavailable') return outbox.postpone(id);
    outbox.refuse(id, message);
    transcript.mark(id, 'failed', message);
  },
  attendant({ who, place, minutes }) {
    withAgent = who === 'agent';
    transcript.withAgent = withAgent;
    const key = withAgent ? 'with_agent' : minutes ? 'queued_for' : place ? 'queued' : 'asked_for';
    $('attendant').dataset.kind = withAgent ? 'back' : '';
    $('attendant').hidden = who === 'assistant';
    $('attendant').textContent = who === 'assistant' ? '' : fill(words[key], { place, minutes });
    tellRead();
  },
  typing: () => transcript.agentTypes(),
  read: ({ seq }) => transcript.read(seq),
  tickets: ({ tickets }) => showTickets(tickets, all),
};

// --- with an agent: tell them that the citizen writes, and what the citizen has read ---------------------------------
let withAgent = false;
let typedAt = 0;
$('say').addEventListener('input', () => {
  if (!withAgent || Date.now() - typedAt < 3e3) return;
  typedAt = Date.now();
  connection.send({ type: 'typing' });
});
function tellRead() {
  if (withAgent && !document.hidden) connection.send({ type: 'read', seq: transcript.lastSeq });
}
document.addEventListener('visibilitychange', tellRead);

// A restored conversation is not read aloud line by line; new lines are.
let restored;
function quiet() {
  clearTimeout(restored);
  restored = setTimeout(() => transcript.log.removeAttribute('aria-busy'), 500);
}

function markPending() {
  for (const { id, problem } of outbox.all()) {
    if (problem) transcript.mark(id, 'failed', problem);
    else transcript.mark(id, connection.up ? 'sending' : 'waiting');
  }
}

// --- the state of the connection, in words ---------------------------------------------------------------------------
let lostAt = Date.now();
let saysBack;
function showBanner() {
  const banner = $('banner');
  const tell = (text, kind) => {
    if (banner.textContent !== text) banner.textContent = text;
    banner.hidden = !text;
    banner.dataset.kind = kind;
  };
  clearTimeout(saysBack);
  if (connection.up) {
    const was = banner.dataset.kind === 'lost' && !banner.hidden;
    lostAt = null;
    tell(was ? words.back : '', 'back');
    if (was) saysBack = setTimeout(() => tell('', 'back'), 2500);
    return;
  }
  lostAt ??= Date.now();
  if (!navigator.onLine) return tell(store.outlivesTab() ? words.offline : words.offline_memory, 'lost');
  if (Date.now() - lostAt >= CALM) return tell(transcript.lastSeq ? words.reconnecting : words.connecting, 'lost');
  saysBack = setTimeout(showBanner, CALM);
}

// --- views -----------------------------------------------------------------------------------------------------------
const view = () => (VIEWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : 'chat');

function askTickets() {
  if (!connection.send({ type: 'tickets', language: language.slice(0, 2) })) showTicketsNote(words.not_connected);
}

function showView(byReader) {
  const current = view();
  for (const name of VIEWS) {
    $(`view-${name}`).hidden = name !== current;
    const link = document.querySelector(`.views a[href="#${name}"]`);
    if (name === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  $('language').hash = location.hash;
  if (current === 'tickets') {
    showTicketsNote(words.loading);
    askTickets();
  }
  if (current === 'chat' && !transcript.isEmpty()) transcript.toEnd();
  if (!byReader) return;
  if (current === 'chat' && matchMedia('(pointer: fine)').matches) write.focus();
  else $(`${current}-title`).focus();
}

addEventListener('hashchange', () => (VIEWS.includes(location.hash.slice(1)) || !location.hash) && showView(true));
setInterval(() => !document.hidden && view() === 'tickets' && askTickets(), 30e3);
document.addEventListener('visibilitychange', () => { document.title = title; });
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  if (view() === 'chat') write.focus();
  else $(`${view()}-title`).focus();
});

$('person').addEventListener('click', (event) => {
  const button = event.currentTarget;
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  setTimeout(() => button.removeAttribute('aria-disabled'), 3e3);
  say(words.person);
});

// In some browsers the keyboard of a phone covers the page: use only the visible part.
if (window.visualViewport) {
  const fit = () => {
    document.documentElement.style.setProperty('--height', `${visualViewport.height}px`);
    if (view() === 'chat' && document.activeElement === $('say')) transcript.toEnd();
  };
  visualViewport.addEventListener('resize', fit);
}

// --- other tabs ------------------------------------------------------------------------------------------------------
store.onChange((key) => {
  if (key === 'token' && store.get('token') && connection.up) {
    transcript.clear();
    connection.restart();
  }
  const id = idOf(key);
  if (!id) return;
  const message = outbox.get(id);
  if (message) {
    transcript.showPending(message);
    markPending();
  } else if (transcript.lines.get(id)?.querySelector('[data-state=failed]')) transcript.forget(id);
  else {
    transcript.mark(id, 'stored');
    if (!transcript.lastSeq) connection.restart(); // the conversation began in the other tab
  }
});

showView(false);
for (const message of outbox.all()) transcript.showPending(message);
markPending();
showBanner();
connection.open();
if (view() === 'chat' && matchMedia('(pointer: fine)').matches) write.focus();

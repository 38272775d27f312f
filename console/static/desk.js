// The open conversation: its new lines, the reply being written, its keys.
import { forget } from './drafts.js';
import { $, key, onKey, part, put, show, tell } from './console.js';
import * as live from './live.js';

const here = () => $('conversation');
const mine = () => here()?.dataset.mine === 'yes';
const address = (what) => `/console/conversations/${here().dataset.following}/${what}`;
const post = (what, values) => part('none', address(what), { body: new URLSearchParams(values), background: true });

let atEnd = true;
let toldRead = 0;

function toEnd() {
  const transcript = $('transcript');
  if (transcript) transcript.scrollTop = transcript.scrollHeight;
  atEnd = true;
}

function tellRead() {
  const last = Number(here()?.dataset.last ?? 0);
  if (!mine() || document.visibilityState !== 'visible' || !atEnd || last <= toldRead) return;
  toldRead = last;
  post('read', { seq: last });
}

// The citizen has read our lines up to here.
function markRead() {
  const entry = document.querySelector('#queue [aria-current]');
  const read = Number(entry?.dataset.read ?? here()?.dataset.read ?? 0);
  document.querySelectorAll('#transcript .agent').forEach((line) => {
    line.querySelector('.read').hidden = Number(line.dataset.seq) > read;
  });
}

live.on('lines', ({ id, last, html }) => {
  if (here()?.dataset.following !== id) return;
  const fresh = new DOMParser().parseFromString(`<ol>${html}</ol>`, 'text/html').querySelectorAll('li');
  for (const line of fresh) if (!$(line.id)) $('transcript').append(document.adoptNode(line));
  here().dataset.last = last;
  citizenTypes(false);
  if (atEnd) toEnd();
  tellRead();
  markRead();
});

live.on('notes', ({ id, html }) => {
  if (here()?.dataset.following === id) put('notes', html);
});

let silent;
function citizenTypes(now) {
  if ($('citizen-typing')) $('citizen-typing').hidden = !now;
  clearTimeout(silent);
  if (now) silent = setTimeout(() => citizenTypes(false), 5000);
}
live.on('typing', ({ id }) => {
  if (here()?.dataset.following === id) citizenTypes(true);
});

// When this page itself moved, ended or took a conversation, it need not be told of that.
let acted = 0;
addEventListener('submit', (event) => {
  if (event.target.dataset.into === 'conversation') acted = Date.now();
});

live.on('desk', () => {
  const id = here()?.dataset.following;
  document.querySelectorAll('#queue [aria-current]').forEach((entry) => entry.removeAttribute('aria-current'));
  if (id) $(`c-${id}`)?.setAttribute('aria-current', 'true');
  const own = Date.now() - acted < 10e3;
  if (mine() && !own && !document.querySelector(`#queue ul:first-of-type #c-${id}`)) leave();
  markRead();
});
live.on('gone', leave);

// Somebody else has taken, moved or ended the open conversation.
async function leave() {
  here().dataset.mine = '';
  tell(document.querySelector('.desk').dataset.gone);
  const desk = await part('conversation', '/console/conversations');
  if (desk) show('conversation', desk);
}

const fitting = new ResizeObserver(() => atEnd && toEnd()); // keeps the last line in sight below a new alert

function opened() {
  toldRead = 0;
  fitting.disconnect();
  if ($('transcript')) fitting.observe($('transcript'));
  $('reply')?.focus();
  $('transcript')?.addEventListener('scroll', ({ target }) => {
    atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 60;
    tellRead();
  });
  if (earlier) {
    $('transcript')?.scrollTo(0, 0);
    atEnd = false;
  } else toEnd();
  earlier = false;
  tellRead();
  markRead();
}
let earlier = false; // earlier lines of the same conversation: the view stays where it is
addEventListener('click', (event) => { earlier = !!event.target.closest('.more a'); }, true);
addEventListener('shown', () => { opened(); live.restart(); });
document.addEventListener('visibilitychange', tellRead);

let typedAt = 0;
addEventListener('input', (event) => {
  if (event.target.id === 'canned-letters') return findCanned();
  if (event.target.id !== 'reply') return undefined;
  if (Date.now() - typedAt > 3000) {
    typedAt = Date.now();
    part('none', address('typing'), { body: new URLSearchParams() }); // not background: somebody who writes is not idle
  }
  return undefined;
});

// Sends one message at a time; a failed one stays in the field and keeps its key, so that it is never sent twice.
let sending = null;
async function send() {
  const reply = $('reply');
  const text = reply.value.trim();
  if (!text || sending?.busy) return;
  if (sending?.text !== text) sending = { text, key: key() };
  sending.busy = true;
  const done = await part('none', address('say'), { body: new URLSearchParams({ text, key: sending.key }) });
  sending.busy = false;
  if (!done) return;
  sending = null;
  if (reply.value.trim() !== text) return; // more was written meanwhile
  reply.value = '';
  forget(reply.form);
}
addEventListener('submit', (event) => {
  if (event.target.id !== 'composer') return;
  event.preventDefault();
  send();
});
addEventListener('keydown', (event) => {
  if (event.target.id !== 'reply' || event.isComposing) return;
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    send();
  }
});

// The facts about the conversation, where there is no room for them beside the talk.
function details(on) {
  $('about')?.classList.toggle('shown', on);
  document.querySelector('[data-info]')?.setAttribute('aria-expanded', on);
}

// Canned replies: type a few letters, Enter takes the first.
async function findCanned() {
  const letters = $('canned-letters').value;
  const done = await part('none', `${$('canned').dataset.source}?q=${encodeURIComponent(letters)}`, { background: true });
  if (!done || letters !== $('canned-letters').value) return;
  $('canned-found').replaceWith(new DOMParser().parseFromString(done.html, 'text/html').getElementById('canned-found'));
}
addEventListener('click', (event) => {
  if (event.target.closest('[data-open=canned]')) {
    $('canned-letters').value = '';
    findCanned();
  }
  if (event.target.closest('[data-info]')) details(!$('about').classList.contains('shown'));
  else if (!event.target.closest('#about, dialog')) details(false);
  const chosen = event.target.closest('[data-say]');
  if (!chosen) return;
  $('canned').close();
  const reply = $('reply');
  reply.setRangeText(chosen.dataset.say, reply.selectionStart, reply.selectionEnd, 'end');
  reply.dispatchEvent(new Event('input', { bubbles: true }));
  reply.focus();
  const blank = reply.value.match(/\{\w+\}/); // the agent fills in what is not known
  if (blank) reply.setSelectionRange(blank.index, blank.index + blank[0].length);
});
addEventListener('keydown', (event) => {
  if (event.target.id !== 'canned-letters' || event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  document.querySelector('#canned-found [data-say]')?.click();
});

for (let n = 1; n <= 9; n++) onKey(String(n), () => document.querySelectorAll('#queue .entry')[n - 1]?.click());
opened();

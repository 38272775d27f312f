// Code of every page: forms that change one part, keyboard navigation of rows, shortcuts, notices, live parts.
import { forget, restore } from './drafts.js';
import * as live from './live.js';
import { alarm, chime, isSilenced } from './sound.js';

export const $ = (id) => document.getElementById(id);
const csrf = document.querySelector('meta[name=csrf]').content;

const toast = $('toast');
let hiding;
export function tell(text) {
  (document.querySelector('dialog[open]') ?? document.body).append(toast); // nothing is seen above an open dialog
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 6000);
}

// Shows in a form why it was refused, until it is sent again.
function complain(form, text) {
  const first = form.querySelector('.field, .files-new');
  if (!first) return tell(text);
  const problem = document.createElement('p');
  problem.className = 'problem';
  problem.role = 'alert';
  problem.textContent = text;
  first.before(problem);
  return problem.scrollIntoView({ block: 'nearest' });
}

// Goes to the sign-in, which leads back here.
function signedOut() {
  location.href = `/console/sign-in?${new URLSearchParams({ next: location.pathname + location.search, ended: '1' })}`;
}

// Fetches one block of a page as the server renders it, with its address; on a refusal it shows why and returns null.
export async function part(name, address, { body = null, background = false, say = tell } = {}) {
  const headers = { 'X-Part': name, 'X-CSRF-Token': csrf };
  if (background) headers['X-Background'] = '1';
  let response;
  try {
    response = await fetch(address, { method: body ? 'POST' : 'GET', body, headers });
  } catch {
    if (!background) say(document.body.dataset.unreached);
    return null;
  }
  if (response.status === 401) signedOut();
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/html')) return { html: text, address: response.url };
  if (response.status === 204) return { html: '', address: response.url };
  try {
    const { error } = JSON.parse(text);
    if (error?.code === 'csrf') location.reload(); // another tab has signed in anew
    else if (error && !background) say(error.message);
  } catch { /* an empty answer says nothing */ }
  return null;
}

// Replaces a block; the focus stays where it was.
export function put(name, html) {
  const old = $(name);
  const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById(name);
  return old && fresh ? replace(old, fresh) : null;
}

function replace(old, fresh) {
  if (old.isEqualNode(fresh)) return old;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  const place = old.scrollTop;
  old.querySelectorAll('details[id][open]').forEach(({ id }) => fresh.querySelector(`#${id}`)?.setAttribute('open', ''));
  old.replaceWith(document.adoptNode(fresh));
  fresh.scrollTop = place;
  if (focused) $(focused)?.focus();
  return fresh;
}

export const key = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

// A form with data-swap replaces blocks; with data-into it opens its answer in a block; with data-quiet the live stream
// shows the effect. A block with data-done says that it was done, and then has the focus.
addEventListener('submit', async (event) => {
  const form = event.target;
  const { swap, into, quiet } = form.dataset;
  if (swap === undefined && into === undefined && quiet === undefined) return leave(event);
  event.preventDefault();
  if (into && !$(into)) return form.submit();
  form.querySelectorAll('[data-fresh]').forEach((field) => { field.value ||= key(); });
  const fields = new FormData(form, event.submitter);
  const body = form.enctype === 'multipart/form-data' ? fields : new URLSearchParams(fields);
  const buttons = form.querySelectorAll('button');
  const what = [...event.submitter?.childNodes ?? []].find((node) => node.nodeType === Node.TEXT_NODE)?.textContent.trim();
  form.querySelector('.problem')?.remove();
  toast.hidden = true;
  buttons.forEach((button) => { button.disabled = true; });
  const done = await part(form.dataset.part ?? swap ?? into ?? 'none', form.action, { body, say: (text) => complain(form, text) });
  buttons.forEach((button) => { button.disabled = false; });
  if (done === null) return (form.querySelector(':is(textarea, input, select)[required]') ?? event.submitter)?.focus();
  forget(form);
  form.closest('dialog')?.close();
  if ('clear' in form.dataset) form.reset();
  if (swap) swap.split(' ').forEach((name) => put(name, done.html));
  if (into) show(into, done);
  const name = into ?? swap?.split(' ')[0];
  const says = name && $(name)?.dataset.done;
  if (says) tell(says.replace('{what}', what ?? ''));
  if (says || swap) $(name)?.querySelector('h1, h2')?.focus();
});

// A form that leads to another page is sent only when the server answers, so that nothing written is lost.
async function leave(event) {
  const form = event.target;
  if (form.method !== 'post' || !form.closest('main, dialog') || form.id === 'composer') return;
  if (form.dataset.leaves) return forget(form);
  event.preventDefault();
  if (!await part('none', '/console/account')) return;
  form.dataset.leaves = 'yes';
  form.requestSubmit(event.submitter);
  delete form.dataset.leaves;
}

// Opens the target of a link or form in one block of this page.
export function show(name, { html, address }) {
  if (!put(name, html)) return;
  if (address !== location.href) history.pushState(null, '', address);
  dispatchEvent(new CustomEvent('shown', { detail: name }));
}
addEventListener('popstate', () => location.reload());

addEventListener('click', async (event) => {
  const link = event.target.closest('a[data-into]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !$(link.dataset.into)) return;
  event.preventDefault();
  const done = await part(link.dataset.into, link.href);
  if (done) show(link.dataset.into, done);
});

addEventListener('focusin', async (event) => {
  if (event.target.getAttribute('list') !== 'units' || $('units').options.length) return;
  const list = await part('none', '/console/units', { background: true });
  if (list) put('units', list.html);
});

addEventListener('change', (event) => {
  const { fill } = event.target.dataset;
  if (!fill || !event.target.value) return;
  const field = $(fill);
  if (field.matches('input')) {
    field.value = event.target.value;
    return;
  }
  const before = field.value.slice(0, field.selectionStart);
  field.focus();
  document.execCommand('insertText', false, (before && !before.endsWith('\n') ? '\n' : '') + event.target.value); // this can be undone
  event.target.value = '';
});

// A citizen's picture, shown on the page it belongs to.
addEventListener('click', (event) => {
  const link = event.target.closest('a[data-picture]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const image = $('picture').querySelector('img');
  image.onload = () => $('picture').showModal();
  image.onerror = () => tell($('picture').dataset.missing);
  image.src = link.href;
});
$('picture').addEventListener('close', () => $('picture').querySelector('img').removeAttribute('src'));

addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) $(opener.dataset.open).showModal();
  if (event.target.closest('[data-dismiss]')) event.target.closest('dialog').close();
});

addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-href]');
  if (row && !event.target.closest('a, button, input, label') && !getSelection().toString()) location.href = row.dataset.href;
});

// Shortcuts: one key, or g and a number; while something is written, one key with Alt. A key works when its element can
// be clicked or focused.
const keys = new Map();
export const onKey = (key, action) => keys.set(key, action);
const typing = (element) => element.closest('input, textarea, select, [contenteditable]');
let prefix = '';

function move(step) {
  const rows = [...document.querySelectorAll('[data-rows] > *')].filter((row) => row.querySelector('a'));
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  next.querySelector('a').focus();
  next.scrollIntoView({ block: 'nearest' });
}
onKey('j', () => move(1));
onKey('k', () => move(-1));
onKey('/', () => document.querySelector('[data-search]')?.focus());
onKey('?', showKeys);

// Lists only keys that work now: `data-works` selects the element that a key is for.
function showKeys() {
  for (const name of $('keys').querySelectorAll('[data-works]')) {
    name.hidden = name.nextElementSibling.hidden = !document.querySelector(name.dataset.works);
  }
  $('keys').showModal();
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  if (typing(event.target) && !event.altKey) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (document.querySelector('dialog[open]')) return;
  const key = event.altKey ? event.code.replace('Key', '').toLowerCase() : prefix + event.key;
  prefix = event.key === 'g' && !prefix ? 'g ' : '';
  if (prefix) return;
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const action = keys.get(key) ?? (element && (() => (element.matches('input, textarea, select') ? element.focus() : element.click())));
  if (action) {
    event.preventDefault();
    action();
  }
});
$('show-keys').addEventListener('click', showKeys);

// Live parts of every page: presence, danger, offers. A danger sounds until somebody takes it.
let alarming;
let offered = null;
let whispered = null;

function seconds() {
  const offer = document.querySelector('[data-until]');
  if (offer) offer.querySelector('[data-left]').textContent = Math.max(0, Math.ceil((new Date(offer.dataset.until) - Date.now()) / 1000));
}
setInterval(seconds, 500);

function sound() {
  alarm();
  setTimeout(() => { $('silenced').hidden = !alarming || !isSilenced(); }, 500);
}

live.on('desk', ({ html }) => {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const name of ['presence', 'alarms', 'offer', 'whispers', 'queue']) if ($(name)) replace($(name), fresh.getElementById(name));
  seconds();
  const danger = document.querySelector('[data-alarm]');
  if (danger && !alarming && live.isKeeper()) {
    alarming = setInterval(sound, 4000);
    sound();
  } else if (!danger) {
    clearInterval(alarming);
    alarming = null;
    $('silenced').hidden = true;
  }
  const offer = document.querySelector('[data-offer]')?.dataset.offer ?? null;
  const whisper = $('whispers').dataset.newest ?? null;
  const news = (offer && offer !== offered) || (whisper && whisper !== whispered);
  if (news && live.isKeeper()) chime();
  offered = offer;
  whispered = whisper;
  document.title = document.title.replace(/^[●!] /, '');
  if (danger || offer || whisper) document.title = `${danger ? '!' : '●'} ${document.title}`;
  document.querySelectorAll('[data-refresh=desk]').forEach(refresh);
});
live.on('beat', () => part('none', '/console/live/here', { body: new URLSearchParams(), background: true })); // we are there
live.on('closed', () => part('none', '/console/account', { background: true })); // a lost session leads to the sign-in
live.on('out', signedOut);
live.on('up', () => { if ($('offline')) $('offline').hidden = true; });
live.on('down', () => { if ($('offline')) $('offline').hidden = false; });

// Refreshes a block when something changed, and by the clock.
async function refresh(block) {
  const done = await part(block.id, location.href, { background: true });
  if (done) put(block.id, done.html);
}
setInterval(() => document.visibilityState === 'visible' && document.querySelectorAll('[data-refresh]').forEach(refresh), 10000);

const restored = restore();
if (restored) tell(document.body.dataset.restored);
if (restored && document.referrer.startsWith(`${location.origin}/console/sign-in`)) {
  restored.closest('dialog')?.showModal();
  restored.focus();
  tell(document.body.dataset.restored);
}
addEventListener('shown', () => restore());
live.start();

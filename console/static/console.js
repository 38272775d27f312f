// Every page: forms that change one part, rows moved through by keyboard, shortcuts, notices.
export const $ = (id) => document.getElementById(id);
const csrf = document.querySelector('meta[name=csrf]').content;

let hiding;
export function tell(text) {
  const toast = $('toast');
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 6000);
}

// One block of a page as the server renders it; null when it said no, which is told.
export async function part(name, address, { body = null, background = false } = {}) {
  const headers = { 'X-Part': name, 'X-CSRF-Token': csrf };
  if (background) headers['X-Background'] = '1';
  let response;
  try {
    response = await fetch(address, { method: body ? 'POST' : 'GET', body, headers });
  } catch {
    return null;
  }
  if (response.status === 401) location.reload();
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/html')) return text;
  try {
    const { error } = JSON.parse(text);
    if (error && !background) tell(error.message);
  } catch { /* an empty answer says nothing */ }
  return null;
}

// Put a block in the place of what was there; focus stays where it was.
export function put(name, html) {
  const old = $(name);
  const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById(name);
  if (!old || !fresh) return null;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  const place = old.scrollTop;
  old.replaceWith(document.adoptNode(fresh));
  fresh.scrollTop = place;
  if (focused) $(focused)?.focus();
  return fresh;
}

addEventListener('submit', async (event) => {
  const form = event.target;
  const name = form.dataset.swap;
  if (!name) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const buttons = form.querySelectorAll('button');
  buttons.forEach((button) => { button.disabled = true; });
  const html = await part(name, event.submitter?.formAction || form.action, { body });
  buttons.forEach((button) => { button.disabled = false; });
  if (html !== null) {
    put(name, html);
    form.dispatchEvent(new CustomEvent('done', { bubbles: true }));
  }
});

addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-href]');
  if (row && !event.target.closest('a, button, input, label') && !getSelection().toString()) location.href = row.dataset.href;
});

// Shortcuts: one key, or g and a number. A key works when its element can be clicked or focused.
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
onKey('?', () => $('keys').showModal());

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (document.querySelector('dialog[open]')) return;
  const key = prefix + event.key;
  prefix = event.key === 'g' && !prefix ? 'g ' : '';
  if (prefix) return;
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const action = keys.get(key) ?? (element && (() => (element.matches('input, textarea, select') ? element.focus() : element.click())));
  if (action) {
    event.preventDefault();
    action();
  }
});
$('show-keys').addEventListener('click', () => $('keys').showModal());

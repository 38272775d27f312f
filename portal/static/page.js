// What every page shares: building elements without markup, times, numbers, the large-print switch.
import * as store from './store.js';

export const $ = (id) => document.getElementById(id);
export const language = document.documentElement.lang;

// h('p.hint', {id: 'x'}, 'text', child): text always becomes text, never markup.
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

const format = (options) => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone: 'Asia/Shanghai', ...options });
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const [clock, day, dayAndClock] = [CLOCK, { month: 'short', day: 'numeric' }, { month: 'short', day: 'numeric', ...CLOCK }].map(format);
export const dayOf = (date) => day.format(date);
export const momentOf = (date) => dayAndClock.format(date);

// "14:05" today, "yesterday 14:05", else with the date.
export function agoOf(date, words) {
  const today = dayOf(new Date());
  const yesterday = dayOf(new Date(Date.now() - 864e5));
  if (dayOf(date) === today) return `${words.today} ${clock.format(date)}`;
  if (dayOf(date) === yesterday) return `${words.yesterday} ${clock.format(date)}`;
  return momentOf(date);
}

// Digits in the groups people read, 261122 00043 7; full-width digits become plain ones.
export const digitsOf = (text) => text.normalize('NFKC').replace(/\D/g, '');
export const grouped = (digits) => [digits.slice(0, 6), digits.slice(6, 11), digits.slice(11)].filter(Boolean).join(' ');

function groupWhileTyping(input) {
  let composing = false;
  const regroup = () => {
    if (composing) return;
    const digitsBefore = digitsOf(input.value.slice(0, input.selectionStart)).length;
    const text = grouped(digitsOf(input.value).slice(0, 12));
    if (text === input.value) return;
    input.value = text;
    let at = 0;
    for (let seen = 0; seen < digitsBefore && at < text.length; at++) if (text[at] !== ' ') seen++;
    input.setSelectionRange(at, at);
  };
  input.addEventListener('compositionstart', () => { composing = true; });
  input.addEventListener('compositionend', () => { composing = false; regroup(); });
  input.addEventListener('input', regroup);
}

export function start() {
  document.querySelectorAll('[data-number]').forEach(groupWhileTyping);
  const root = document.documentElement;
  const button = $('large');
  const show = (on) => {
    root.classList.toggle('large', on);
    button.setAttribute('aria-pressed', on);
  };
  button.addEventListener('click', () => {
    const on = !root.classList.contains('large');
    store.set('large', on ? '1' : '0');
    show(on);
    dispatchEvent(new Event('resize'));
  });
  show(store.get('large') === '1');
  store.onChange((key) => key === 'large' && show(store.get('large') === '1'));
}

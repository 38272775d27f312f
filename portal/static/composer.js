// The citizen's text field: grows with the text, Enter sends, an input method is never interrupted.
import { $, fill } from './page.js';

const LIMIT = 10_000;
const WARN = 500;
const DRAFT = 'yht.draft';

export function composer(words, send) {
  const [form, input, limit] = [$('composer'), $('say'), $('limit')];
  const examples = [...$('examples').querySelectorAll('button')].map((button) => button.textContent.trim());
  let composing = false;

  const keepDraft = (text) => {
    try {
      sessionStorage.setItem(DRAFT, text);
    } catch { /* the draft lives in the page only */ }
  };
  const refresh = () => {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight + 2}px`;
    const count = input.value.length > LIMIT - WARN ? [...input.value].length : 0;
    limit.textContent = count > LIMIT ? fill(words.too_long, { count, limit: LIMIT })
      : count > LIMIT - WARN ? fill(words.near_limit, { left: LIMIT - count }) : '';
    form.classList.toggle('too-long', count > LIMIT);
    form.classList.toggle('ready', input.value.trim() !== '' && count <= LIMIT);
    keepDraft(input.value);
    return count <= LIMIT;
  };
  const put = (text) => {
    input.value = text;
    refresh();
    input.focus();
    input.setSelectionRange(text.length, text.length);
  };

  input.addEventListener('compositionstart', () => { composing = true; });
  input.addEventListener('compositionend', () => { composing = false; });
  input.addEventListener('input', refresh);
  addEventListener('resize', refresh);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (event.isComposing || composing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  const submit = () => {
    const text = input.value.trim();
    if (composing || !text || !refresh()) return input.focus();
    send(text);
    put('');
  };
  // An example, or a message that comes back for a change, never replaces what is already written.
  const add = (text) => put(input.value.trim() && !examples.includes(input.value) ? `${input.value}\n${text}` : text);
  $('examples').addEventListener('click', (event) => event.target.closest('button') && add(event.target.textContent.trim()));
  try {
    input.value = sessionStorage.getItem(DRAFT) ?? '';
  } catch { /* no draft */ }
  refresh();
  return { add, focus: () => input.focus() };
}

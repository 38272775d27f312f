// Keeps what is being written in this tab until it is sent, over a reload, an expired session, the back button. It is
// kept for each person and field, and deleted when they sign out.
const person = document.body.dataset.person;
const FIELDS = 'textarea, select, input:not([type=hidden], [type=password], [type=checkbox], [type=radio], [type=search])';
const isKept = (field) => field.matches?.(FIELDS) && field.name && field.form?.method === 'post';
const name = (form) => `draft:${person}:${form.getAttribute('action')}:`;
const kept = (start) => Object.keys(sessionStorage).filter((key) => key.startsWith(start));

addEventListener('input', ({ target }) => {
  if (isKept(target)) sessionStorage.setItem(name(target.form) + target.name, target.value);
});

export function forget(form) {
  for (const key of kept(name(form))) sessionStorage.removeItem(key);
}

// Restores what was not sent; returns the first field that has a text, if any.
export function restore(root = document) {
  let found = null;
  for (const form of root.querySelectorAll('form[method=post]')) {
    for (const key of kept(name(form))) {
      const field = form.elements[key.slice(name(form).length)];
      if (!field || !isKept(field) || field.value === sessionStorage.getItem(key)) continue;
      field.value = sessionStorage.getItem(key);
      if (field.matches('textarea, input')) found ??= field;
    }
  }
  return found;
}

for (const key of kept('draft:')) if (!key.startsWith(`draft:${person}:`)) sessionStorage.removeItem(key);
addEventListener('submit', ({ target }) => {
  if (target.getAttribute('action')?.endsWith('/sign-out')) kept('draft:').forEach((key) => sessionStorage.removeItem(key));
});

// Several tickets at once: the ticked ones are sent with the form of the action.
import { $, onKey } from './console.js';

const ticked = () => [...document.querySelectorAll('#list [name=number]:checked')];

addEventListener('change', (event) => {
  if ('all' in event.target.dataset) {
    document.querySelectorAll('#list [name=number]').forEach((box) => { box.checked = event.target.checked; });
  }
  $('chosen').textContent = ticked().length;
  $('bulk-bar').hidden = !ticked().length;
});
addEventListener('click', (event) => {
  const action = event.target.closest('[data-bulk]')?.dataset.bulk;
  if (action) $(`bulk-${action}`).showModal();
});
addEventListener('submit', (event) => {
  if (!('numbers' in event.target.dataset)) return;
  for (const box of ticked()) event.target.append(Object.assign(box.cloneNode(), { type: 'hidden' }));
});
onKey('x', () => document.activeElement.closest('tr')?.querySelector('[name=number]').click());

// "My tickets": one card per ticket with its status, and its steps on request.
import { $, fill, grouped, h, momentOf } from './page.js';

const ENDED = ['replied', 'follow_up', 'closed', 'merged', 'transferred', 'informed', 'withdrawn', 'terminated', 'archived'];

export function showTickets(tickets, all) {
  const place = $('tickets');
  const state = JSON.stringify(tickets);
  if (place.dataset.shown === state) return;
  const open = new Set([...place.querySelectorAll('details[open]')].map((element) => element.dataset.number));
  place.dataset.shown = state;
  const { script: words } = all;
  if (!tickets.length) {
    place.replaceChildren(h('div.card.empty', {}, h('p', {}, words.none), h('p.hint', {}, words.none_more),
      h('p', {}, h('a.primary', { href: '#chat' }, words.start))));
    return;
  }
  place.replaceChildren(...tickets.map((ticket) => one(ticket, all, open.has(ticket.number))));
}

export function showTicketsNote(text) {
  const place = $('tickets');
  if (!place.dataset.shown) place.replaceChildren(h('p.hint', {}, text));
}

function one(ticket, { script: words, status, node }, isOpen) {
  const steps = [...ticket.timeline].reverse().map((step) => h('li', {},
    h('p.step', {}, node[step.node] ?? '', ' ', h('time', { datetime: step.at }, momentOf(new Date(step.at)))),
    h('p', step.language === 'en' ? {} : { lang: 'zh-CN' }, step.text)));
  const due = ENDED.includes(ticket.status) ? null
    : h('p.due', {}, fill(words.due, { when: momentOf(new Date(ticket.due_at)) }));
  return h('article.card.mine', {},
    h('p.row', {}, h('span.digits', {}, grouped(ticket.number)),
      h(`span.chip.${ticket.status}`, {}, status[ticket.status] ?? ticket.status_text)),
    h('h2', { lang: 'zh-CN' }, ticket.title), h('p.hint', { lang: 'zh-CN' }, ticket.unit ?? ''), due,
    ticket.reply ? h('p.reply.said', { lang: 'zh-CN' }, ticket.reply) : null,
    h('details', { 'data-number': ticket.number, open: isOpen },
      h('summary', {}, words.steps), h('ol.timeline', { reversed: true }, ...steps)));
}

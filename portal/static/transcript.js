// The conversation on the screen, in order of seq; unconfirmed messages are at the end.
import { $, agoOf, fill, grouped, h, momentOf } from './page.js';

const PAUSE = 10 * 60e3;
const TYPING_AT_MOST = 20e3;
const AGENT_TYPES = 4e3;
const FRESH = 60e3;
const NEAR = 80;
const LINKS = /https?:\/\/[^\s<>"'，。；、）】》]+|\d+(?:[.\-/:]\d+)*[/％%元号年月日天个分米层栋楼]?/g;
const LINE = /^(?:110|119|120|122|12[1-9]\d\d)$/;
const CALL = /(?:拨打?|请打|电话|热线|call|dial)[:：]?\s*$/i;
const NUMBER = /^(?:\d{5}|0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4})$/;

export class Transcript {
  // actions: retry(id) and edit(id) for a refused message; say(text) for a tapped answer.
  constructor(words, actions) {
    Object.assign(this, { words, actions, lastSeq: 0, lines: new Map(), log: $('log'), scroller: $('scroll') });
    let wasAtEnd = true;
    this.scroller.addEventListener('scroll', () => {
      wasAtEnd = this.atEnd();
      if (wasAtEnd) $('newer').hidden = true;
    }, { passive: true });
    new ResizeObserver(() => wasAtEnd && !this.isEmpty() && this.toEnd()).observe(this.scroller); // a banner comes, the last line stays
    $('newer').addEventListener('click', () => this.toEnd());
  }

  // Shows a line of the transcript from the server; returns false if it was shown before.
  show(message) {
    if (message.seq <= this.lastSeq) return false;
    const follow = !this.lastSeq || this.atEnd(); // whoever comes back begins at the newest line
    this.lastSeq = message.seq;
    const own = message.author === 'citizen' && this.lines.get(message.id);
    if (message.author === 'citizen') this.log.querySelectorAll('.choices').forEach((element) => element.remove());
    const line = own || this.makeLine(message.author, message.text, message.data);
    if (own) this.mark(message.id, 'stored');
    else if (message.id) this.lines.set(message.id, line);
    line.dataset.seq = message.seq;
    this.place(line, new Date(message.at));
    this.typing(message.author === 'citizen' && Date.now() - new Date(message.at) < FRESH);
    this.settle(follow);
    return true;
  }

  // Shows the citizen's own message that the server has not confirmed.
  showPending({ id, text }) {
    if (this.lines.has(id)) return;
    const line = this.makeLine('citizen', text, null);
    line.append(h('div.state'));
    this.lines.set(id, line);
    this.log.append(line);
    this.toEnd();
  }

  // state: sending, waiting, stored, failed (with the reason).
  mark(id, state, reason) {
    const line = this.lines.get(id);
    const place = line?.querySelector('.state');
    if (!place || place.dataset.state === 'stored' || (place.dataset.state === state && state !== 'failed')) return;
    const follow = this.atEnd();
    place.dataset.state = state;
    const { words, actions } = this;
    if (state === 'failed') {
      const edit = h('button', { type: 'button', onclick: () => actions.edit(id) }, words.edit);
      const retry = h('button', { type: 'button', onclick: () => actions.retry(id) }, words.retry);
      place.replaceChildren(h('span', {}, fill(words.failed, { reason })), retry, edit);
    } else place.replaceChildren(words[state]);
    if (state === 'stored') this.typing(true);
    if (follow) this.toEnd();
  }

  forget(id) {
    this.lines.get(id)?.remove();
    this.lines.delete(id);
  }

  isEmpty() {
    return this.lines.size === 0;
  }

  clear() {
    this.lastSeq = 0;
    this.lines.clear();
    this.log.querySelectorAll('.line:not(.hello), .pause').forEach((element) => element.remove());
  }

  makeLine(author, text, data) {
    const { words } = this;
    const who = h('p.who', {}, words[author] ?? author);
    if (author === 'assistant') who.append(' ', h('span', {}, words.assistant_role));
    const bubble = h('div.bubble', { lang: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en' });
    bubble.append(...(author === 'citizen' ? [text] : linked(text)));
    const line = h(`div.line.${author}`, {}, who, bubble);
    if (data?.ticket?.number) line.append(this.card(data.ticket));
    if (data?.choices) line.append(this.choices(data.choices));
    return line;
  }

  // Answers to tap; typing an answer works as well.
  choices(texts) {
    const say = (event, text) => {
      event.currentTarget.parentElement.remove();
      this.actions.say(text);
    };
    return h('p.choices', {}, ...texts.map((text) =>
      h('button.second', { type: 'button', onclick: (event) => say(event, text) }, text)));
  }

  card({ number, code }) {
    const { words } = this;
    const copied = h('span.copied', { role: 'status' });
    const text = fill(words.copy_text, { number: grouped(number), code });
    const copy = async () => {
      copied.textContent = (await toClipboard(text)) ? words.copied : text;
    };
    return h('section.ticket-card', { 'aria-label': words.card },
      h('p.title', {}, words.card),
      h('dl', {},
        h('div', {}, h('dt', {}, words.number), h('dd.digits', {}, grouped(number))),
        h('div', {}, h('dt', {}, words.code), h('dd.digits', {}, code))),
      h('p.hint', {}, words.keep),
      h('p.actions', {},
        h('button', { type: 'button', onclick: copy }, words.copy),
        h('a', { href: '#tickets' }, words.see), copied));
  }

  // Puts a line after all earlier ones and before all later or unconfirmed ones; after a pause in the talk, with the
  // time.
  place(line, at) {
    const seq = Number(line.dataset.seq);
    let later = null;
    for (let other = this.log.lastElementChild; other; other = other.previousElementSibling) {
      if (other.classList.contains('hello') || Number(other.dataset.seq) < seq) break;
      if (other !== line && other.classList.contains('line')) later = other;
    }
    if (!line.isConnected || line.nextElementSibling !== later) this.log.insertBefore(line, later);
    if (!this.lastAt || at - this.lastAt > PAUSE) {
      const time = h('time', { datetime: at.toISOString(), title: momentOf(at) }, agoOf(at, this.words));
      this.log.insertBefore(h('p.pause', {}, time), line);
    }
    this.lastAt = at;
  }

  // Shows "…" from the moment a message is stored until something is answered.
  typing(on, atMost = TYPING_AT_MOST) {
    if (on && this.withAgent && atMost !== AGENT_TYPES) return; // an agent says when they write
    clearTimeout(this.typingEnds);
    const follow = this.atEnd();
    $('typing').hidden = !on;
    if (on) this.typingEnds = setTimeout(() => { $('typing').hidden = true; }, atMost);
    if (follow) this.toEnd();
  }

  // The agent is writing: shows "…" for a moment.
  agentTypes() {
    this.typing(true, AGENT_TYPES);
  }

  // The agent has read up to a seq: says so under the citizen's last line.
  read(seq) {
    const own = [...this.log.querySelectorAll('.line.citizen')].filter((line) => Number(line.dataset.seq) <= seq).pop();
    this.log.querySelector('.seen')?.remove();
    own?.append(h('div.state.seen', {}, this.words.seen));
  }

  atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    $('newer').hidden = true;
  }

  settle(follow) {
    if (follow) this.toEnd();
    else $('newer').hidden = false;
  }
}

// Text in which addresses and telephone numbers can be tapped.
function linked(text) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINKS)) {
    const isAddress = found.startsWith('http');
    if (!isAddress && !LINE.test(found) && !(NUMBER.test(found) && CALL.test(text.slice(from, index)))) continue;
    const link = isAddress ? { href: found, target: '_blank', rel: 'noopener noreferrer' } : { href: `tel:${found}` };
    parts.push(text.slice(from, index), h('a', link, found));
    from = index + found.length;
  }
  return [...parts, text.slice(from)];
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

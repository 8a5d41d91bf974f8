/**
 * A meeting's page: the agenda is the video's list of chapters. `#t=95`, `#t=1:35`, `#item=i20`, `#poll=nq1`,
 * `#result=nq1` and `#speaker=m03-41` behind the page's address lead to that moment.
 */
import Hls from 'hls.js';

import { part, position, put, say, theVideo } from './page';
import { parsed, type Thumb, thumbAt } from './thumbs';

interface Chapter {
  link: HTMLAnchorElement;
  anchor: string;
  start: number;
  end: number;
  title: string;
}

const meeting = part('meeting');
const playlist = meeting.dataset['playlist'];
const chapters: Chapter[] = [...document.querySelectorAll<HTMLAnchorElement>('#agenda a.chapter')].map((link) => ({
  link,
  anchor: link.dataset['anchor'] ?? '',
  start: Number(link.dataset['start']),
  end: Number(link.dataset['end']),
  title: link.querySelector('.what')?.firstChild?.textContent?.trim() ?? '',
}));

/** A moment to go to, from what stands behind the #; null when it names none. */
function wanted(hash: string): number | null {
  const anchor = decodeURIComponent(hash.replace(/^#/, ''));
  const time = /^t=(?:(\d+):)?(?:(\d+):)?(\d+(?:\.\d+)?)$/.exec(anchor);
  if (time !== null) {
    const [, first, second, seconds] = time;
    const [hours, minutes] = second === undefined ? [0, first ?? 0] : [first ?? 0, second];
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  }
  const link = document.querySelector<HTMLElement>(`[data-anchor="${CSS.escape(anchor)}"]`);
  return link === null ? null : Number(link.dataset['start']);
}

function play(video: HTMLVideoElement, address: string): void {
  const first = wanted(location.hash);
  // Captions and chapters belong to the <video>, so only the sources go.
  for (const source of video.querySelectorAll('source')) source.remove();
  if (Hls.isSupported()) {
    const hls = new Hls({ startPosition: first ?? -1, maxBufferLength: 30, backBufferLength: 60 });
    hls.loadSource(address);
    hls.attachMedia(video);
  } else {
    video.src = address;
    if (first !== null) video.addEventListener('loadedmetadata', () => { video.currentTime = first; }, { once: true });
  }
}

function follow(video: HTMLVideoElement): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-anchor]')) {
    link.setAttribute('href', `#${link.dataset['anchor'] ?? ''}`);
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(null, '', link.hash);
      go(video, Number(link.dataset['start']), true);
    });
  }
  window.addEventListener('hashchange', () => {
    const seconds = wanted(location.hash);
    if (seconds !== null) go(video, seconds, false);
  });
  video.addEventListener('timeupdate', () => { mark(video.currentTime); });
}

function go(video: HTMLVideoElement, seconds: number, start: boolean): void {
  // A hair behind the joint, so that the picture is the chapter's own and not the last of the one before.
  video.currentTime = seconds + 0.001;
  mark(seconds + 0.001);
  video.scrollIntoView({ block: 'nearest' });
  if (start) video.play().catch(() => undefined);
}

/** Which lines of the agenda the picture belongs to. */
function mark(seconds: number): void {
  let item = '';
  for (const { link, anchor, start, end, title } of chapters) {
    const here = seconds >= start && seconds < end;
    if (here) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    if (here && anchor.startsWith('item=')) item = title;
  }
  put('playing', item);
}

/** The arrow keys move through the list; Enter follows the link, as everywhere. */
function byKeyboard(): void {
  part('agenda').addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = chapters.findIndex(({ link }) => link === document.activeElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? chapters.length - 1 : at + (step ?? 0);
    if (at === -1 || to === at || chapters[to] === undefined) return;
    event.preventDefault();
    chapters[to].link.focus();
  });
}

/** The picture of a moment beside its line, for whoever points at it or walks by keyboard. */
async function pictures(address: string): Promise<void> {
  const answer = await fetch(address, { credentials: 'omit' }).catch(() => null);
  if (answer?.ok !== true) return;
  const thumbs: Thumb[] = parsed(await answer.text(), answer.url);
  const box = part('thumb');
  for (const { link, start } of chapters) {
    const show = () => {
      const thumb = thumbAt(thumbs, start);
      if (thumb === null) return;
      const place = link.getBoundingClientRect();
      box.style.width = `${thumb.width}px`;
      box.style.height = `${thumb.height}px`;
      box.style.backgroundImage = `url("${thumb.sheet}")`;
      box.style.backgroundPosition = `-${thumb.x}px -${thumb.y}px`;
      box.style.top = `${Math.max(8, place.top - thumb.height - 8)}px`;
      box.style.right = `${Math.max(8, document.documentElement.clientWidth - place.right)}px`;
      box.hidden = false;
    };
    const hide = () => { box.hidden = true; };
    link.addEventListener('pointerenter', show);
    link.addEventListener('focus', show);
    link.addEventListener('pointerleave', hide);
    link.addEventListener('blur', hide);
  }
}

function linkToNow(video: HTMLVideoElement): void {
  const button = part('copy');
  button.hidden = !('clipboard' in navigator);
  button.addEventListener('click', () => {
    const address = new URL(location.href);
    address.hash = `t=${position(video.currentTime)}`;
    void navigator.clipboard.writeText(address.href).then(() => { put('copied', say('link_copied')); });
  });
}

if (playlist !== undefined) {
  const video = theVideo();
  play(video, new URL(playlist, document.baseURI).href);
  follow(video);
  byKeyboard();
  linkToNow(video);
  if (meeting.dataset['thumbs'] !== undefined) void pictures(new URL(meeting.dataset['thumbs'], document.baseURI).href);
}

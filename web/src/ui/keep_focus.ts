/**
 * Keeps the place of whoever works by keyboard. A push may take away the very thing that has the focus: a step that is
 * done, a choice that is closed. The browser would drop the focus to the beginning of the page and a screen reader would
 * fall silent; here it goes to the nearest part around it that is still there. Who points or touches is left alone.
 */
const PARTS = 'section, article, form, fieldset, dialog, [role=tabpanel], main';

export function keepFocus(): void {
  let last: HTMLElement | null = null;
  let around: HTMLElement[] = [];
  let byKeyboard = false;
  let looking = false;

  function lookSoon() {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      look();
    });
  }

  function look() {
    if (!byKeyboard || last === null) return;
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    if (isThere(last)) {
      // What is only asleep until the server has answered gets it back when it wakes up.
      if (!last.matches(':disabled')) last.focus({ preventScroll: true });
      return;
    }
    const part = around.find((one) => isThere(one)) ?? document.querySelector('main');
    if (part === null) return;
    if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  document.addEventListener('keydown', () => (byKeyboard = true), { capture: true });
  document.addEventListener('pointerdown', () => (byKeyboard = false), { capture: true });
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    around = [];
    for (let one = target.parentElement; one !== null; one = one.parentElement) if (one.matches(PARTS)) around.push(one);
  });
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || target !== last) return;
    // Whoever left the page by the Tab key meant it; what was taken away, put to sleep or folded up did not.
    setTimeout(() => {
      if (target === last && last !== null && isThere(last) && !last.matches(':disabled')) last = null;
      else lookSoon();
    });
  });
  new MutationObserver(lookSoon).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden', 'open'],
  });
}

function isThere(one: HTMLElement): boolean {
  return one.isConnected && one.checkVisibility({ visibilityProperty: true });
}

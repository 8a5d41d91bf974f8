/* What is too small or cut off on the page as it is: lines that say where. `limits`: {text, target} in CSS pixels. */
(limits) => {
  const wrong = [];
  const around = (one) => (one === null ? [] : [one, ...around(one.parentElement)]);
  /* Left to screen readers: one pixel, and nothing of it to be seen. */
  const spoken = (one) => around(one).some((box) => getComputedStyle(box).clipPath === 'inset(50%)');
  const shown = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && one.closest('.unseen, [inert], [aria-hidden="true"]') === null && !spoken(one);
  const where = (one) => `${one.tagName.toLowerCase()}.${String(one.getAttribute('class') ?? '').replace(/ ?svelte-\w+/g, '')}: ${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60)}`;
  const add = (what, one) => wrong.push(`${what} ${where(one)}`);
  const modal = document.querySelector('dialog:modal');
  const root = modal ?? document.body;

  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`page ${document.documentElement.scrollWidth} px wide`);

  const seen = new Set();
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === '' || seen.has(one) || one.closest('script, style, option, svg') || !shown(one)) continue;
    seen.add(one);
    const style = getComputedStyle(one);
    if (parseFloat(style.fontSize) < limits.text) add(`text ${style.fontSize}`, one);
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    for (let outer = one; outer !== null && outer !== root; outer = outer.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(outer);
      if (overflowX === 'auto' || overflowX === 'scroll') break;
      const edge = outer.getBoundingClientRect();
      if (overflowX !== 'visible' && textOverflow !== 'ellipsis' && box.right > edge.right + 1) {
        add('cut', one);
        break;
      }
    }
    /* A text that ends in an ellipsis is as wide as the box that it ends in. */
    const ending = around(one).find((box) => getComputedStyle(box).textOverflow === 'ellipsis');
    const right = ending === undefined ? box.right : Math.min(box.right, ending.getBoundingClientRect().right);
    if (right > innerWidth + 1 && !one.closest('[data-wide]')) {
      if (!around(one).some((box) => /auto|scroll/.test(getComputedStyle(box).overflowX))) add('beyond the edge', one);
    }
  }

  for (const one of root.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=tab]')) {
    if (!shown(one)) continue;
    const label = one.matches('input[type=radio], input[type=checkbox], input[type=file]') ? one.closest('label') : null;
    const boxes = [one, label].filter(Boolean).map((found) => found.getBoundingClientRect());
    const width = Math.max(...boxes.map((box) => box.width));
    const height = Math.max(...boxes.map((box) => box.height));
    // A link in the middle of a sentence is as high as its line (WCAG 2.5.8 has the same exception).
    const parent = one.parentElement;
    if (one.matches('a') && getComputedStyle(one).display === 'inline' && parent.textContent.trim() !== one.textContent.trim()) continue;
    if (width > 1 && (height < limits.target - 0.5 || width < limits.target - 0.5)) add(`target ${Math.round(width)}x${Math.round(height)}`, one);
  }
  return wrong;
}

"""Hands on the keyboard and nowhere else: after every key the place one is at must be seen, and must be a place."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

TABS_AT_MOST: Final = 250
_HERE: Final = """wanted => {
  const one = document.activeElement;
  if (one === null || one === document.body || one === document.documentElement) return {nowhere: true};
  const box = one.getBoundingClientRect();
  const ringed = found => {
    const style = found === null ? null : getComputedStyle(found);
    return style !== null && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const ring = ringed(one) || ringed(one.closest('label')) || ringed(one.parentElement);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const inSight = bottom > top && right > left;
  const above = inSight ? document.elementFromPoint((left + right) / 2, (top + bottom) / 2) : null;
  const label = one.closest('label');
  const covered = inSight && box.height < innerHeight / 2 && above !== null
    && !one.contains(above) && !above.contains(one) && !(label?.contains(above) ?? false);
  return {
    nowhere: false, there: one === wanted, ring, inSight, covered,
    name: `${one.tagName} ${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 60)}`,
  };
}"""


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, wanted: Locator, key: str = "Tab") -> None:
        """Go there; on the way every place is seen, and no place is left for nowhere but at the page's end."""
        expect(wanted).to_be_visible()
        expect(wanted).to_be_enabled()
        target, gone = wanted.element_handle(), 0
        for pressed in range(TABS_AT_MOST):
            here = self.page.evaluate(_HERE, target)
            gone += here["nowhere"]
            if not here["nowhere"]:
                assert here["ring"], f"the focus cannot be seen on {here['name']}"
                # What the page has grown by since the last key is not where the keys went.
                assert here["inSight"] or not pressed, f"{here['name']} has the focus and is out of sight"
                assert not (here["covered"] and pressed), f"{here['name']} has the focus and something lies over it"
                if here["there"]:
                    return
            assert gone <= 2, "the page's end was passed twice"
            self.page.keyboard.press(key)
        pytest.fail(f"{key} never comes to {wanted}")

    def go(self, wanted: Locator) -> None:
        """Reach it and press Enter."""
        self.reach(wanted)
        self.press("Enter")

    def fill(self, wanted: Locator, text: str) -> None:
        """Reach a field and type."""
        self.reach(wanted)
        self.page.keyboard.type(text)
        expect(wanted).to_have_value(text)

    def tab(self, name: str) -> None:
        """Of a row of tabs: Tab goes to the chosen one, arrows along the row."""
        tablist = self.page.get_by_role("tablist").first
        self.reach(tablist.get_by_role("tab", selected=True))
        self.reach(tablist.get_by_role("tab", name=name, exact=True), "ArrowRight")

    def kept(self) -> None:
        """A step is done, the page has changed: whoever did it still is somewhere on it."""
        self.page.wait_for_function("() => document.activeElement !== null && document.activeElement !== document.body")

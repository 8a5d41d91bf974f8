"""QR codes for pages: cards, sheets on the wall, the pages by which tablets join."""

from io import BytesIO

import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage


def svg(text: str) -> bytes:
    """The QR code of `text` as an SVG document of its own, without a background."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2, image_factory=SvgPathImage)
    code.add_data(text)
    into = BytesIO()
    code.make_image().save(into)
    return into.getvalue()


def qr(text: str) -> Markup:
    """The same as an SVG element to stand in a page; it has the size its class gives it."""
    drawn = svg(text).decode()
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - drawn here from a text that is not part of the markup

"""QR codes as SVG: black on white, readable on a projector, with no picture library."""

from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage


def svg(text: str) -> bytes:
    """The QR code of `text` as an SVG document of its own."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2, image_factory=SvgPathImage)
    code.add_data(text)
    into = BytesIO()
    code.make_image().save(into)
    # Not every viewer takes a missing background for white, and a dark page would make the code unreadable.
    return into.getvalue().replace(b"<path ", b'<rect width="100%" height="100%" fill="#fff"/><path ', 1)

"""QR codes as SVG: black on white, readable on a projector, with no picture library."""

from appliance import qr_code


def svg(text: str) -> bytes:
    """The QR code of `text` as an SVG document of its own."""
    # Not every viewer takes a missing background for white, and a dark page would make the code unreadable.
    return qr_code.svg(text).replace(b"<path ", b'<rect width="100%" height="100%" fill="#fff"/><path ', 1)

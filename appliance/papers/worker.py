"""Opens one file and writes its pages as pictures, and its text. Runs where it can do no harm: it believes nothing.

    python -I worker.py '{"source": …, "out": …, "media": …, "widths": […], "max_pages": …, "memory": …, "cpu": …}'

It imports nothing of the appliance. On standard output it tells how far it is: `{"total": n}`, then `{"text": true}`
once `text.json` is written, then `{"done": k}` for each page. A problem is `{"problem": code}` and exit code 3.
"""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from PIL import Image, ImageChops, ImageOps

OFFICE_MEMORY = 4 << 30
"""LibreOffice reserves far more than it uses."""
MAX_FILE = 256 << 20
MAX_PIXELS = 120_000_000
MAX_HEIGHT = 3
"""A page is at most so many times as high as it is wide; what is longer is made narrower."""
QUALITY, METHOD = 70, 1
"""WebP: method 1 takes a third of the time of the default, for files that are a tenth larger."""
GREYS = 16
"""Printed text needs no more, and is then half as large and sharper than as a photograph."""
GLANCE, GLANCE_GREYS, GLANCE_QUALITY = 600, 3, 30
"""Up to this width a picture is for whoever leafs: it has to be there at once, and may be coarse."""
COLOURED = 24
"""Red, green and blue so far apart are a colour."""
_SWITCHES = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "BlockUntrustedRefererLinks": "true",
    "DisableActiveContent": "true",
}
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for name, value in _SWITCHES.items()
    )
    + "</oor:items>"
)


def main(order: dict[str, Any]) -> None:
    """One file, whatever it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu"], order["cpu"]))
    out, media = Path(order["out"]), str(order["media"])
    source = Path(order["source"])
    if media.startswith("image/"):
        _limit_memory(order["memory"])
        _pictures(source, out, order)
        return
    if media != "application/pdf":
        source = _office(source, out, media)
    _limit_memory(order["memory"])
    _pdf(source, out, order)


def _limit_memory(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _office(source: Path, out: Path, media: str) -> Path:
    """A text or a table as PDF, by LibreOffice with a profile of its own that runs nothing and fetches nothing."""
    home = Path(os.environ["HOME"])
    profile = home / "office"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    named = home / ("paper.docx" if "wordprocessing" in media else "paper.xlsx")
    named.write_bytes(source.read_bytes())
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo", "--nodefault",
         "--nolockcheck", "--convert-to", "pdf", "--outdir", str(out), str(named)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False,
        preexec_fn=lambda: _limit_memory(OFFICE_MEMORY),
    )  # fmt: skip
    made = out / "paper.pdf"
    if done.returncode != 0 or not made.exists():
        problem("paper-damaged")
    return made


def _pdf(source: Path, out: Path, order: dict[str, Any]) -> None:
    import pypdfium2 as pdfium  # noqa: PLC0415 - pictures need none of it

    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        problem("paper-encrypted" if "password" in str(error).lower() else "paper-damaged")
    pages = len(document)
    _count(pages, order)
    texts = []
    for number in range(pages):
        page = document[number]
        text = page.get_textpage()
        texts.append(text.get_text_bounded())
        text.close()
        page.close()
    _write_text(out, texts)
    if document.get_formtype():
        document.init_forms()
    largest = max(order["widths"])
    for number in range(1, pages + 1):
        page = document[number - 1]
        width, height = page.get_size()
        if not (0 < width < 20_000 and 0 < height < 20_000):
            problem("paper-damaged")
        scale = min(largest / width, largest * MAX_HEIGHT / height)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        _save(bitmap.to_pil().convert("RGB"), out, number, order["widths"])
        bitmap.close()
        page.close()
        tell(done=number)
    document.close()


def _pictures(source: Path, out: Path, order: dict[str, Any]) -> None:
    """Photographs and scans; what a camera noted beside the picture (where, when) is left out."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(source) as image:
            pages = int(getattr(image, "n_frames", 1))
            _count(pages, order)
            _write_text(out, [""] * pages)
            for number, frame in enumerate(_frames(image, pages), 1):
                _save(frame, out, number, order["widths"])
                frame.save(out / "paper.pdf", append=number > 1, resolution=150)
                tell(done=number)
    except Image.DecompressionBombError:
        problem("paper-bomb")
    except (OSError, SyntaxError, ValueError, EOFError):
        problem("paper-damaged")


def _frames(image: Any, pages: int) -> Iterator[Any]:
    for frame in range(pages):
        image.seek(frame)
        if image.width * image.height > MAX_PIXELS:
            problem("paper-bomb")
        turned = ImageOps.exif_transpose(image)
        if turned.mode in {"RGBA", "LA", "P", "PA"}:
            turned = turned.convert("RGBA")
            white = Image.new("RGB", turned.size, "white")
            white.paste(turned, mask=turned.getchannel("A"))
            turned = white
        yield turned.convert("RGB")


def _save(image: Any, out: Path, page: int, widths: list[int]) -> None:
    """At each width; never larger than it is."""
    grey = _is_grey(image)
    if grey:
        image = image.convert("L")
    for width in sorted(widths, reverse=True):
        share = min(1.0, width / image.width, width * MAX_HEIGHT / image.height)
        size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
        # Halving by whole pixels keeps letters sharp and costs least.
        image = image if size == image.size else image.resize(size, 3, reducing_gap=2.0)
        greys, quality = (GREYS, QUALITY) if width > GLANCE else (GLANCE_GREYS, GLANCE_QUALITY)
        (out / f"p{page:04}-{width}.webp").write_bytes(_packed(image, greys if grey else 0, quality))


def _packed(image: Any, greys: int, quality: int) -> bytes:
    """Text in few greys (0: it has colours) and without loss, or as a photograph is packed; whichever is smaller."""
    drawn = b""
    if greys:
        step = 255 / (greys - 1)
        drawn = _webp(image.point([round(round(v / step) * step) for v in range(256)]), lossless=True)
    # A page of text stays below a fifth of a byte for each of its points; only what does not is tried both ways.
    if drawn and len(drawn) * 5 < image.width * image.height:
        return drawn
    photograph = _webp(image, quality=quality)
    return drawn if drawn and len(drawn) < len(photograph) else photograph


def _webp(image: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    image.convert("RGB").save(file, "WEBP", method=METHOD, **{"quality": 20, **options})
    return file.getvalue()


def _is_grey(image: Any) -> bool:
    """Whether there is no colour on the page that one would see."""
    red, green, blue = image.resize((300, 400), 4).split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(max(difference.histogram()[COLOURED:]) == 0 for difference in differences)


def _count(pages: int, order: dict[str, Any]) -> None:
    if pages < 1:
        problem("paper-empty")
    if pages > order["max_pages"]:
        problem("paper-too-many-pages")
    tell(total=pages)


def _write_text(out: Path, texts: list[str]) -> None:
    (out / "text.json").write_text(json.dumps(texts, ensure_ascii=True), encoding="ascii")
    tell(text=True)


def tell(**what: object) -> None:
    """One line to whoever started this."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def problem(code: str) -> NoReturn:
    """It cannot be prepared."""
    tell(problem=code)
    sys.exit(3)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except MemoryError:
        problem("paper-bomb")

"""Run by the interpreter of an installed release on aarch64: does its own packages' native code work there?

Prints `{"name": …, "seconds": …, "came": …}` a line for each deed. One that fails says what, and the rest go on.
"""

import importlib
import io
import json
import pkgutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Debian's own package on a Pi (libcamera), and the panel's own program, which is MicroPython's.
ELSEWHERE = {"libcamera", "machine", "rp2", "micropython"}
DEEDS: list[Callable[[], str]] = []


def deed(do: Callable[[], str]) -> Callable[[], str]:
    """One of those that are done in turn."""
    DEEDS.append(do)
    return do


@deed
def every_module_is_imported() -> str:
    """All of the product's own, and with them all that they lean on."""
    done, away = 0, set()
    for package in ("appliance", "recordings"):
        top = importlib.import_module(package)
        for found in pkgutil.walk_packages(top.__path__, f"{package}."):
            if found.name.endswith("__main__") or ".migrations" in found.name:
                continue  # a program, and what Alembic alone may import
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as missing:
                if missing.name not in ELSEWHERE:
                    raise
                away.add(missing.name)
            done += 1
    return f"{done} modules" + (f"; needs Raspberry Pi OS: {', '.join(sorted(away))}" if away else "")


@deed
def a_password_is_hashed_and_known_again() -> str:
    """argon2id, in C."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher()
    assert hasher.verify(hasher.hash("bình minh trên sông"), "bình minh trên sông")
    return "argon2id, two hashes"


@deed
def a_button_is_pressed() -> str:
    """At a mock board's pin, through gpiozero, as the panels process reads it."""
    from gpiozero import Button

    from appliance.panels.factory import mock_boards

    board = mock_boards([0])[0]
    pressed: list[bool] = []
    with Button(4, pin_factory=board, bounce_time=None) as button:
        button.when_pressed = lambda: pressed.append(True)
        board.pin(4).drive_low()
        until = time.monotonic() + 10
        while not pressed and time.monotonic() < until:
            time.sleep(0.01)
    assert pressed == [True]
    return "one press, one event"


@deed
def the_pins_own_library_is_there() -> str:
    """It opens no chip here, for there is none."""
    with tempfile.TemporaryDirectory() as folder:
        import os

        os.environ["LG_WD"] = folder
        import lgpio

        try:
            lgpio.gpiochip_open(0)
        except lgpio.error as none:
            return f"lgpio: {none}"
    return "lgpio opened a chip"


@deed
def pictures_are_encoded_and_read_again() -> str:
    """H.264 by the x264 that the wheel of `av` brings."""
    import av
    import numpy

    file = io.BytesIO()
    with av.open(file, "w", format="mpegts") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(25):
            picture = numpy.full((360, 640, 3), number * 10, dtype=numpy.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as read:
        frames = len(list(read.decode(video=0)))
    assert frames == 25, frames
    return f"25 frames of 640x360, {len(file.getvalue()) >> 10} KiB"


@deed
def a_page_of_a_paper_becomes_a_picture() -> str:
    """pdfium and Pillow."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    file = io.BytesIO()
    document.save(file)
    picture = pypdfium2.PdfDocument(file.getvalue())[0].render(scale=2).to_pil()
    kept = io.BytesIO()
    picture.save(kept, "WEBP")
    assert picture.size == (1190, 1684)
    return f"A4 at {picture.size[0]}x{picture.size[1]}, {len(kept.getvalue())} bytes of WebP"


@deed
def a_table_is_written_and_read() -> str:
    """The clerk's spreadsheets."""
    import openpyxl

    book = openpyxl.Workbook()
    book.create_sheet("Phiếu").append(["Nguyễn Văn Mẫu", "tán thành"])
    file = io.BytesIO()
    book.save(file)
    assert openpyxl.load_workbook(file)["Phiếu"]["A1"].value == "Nguyễn Văn Mẫu"
    return "XLSX"


@deed
def rows_are_on_the_disk() -> str:
    """As the ledger writes: a write-ahead log, and each commit synchronised."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        connection = sqlite3.connect(Path(folder) / "rows.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)")
        for _ in range(300):
            connection.execute("INSERT INTO rows (body) VALUES (randomblob(300))")
        (found,) = connection.execute("SELECT count(*) FROM rows").fetchone()
        connection.close()
    assert found == 300
    return f"300 commits by SQLite {sqlite3.sqlite_version}"


def main() -> int:
    """All of them; 1 when one failed."""
    failed = 0
    for do in DEEDS:
        began = time.monotonic()
        try:
            came, well = do(), True
        except Exception as error:  # noqa: BLE001  # the next one is asked whatever came of this
            came, well = f"{type(error).__name__}: {error}", False
            failed += 1
        said = {"name": do.__name__.replace("_", " "), "seconds": time.monotonic() - began, "came": came, "well": well}
        print(json.dumps(said, ensure_ascii=False), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes the drawings beside this module:

python -m firmware.drawing
"""

from pathlib import Path

from firmware.drawing.all import drawings

if __name__ == "__main__":
    for name, sheet in drawings().items():
        (Path(__file__).parent / name).write_text(sheet.svg(), encoding="utf-8")

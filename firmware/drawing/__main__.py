"""Writes the drawings beside this module, and the handbook's tables into firmware/README.md:

python -m firmware.drawing
"""

from pathlib import Path

from firmware.drawing.all import drawings
from firmware.drawing.handbook import renewed

HERE = Path(__file__).parent
HANDBOOK = HERE.parent / "README.md"

if __name__ == "__main__":
    for name, sheet in drawings().items():
        (HERE / name).write_text(sheet.svg(), encoding="utf-8")
    HANDBOOK.write_text(renewed(HANDBOOK.read_text(encoding="utf-8")), encoding="utf-8")

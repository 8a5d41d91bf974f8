"""The electrician's drawings, made by `python -m firmware.drawing` from the tables of pins that the code reads."""

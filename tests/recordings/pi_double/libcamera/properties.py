"""What a camera says of itself."""

from types import SimpleNamespace

from .controls import ControlId

Model = ControlId("Model")
Location = ControlId("Location")
Rotation = ControlId("Rotation")
ColorFilterArrangement = ControlId("ColorFilterArrangement")
draft = SimpleNamespace(ColorFilterArrangementEnum=SimpleNamespace(RGGB=0, MONO=4))

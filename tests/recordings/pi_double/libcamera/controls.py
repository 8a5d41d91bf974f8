"""Controls and the metadata of requests, by name."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class ControlId:
    """One control; two are the same when their names are."""

    name: str
    type: Any = None


@dataclass(frozen=True)
class ControlInfo:
    """What values it takes."""

    min: Any
    max: Any
    default: Any


SensorTimestamp = ControlId("SensorTimestamp")
FrameDurationLimits = ControlId("FrameDurationLimits")
NoiseReductionMode = ControlId("NoiseReductionMode")
ExposureTime = ControlId("ExposureTime")
ExposureTimeMode = ControlId("ExposureTimeMode")
AnalogueGain = ControlId("AnalogueGain")
AnalogueGainMode = ControlId("AnalogueGainMode")
draft = SimpleNamespace(NoiseReductionModeEnum=SimpleNamespace(Fast=1, HighQuality=2, Minimal=3))

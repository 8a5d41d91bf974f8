"""The graphics binding: picamera2's DRM preview names these formats when it is imported; no preview is ever shown."""

from types import SimpleNamespace

_NAMES = ("ABGR8888", "BGR888", "NV12", "RGB888", "XBGR8888", "XRGB8888", "YUV420", "YVU420")
PixelFormat = SimpleNamespace(**{name: name for name in _NAMES})

"""What `picamera2.request` names of it."""


class PICAM2DNG:
    """Writes raw pictures; nothing here takes any."""

"""What `picamera2.request` names of it."""


class Picamera2Camera:
    """Describes a sensor's raw pictures; nothing here takes any."""

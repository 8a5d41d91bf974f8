"""pidng, which picamera2's requests import for raw still pictures; on a Pi it comes from Raspberry Pi OS."""

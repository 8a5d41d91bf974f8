"""python-prctl, which picamera2's FfmpegOutput imports and we do not use; on a Pi it comes from Raspberry Pi OS."""

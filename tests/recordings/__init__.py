"""The recorder, against the real ffmpeg."""

"""A double of what picamera2 stands on: libcamera's Python binding, the kernel's DMA heap, the graphics binding.

A process that is given this folder as PYTHONPATH runs the *real* picamera2 package on any machine: its Picamera2, its
requests and buffers, its encoder threads and outputs. Doubled is only what it calls below itself, with the names
that picamera2 0.3.38 asks for. The camera shows a grey picture with the machine-readable clock.

    PI_DOUBLE_CAMERAS=0     no camera is connected
    PI_DOUBLE_FRAMES=40     after so many pictures none comes any more, as when the cable slips
    PI_DOUBLE_JITTER_MS=60  every other picture comes so much late
    PI_DOUBLE_PLATFORM=VC4  a Pi 4 or older (its hardware encoder is not doubled); otherwise a Pi 5
"""

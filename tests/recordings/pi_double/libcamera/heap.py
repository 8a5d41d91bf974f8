"""The kernel's DMA heap, on ordinary memory: picamera2's allocator asks it for its buffers."""

import os
from types import SimpleNamespace
from typing import Any


class MemoryHeap:
    """In the place of picamera2.dma_heap.DmaHeap."""

    isValid = True  # noqa: N815 - picamera2's name

    def alloc(self, name: str, size: int) -> Any:
        from picamera2.dma_heap import UniqueFD

        memory = os.memfd_create(name)
        os.ftruncate(memory, size)
        return UniqueFD(memory)

    def close(self) -> None:
        """Nothing is open."""


def replace_heap() -> None:
    """picamera2's allocator gets it when the first camera is asked for, and its memory barriers do nothing."""
    from picamera2.allocators import dmaallocator

    dmaallocator.DmaHeap = MemoryHeap
    dmaallocator.fcntl = SimpleNamespace(ioctl=lambda *_: 0)

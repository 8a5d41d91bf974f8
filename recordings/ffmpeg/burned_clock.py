"""The test pattern's clocks, drawn in the picture at the moment when it is made: one for people, one for machines.

The one for machines is a strip of 40 blocks along the upper edge, white for 1 and black for 0, the highest bit
first: 32 bits of the Unix time in milliseconds modulo 2**32, then the exclusive or of their four bytes.

Both read one moment: for as long as they are drawn the picture's own time *is* the wall clock. So a step of the
wall clock is seen in the picture as it is, and the even time that the picture gets afterwards does not know of it.
"""

from typing import Any, Final

CLOCK_RATE: Final = "1/90000"
BLOCKS: Final = 40
MILLISECONDS: Final = "floor(t*1000)"


def burn_clocks(video: Any, frames_per_second: int) -> Any:
    """The stream with both clocks drawn in, its pictures evenly timed again."""
    video = video.filter("settb", expr=CLOCK_RATE).filter("setpts", "time(0)/TB")
    video = video.filter("drawbox", x=0, y=0, w="iw", h="2*iw/40", color="black", thickness="fill")
    for block in range(BLOCKS):
        video = video.filter(
            "drawbox",
            x=f"floor(iw*{block}/40)",
            y=0,
            w=f"floor(iw*{block + 1}/40)-floor(iw*{block}/40)",
            h="2*iw/40",
            color="white",
            thickness="fill",
            enable=bit_is_set(block),
        )
    return _for_people(video).filter("setpts", f"N/({frames_per_second}*TB)")


def bit_is_set(block: int) -> str:
    """The expression of the picture's time `t` that is 1 when this block is white."""
    bits = [31 - block] if block < 32 else [39 - block + byte for byte in (0, 8, 16, 24)]
    return "mod(" + "+".join(f"floor({MILLISECONDS}/{2**bit})" for bit in bits) + ",2)"


def _for_people(video: Any) -> Any:
    return video.filter(
        "drawtext",
        text=r"%{pts:localtime:0:%d/%m/%Y  %H\:%M\:%S}.%{eif:mod(floor(t*1000),1000):d:3}",
        font="mono",
        fontsize="w/26",
        fontcolor="white",
        box=1,
        boxcolor="black",
        boxborderw=8,
        x="(w-text_w)/2",
        y="2*w/40+h/16",
    )

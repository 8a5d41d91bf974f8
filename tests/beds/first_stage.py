"""What the other kernel starts with before it has its disk: it loads the driver, and may set the clock back to 1970.

User Mode Linux's own disk (`ubd`) is not used: in Linux 6.1 it answers a flush without doing anything, so nothing of
what a drive's cache may lose could be told from what it must keep. `virtio_blk` passes flushes on, once it has been
told that the drive has a cache; it is a module.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

MODULES: Final = Path("/usr/lib/uml/modules")
DRIVER: Final = "kernel/drivers/block/virtio_blk.ko"
IN_1970: Final = "hall.clock=1970"
"""A word for the kernel: the machine is switched on as a Pi without a battery for its clock is."""
_INIT: Final = f"""#!/bin/busybox sh
export PATH=/bin
busybox mkdir -p /proc /sys /dev /disk
busybox mount -t proc proc /proc
busybox mount -t devtmpfs dev /dev
if busybox grep -q {IN_1970} /proc/cmdline; then
    # Not 0: a kernel lets nobody set it before its own start.
    busybox date -s @3600 >/dev/null
    echo "first stage: it is $(busybox date)" >/dev/kmsg
    no_clock=yes
fi
busybox insmod /virtio_blk.ko
until busybox test -b /dev/vda; do busybox usleep 20000; done
busybox mount -t sysfs sysfs /sys
for cache in /sys/block/vd*/cache_type; do echo "write back" >$cache; done
busybox umount /sys
busybox mount -t ext4 -o rw,errors=remount-ro /dev/vda /disk
# Nor is there a file that tells when it was last on.
[ -z "$no_clock" ] || busybox rm -f /disk/var/lib/systemd/timesync/clock
busybox umount /proc
exec busybox switch_root /disk /sbin/init
"""


def pack(into: Path, folder: Path) -> Path:
    """The initramfs, as the file `into`; `folder` is for its parts."""
    busybox = shutil.which("busybox")
    (modules,) = MODULES.iterdir()
    if busybox is None:
        raise RuntimeError("there is no busybox")
    linked = subprocess.run(["ldd", busybox], capture_output=True, text=True, check=False).stdout
    libraries = [Path(found) for found in re.findall(r"(/\S+)", linked)]
    folder.mkdir()
    for file in libraries:
        to = folder / str(file).lstrip("/")
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.resolve(), to)
    (folder / "bin").mkdir(exist_ok=True)
    shutil.copy(busybox, folder / "bin/busybox")
    shutil.copy(modules / DRIVER, folder / "virtio_blk.ko")
    (folder / "init").write_text(_INIT, encoding="ascii")
    (folder / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
    with into.open("wb") as packed:
        subprocess.run(
            ["cpio", "--create", "--format=newc", "--quiet"],
            input=names.encode(),
            cwd=folder,
            stdout=packed,
            check=True,
        )
    return into

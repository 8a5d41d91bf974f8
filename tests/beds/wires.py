"""The network around a machine under test: namespaces, wires between them, and a way out to the packages.

Nothing here touches this machine's own network: each machine and each client of it has a namespace of its own, named
after the machine (`b4-box`, `b4-box-tablet`).
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

NAMESPACES: Final = Path("/run/netns")
RESOLVERS: Final = Path("/etc/netns")
"""Where `ip netns exec` has a namespace's resolv.conf from."""


@dataclass(frozen=True)
class Wire:
    """A cable from the machine's `interface` to a client, which is alone in its namespace."""

    interface: str
    client: str
    address: str
    """The client's own, with its prefix length; empty: it shall ask for one."""
    gateway: str = ""
    names: str = ""
    """Whom it asks for names (an address); empty: as this machine does."""
    switch: str = ""
    """The switch that it leads to, by name: then the client is what stands at the switch, and has its address there."""


@dataclass
class Switch:
    """A cable that several machines hang on, and a client with `address` at it; kept while they come and go."""

    name: str
    address: str
    names: str = ""

    def __enter__(self) -> Self:
        """Made anew, also when a test that was killed has left one."""
        self.__exit__()
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        _ip("-n", self.name, "link", "add", "eth0", "type", "bridge")
        _ip("-n", self.name, "link", "set", "eth0", "up")
        _ip("-n", self.name, "addr", "add", self.address, "dev", "eth0")
        _ask_names_of(self.name, self.names)
        return self

    def __exit__(self, *_: object) -> None:
        """Taken away."""
        _forget(self.name)


@dataclass
class Network:
    """What a machine is plugged into; made anew at each boot, as a machine that was off has forgotten its rules."""

    name: str
    wires: list[Wire] = field(default_factory=list)
    uplink: bool = False
    """Whether there is a way out, on `uplink0`: slirp4netns, which asks nothing of this machine's firewall."""
    _slirp: subprocess.Popen[bytes] | None = None

    def namespace_of(self, client: str) -> str:
        """The name of a client's namespace, for `ip netns exec`."""
        switches = (wire.switch for wire in self.wires if wire.client == client and wire.switch)
        return next(switches, f"{self.name}-{client}")

    def up(self) -> None:
        """Make the namespaces, plug the wires in, open the way out."""
        self.down()
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        for wire in self.wires:
            self._plug_in(wire)
        if self.uplink:
            self._open()

    def plug_in(self, wire: Wire) -> None:
        """One more wire, now and after each boot."""
        self.wires.append(wire)
        if (NAMESPACES / self.name).exists():
            self._plug_in(wire)

    def _plug_in(self, wire: Wire) -> None:
        client = self.namespace_of(wire.client)
        veth = ("link", "add", wire.interface, "netns", self.name, "type", "veth", "peer", "name")
        if wire.switch:
            _ip(*veth, self.name, "netns", wire.switch)
            _ip("-n", wire.switch, "link", "set", self.name, "master", "eth0", "up")
            _ip("-n", self.name, "link", "set", wire.interface, "up")
            return
        if not (NAMESPACES / client).exists():
            _ip("netns", "add", client)
            _ip("-n", client, "link", "set", "lo", "up")
        _ip(*veth, "eth0", "netns", client)
        _ip("-n", self.name, "link", "set", wire.interface, "up")
        _ip("-n", client, "link", "set", "eth0", "up")
        if wire.address:
            _ip("-n", client, "addr", "add", wire.address, "dev", "eth0")
        if wire.gateway:
            _ip("-n", client, "route", "add", "default", "via", wire.gateway)
        _ask_names_of(client, wire.names)

    def _open(self) -> None:
        ready, told = os.pipe()
        try:
            self._slirp = subprocess.Popen(
                ["slirp4netns", "--configure", "--disable-host-loopback", "--netns-type=path", f"--ready-fd={told}",
                 NAMESPACES / self.name, "uplink0"],
                pass_fds=[told], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(told)
        with os.fdopen(ready, "rb") as word:
            if word.read(1) != b"1":
                raise RuntimeError("slirp4netns did not open the way out")

    def shut(self) -> None:
        """Take the way out away, until the machine is plugged in anew."""
        if self._slirp is not None:
            self._slirp.send_signal(signal.SIGTERM)
            self._slirp.wait()
            self._slirp = None

    def down(self) -> None:
        """Take all of it away; nothing of it need be there."""
        self.shut()
        for wire in self.wires:
            if wire.switch and (NAMESPACES / wire.switch).exists():
                # By name: a namespace that was deleted lives on with the last process that is dying in it.
                plug = ["ip", "-n", wire.switch, "link", "delete", self.name]
                subprocess.run(plug, stderr=subprocess.DEVNULL, check=False)
        for name in [self.namespace_of(wire.client) for wire in self.wires if not wire.switch] + [self.name]:
            _forget(name)


def _ask_names_of(namespace: str, server: str) -> None:
    if server:
        (RESOLVERS / namespace).mkdir(parents=True, exist_ok=True)
        (RESOLVERS / namespace / "resolv.conf").write_text(f"nameserver {server}\n", encoding="utf-8")


def _forget(namespace: str) -> None:
    if (NAMESPACES / namespace).exists():
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", namespace)
    if (RESOLVERS / namespace).exists():
        shutil.rmtree(RESOLVERS / namespace)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)

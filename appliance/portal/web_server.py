"""nginx's configuration for the public folder: a master without rights, a prefix of its own, files and two proxies.

The template is `templates/nginx.conf`; an address that it does not name is a file or is not there.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Final, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct
from msgspec.structs import asdict

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self' blob:",  # what hls.js feeds a <video> with has a blob: address
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


class WebServer(Struct, frozen=True, kw_only=True):
    """What differs from one installation to the next."""

    public: Path
    prefix: Path
    """nginx's own folder: pid, temporary files."""
    listen: str
    """`127.0.0.1:8081`; TLS and the outside are the business of whoever installs."""
    live_port: int = 24080
    house_port: int = 24081
    house_from: tuple[str, ...] = ("127.0.0.0/8",)
    """Networks that may have the picture inside the house."""
    user: str = ""
    """Only for a master that runs as root: whose rights the workers have."""
    workers: str = "auto"
    alone: bool = False
    """One process does all; for trials, where nobody looks after a worker that stays behind."""


class Settings(Protocol):
    """What the web server needs of the configuration."""

    @property
    def public(self) -> Path: ...
    @property
    def public_listen(self) -> str: ...
    @property
    def live_port(self) -> int: ...
    @property
    def house_port(self) -> int: ...
    @property
    def house_from(self) -> tuple[str, ...]: ...


def server_of(config: Settings, prefix: Path, *, user: str = "", workers: str = "auto") -> WebServer:
    """The web server of this installation."""
    return WebServer(
        public=config.public.resolve(),
        prefix=prefix.resolve(),
        listen=config.public_listen,
        live_port=config.live_port,
        house_port=config.house_port,
        house_from=tuple(str(ip_network(network, strict=False)) for network in config.house_from),
        user=user,
        workers=workers,
    )


def page_policy() -> str:
    """The content policy that stands in each page: it holds wherever the folder is served from."""
    return "; ".join(f"{name} {value}" for name, value in _POLICY.items())


def configuration(server: WebServer) -> str:
    """The text of nginx.conf. Raises ValueError for a path that nginx could not read."""
    for path in (server.public, server.prefix):
        if any(letter in str(path) for letter in "\"'\\{};$\n"):
            raise ValueError(f"{path}: not a path for a web server's configuration")
    pages = Environment(loader=PackageLoader("appliance.portal"), autoescape=False, undefined=StrictUndefined)  # noqa: S701
    # frame-ancestors works in a header alone.
    policy = f"{page_policy()}; frame-ancestors 'self'"
    return pages.get_template("nginx.conf").render(**asdict(server), policy=policy)


def prepare(server: WebServer) -> Path:
    """Make the prefix and write the configuration into it; its path."""
    (server.prefix / "temp").mkdir(parents=True, exist_ok=True)
    path = server.prefix / "nginx.conf"
    path.write_text(configuration(server), encoding="utf-8")
    return path

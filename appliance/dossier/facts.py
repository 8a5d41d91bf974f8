"""What the papers say of the product, from the product: units, users and journal from the files that systemd is given,
numbers from the code that heeds them, zones as the firewall has them (the tests compare).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from appliance.core.profile import RuleProfile
from appliance.services.credentials import MIN_PASSWORD
from appliance.services.lockout import Limits
from appliance.services.readiness import BACKUP_OLD, CERTIFICATE_SOON, DAY


class House(Struct, frozen=True, kw_only=True):
    """What is known of this council; empty is a blank in the paper."""

    council: str = ""
    term: str = ""
    place: str = ""
    release: str = ""
    has_camera: bool = False
    has_panels: bool = False
    sample: str = ""
    """What is said on top when all of it is sample data; a file bears no watermark."""


class Service(Struct, frozen=True):
    """A process of ours: what it is for, whose it is, which network it has."""

    unit: str
    what: str
    user: str
    network: str


class Timer(Struct, frozen=True):
    """Work that is done by the calendar; `when` in systemd's notation."""

    unit: str
    what: str
    when: str


class User(Struct, frozen=True):
    """A user of the system."""

    name: str
    number: str


class Zone(Struct, frozen=True):
    """A part of the network: what answers there."""

    name: str
    who: str
    interface: str
    """The name of the setting that says which port it is."""
    address: str
    """As it is unless the hall says otherwise; empty: the hall's own."""
    tcp: tuple[int, ...]
    udp: tuple[int, ...]


class Journal(Struct, frozen=True):
    """The machine's own log."""

    most: str
    kept: str
    file: str


class Facts(Struct, frozen=True, kw_only=True):
    """All of it."""

    house: House
    services: tuple[Service, ...]
    timers: tuple[Timer, ...]
    users: tuple[User, ...]
    zones: tuple[Zone, ...]
    journal: Journal
    limits: Limits
    rules: RuleProfile
    min_password: int = MIN_PASSWORD
    backup_old_days: int = BACKUP_OLD // DAY
    certificate_soon_days: int = CERTIFICATE_SOON // DAY


ZONES: Final = (
    Zone("Hội trường", "máy tính bảng của đại biểu, chủ tọa, thư ký; màn hình hội trường", "hall_interface",
         "10.77.0.1/24", (53, 80, 443), (53, 67)),
    Zone("Công khai", "điện thoại của người dân, phóng viên trong hội trường", "public_interface",
         "10.78.0.1/24", (53, 80), (53, 67)),
    Zone("Kỹ thuật", "dây cáp của cán bộ kỹ thuật", "service_interface", "", (22,), ()),
    Zone("Đường ra", "chỉ để thiết bị tự kết nối ra: giờ, bản vá, luồng truyền hình", "uplink_interface", "", (), ()),
)  # fmt: skip
"""`ansible/roles/network/templates/nftables.conf.j2` in words."""

WHAT: Final = {
    "appliance": "Máy chủ biểu quyết: cửa vào duy nhất, sổ cái, hồ sơ, các màn hình",
    "backup": "Sao lưu có mã hóa",
    "carry": "Chép trang công khai đến nơi khác",
    "certificate": "Theo dõi, gia hạn chứng thư số của hội trường",
    "clock@": "Đặt giờ máy theo yêu cầu của cán bộ kỹ thuật",
    "dnsmasq@": "Cấp địa chỉ và tên trong từng vùng mạng",
    "drill": "Diễn tập khôi phục",
    "hall-web": "Máy chủ web của hội trường (TLS)",
    "kiosk": "Màn hình hội trường",
    "panels": "Hộp bấm: nút và đèn",
    "papers": "Chuẩn bị tài liệu tải lên, trong hộp cát",
    "portal": "Viết trang công khai",
    "public-web": "Máy chủ web của trang công khai",
    "recorder": "Ghi hình, truyền trực tiếp",
    "replication": "Chép liên tục cơ sở dữ liệu sang ổ hoặc thiết bị thứ hai",
    "retention": "Xóa bản sao lưu hết hạn giữ",
    "seat": "Giao màn hình, bàn phím cho màn hình hội trường",
    "settle": "Hoàn tất một lần cập nhật bị ngắt",
    "standby": "Kiểm tra thiết bị dự phòng nóng",
    "verify": "Kiểm tra bản sao lưu",
    "watch@": "Cho biết tình trạng máy",
    "wifi": "Wi-Fi của hội trường",
}
"""Each unit (`nghi-truong-…`) in the words of the paper."""

NO_NETWORK: Final = "không có mạng"
LOOPBACK: Final = "chỉ trong máy (loopback)"
PRIVATE: Final = "chỉ địa chỉ nội bộ"
FIREWALLED: Final = "theo tường lửa"


def gather(systemd: Path, rules: RuleProfile, house: House) -> Facts:
    """The facts of the release whose folder of units `systemd` is. Raises OSError when it is not there."""
    journal = _settings(systemd / "journald.conf.d" / "nghi-truong.conf")
    return Facts(
        house=house,
        services=tuple(_services(systemd)),
        timers=tuple(_timers(systemd)),
        users=tuple(_users(systemd / "sysusers.d" / "nghi-truong.conf")),
        zones=ZONES,
        journal=Journal(journal["SystemMaxUse"], journal["MaxRetentionSec"], journal["SystemMaxFileSize"]),
        limits=Limits(),
        rules=rules,
    )


def _services(systemd: Path) -> Iterator[Service]:
    for file in sorted(systemd.glob("nghi-truong-*.service")):
        said = _settings(file)
        user = "riêng, cấp khi chạy" if said.get("DynamicUser") == "yes" else said.get("User", "root")
        yield Service(file.stem, _what(file, said), user, _network(said))


def _network(said: dict[str, str]) -> str:
    if said.get("PrivateNetwork") == "yes":
        return NO_NETWORK
    if said.get("IPAddressDeny") == "any":
        return LOOPBACK if said.get("IPAddressAllow", "localhost") == "localhost" else PRIVATE
    return FIREWALLED


def _timers(systemd: Path) -> Iterator[Timer]:
    for file in sorted(systemd.glob("nghi-truong-*.timer")):
        said = _settings(file)
        yield Timer(file.stem, _what(file, said), said["OnCalendar"])


def _users(file: Path) -> Iterator[User]:
    for name, number in re.findall(r"^u\s+(\S+)\s+(\S+)", file.read_text(encoding="utf-8"), re.M):
        yield User(name, number)


def _what(file: Path, said: dict[str, str]) -> str:
    """In the paper's words; a unit that has none there says its own."""
    return WHAT.get(file.stem.removeprefix("nghi-truong-"), said.get("Description", file.stem))


def _settings(file: Path) -> dict[str, str]:
    """A file of systemd's; of a setting that stands twice, the last."""
    return dict(re.findall(r"^(\w+)=(.*)$", file.read_text(encoding="utf-8"), re.M))

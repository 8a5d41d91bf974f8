"""Builder: a council on file and its reception, where people sign in; on memory or on a real file.

house = Reception.of()
card = house.card("m01")
house.sign_in.with_card(card, "2846", "tablet", "10.0.0.1")
"""

from dataclasses import dataclass, field
from typing import Any

from appliance.adapters.memory import ManualClock
from appliance.adapters.memory_registry import CountingChance, MemoryRegistry, NoThrottle, QuickHasher
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.answers import Accepted, Answer
from appliance.services.desk import Desk
from appliance.services.desk_commands import DeskCommand
from appliance.services.enrolment import Enrolment
from appliance.services.lockout import Limits
from appliance.services.on_file import Member, OnFile, Session
from appliance.services.registry import Registry, RegistryStore
from appliance.services.sessions import SignedIn
from appliance.services.signin import SignIn
from tests.house import PROFILE, fresh_id, name_of

CLERK = Actor(role=Role.CLERK, person="clerk")
PASSWORD = "bình minh trên sông"
HOME = "10.0.0.1"
"""The address from which people sign in, unless a test says otherwise."""


@dataclass
class Reception:
    """Three members m01 … m03 on seats A1 … A3, the accounts chair (who is m01), clerk and technician."""

    registry: Registry
    sign_in: SignIn
    desk: Desk
    enrolment: Enrolment
    clock: ManualClock
    hasher: QuickHasher
    revoked: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, store: RegistryStore | None = None, limits: Limits | None = None) -> "Reception":
        """Furnished; a store that has a council already (a restart) is left as it is."""
        clock, hasher, chance = ManualClock(), QuickHasher(), CountingChance()
        registry = Registry(store or MemoryRegistry(), PROFILE, clock)
        sign_in = SignIn(registry, hasher, chance, clock, NoThrottle(), limits or Limits())
        enrolment = Enrolment(registry, hasher, chance, clock)
        house = cls(registry, sign_in, Desk(registry, sign_in, lambda: 41), enrolment, clock, hasher)
        if not registry.on_file.members:
            house._furnish()
        sign_in.on_revoked.append(house.revoked.append)
        sign_in.on_requests.append(lambda: house.asked.append(len(house.asked)))
        return house

    def _furnish(self) -> None:
        self.enrolment.set_council("Hội đồng nhân dân xã Hồng Mẫu", "2026 - 2031")
        self.enrolment.add_members(
            [Member(name_of(i), f"Nguyễn Văn Mẫu {i}", f"Tổ {i}", f"A{i}", position=i) for i in (1, 2, 3)]
        )
        self.enrolment.create_account("chair", "Vũ Đình Mẫu", Role.CHAIR, PASSWORD, "m01")
        self.enrolment.create_account("clerk", "Trần Thị Mẫu", Role.CLERK, PASSWORD)
        self.enrolment.create_account("technician", "Hồ Quang Mẫu", Role.TECHNICIAN, PASSWORD)

    @property
    def on_file(self) -> OnFile:
        """Everything on file now."""
        return self.registry.on_file

    def card(self, member: str = "m02", pin: str | None = None) -> str:
        """A new card for the member; its token."""
        return self.enrolment.issue_card(member, f"card-of-{member}-0123456789abcdef", pin)

    def enrolled(self, member: str = "m02", pin: str = "2846", device: str = "tablet") -> tuple[str, Session]:
        """A card with a PIN on an enrolled tablet: its token and the live session."""
        token = self.card(member)
        return token, signed(self.sign_in.with_card(token, pin, device, HOME)).session

    def at_desk(self, kind: type[DeskCommand], actor: Actor = CLERK, /, **fields: Any) -> Answer:
        """Give one desk command."""
        return self.desk.handle(kind(id=fresh_id(), **fields), actor)


def signed(answer: SignedIn | Refusal) -> SignedIn:
    """The answer, which must be a sign-in."""
    assert isinstance(answer, SignedIn), answer
    return answer


def code(answer: object) -> Code | None:
    """The refusal's code; None for an answer that is no refusal."""
    return answer.code if isinstance(answer, Refusal) else None


def accepted(answer: Answer) -> Accepted:
    """The answer, which must be an acceptance."""
    assert isinstance(answer, Accepted), answer
    return answer

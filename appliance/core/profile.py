"""The rule profile: every number that comes from law, each with its citation (domain: rule profile).

The profile is copied into the ledger when a meeting is convened, so a replay years later applies
the rules of that day.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from appliance.core.speech import SpeechKind


class Majority(StrEnum):
    """The majorities a question can need. Both count against all members in office, never those present."""

    ORDINARY = "ordinary"
    TWO_THIRDS = "two_thirds"


class Fraction(Struct, frozen=True):
    """A share of N. `strict` means *more than* the share, otherwise *at least*.

    Integers only: a rounded percentage must never decide.
    """

    numerator: int
    denominator: int
    strict: bool
    citation: str
    verified_by: str = ""
    verified_on: str = ""

    def reached(self, count: int, n: int) -> bool:
        """True when `count` of `n` members reaches this share."""
        left, right = self.denominator * count, self.numerator * n
        return left > right if self.strict else left >= right

    def needed(self, n: int) -> int:
        """The smallest count that reaches the share of `n`: floor+1 when strict, otherwise the ceiling."""
        if self.strict:
            return self.numerator * n // self.denominator + 1
        return -(-self.numerator * n // self.denominator)


class Setting(Struct, frozen=True):
    """A number or switch of the council's own regulation, with the text it rests on."""

    value: int
    citation: str
    verified_by: str = ""
    verified_on: str = ""


_OWN: Final = "Quy chế làm việc của Hội đồng nhân dân (mặc định của sản phẩm)"


class SpeakingTimes(Struct, frozen=True):
    """Seconds a speaker is given for each kind of speech; 0: no limit. The chair may give another time."""

    discussion: Setting = Setting(value=420, citation=f"{_OWN}: thông lệ 7 phút tại Quốc hội")
    rebuttal: Setting = Setting(value=120, citation=f"{_OWN}: thông lệ 2 phút tại Quốc hội")
    point_of_order: Setting = Setting(value=120, citation=_OWN)
    questioning: Setting = Setting(value=60, citation=f"{_OWN}: thông lệ 1 phút tại Quốc hội")
    explanation: Setting = Setting(value=180, citation=f"{_OWN}: thông lệ 3 phút tại Quốc hội")
    warning: Setting = Setting(value=30, citation=_OWN)
    """So long before the end the speaker, the chair and the hall are warned."""

    def of(self, kind: SpeechKind | None) -> int | None:
        """The time for a speech of this kind; None: no limit, which is also so where no kind was said."""
        found: Setting | None = getattr(self, kind.value) if kind is not None else None
        return found.value or None if found is not None else None


class ElectionRules(Struct, frozen=True):
    """Secret votes on persons. An ordinary or a two-thirds share stands in `RuleProfile` itself."""

    confidence_rating: Setting = Setting(
        value=0,
        citation="Nghị quyết 96/2023/QH15 điều 2 khoản 2 chỉ nêu Hội đồng nhân dân cấp tỉnh, cấp huyện: mặc định tắt",
    )
    """1: the council may rate in three levels (lấy phiếu tín nhiệm)."""
    rating_resign: Fraction = Fraction(1, 2, strict=True, citation="Nghị quyết 96/2023/QH15: quá nửa tín nhiệm thấp")
    """So much of N *low*: the person may resign, otherwise a confidence vote follows."""
    rating_relieve: Fraction = Fraction(
        2, 3, strict=False, citation="Nghị quyết 96/2023/QH15: từ hai phần ba tín nhiệm thấp"
    )
    """So much of N *low*: whoever nominated the person submits their relief."""
    tellers_least: Setting = Setting(value=3, citation=_OWN)
    tellers_most: Setting = Setting(value=5, citation=_OWN)


class ConveningDays(Struct, frozen=True):
    """Days before the first day of a meeting, or after its last, by which something is to be done."""

    regular_days: Setting = Setting(value=20, citation="Luật 77/2015/QH13 điều 80 (kỳ họp thường lệ)")
    special_days: Setting = Setting(value=7, citation="Luật 77/2015/QH13 điều 80, sửa đổi 2019 (chuyên đề, đột xuất)")
    announce_regular_days: Setting = Setting(value=15, citation="Luật 77/2015/QH13 điều 80 (kỳ họp thường lệ)")
    announce_special_days: Setting = Setting(value=5, citation="Luật 77/2015/QH13 điều 80 (chuyên đề, đột xuất)")
    paper_days: Setting = Setting(value=5, citation="Luật 77/2015/QH13 điều 87")
    dossier_days: Setting = Setting(value=10, citation="Luật 77/2015/QH13; Luật Ban hành văn bản QPPL")
    resolution_days: Setting = Setting(value=10, citation="Luật 77/2015/QH13 điều 86")


class RuleProfile(Struct, frozen=True):
    """One council's rules. Loaded from `rules.toml`; nothing else in the code holds a legal number."""

    name: str
    ordinary: Fraction
    two_thirds: Fraction
    quorum: Fraction
    change_ballot: Setting
    """1: a ballot may be changed until the poll closes; 0: the first one counts."""
    poll_seconds: Setting
    """Default length of a timed electronic poll, in seconds; 0 means closed by hand."""
    show_names: Setting
    """1: the hall screen may show who voted how, once an open poll is announced."""
    grace_minutes: Setting
    """A member who comes in later than this after the sitting opened is shown as late."""

    ballot_changes: Setting = Setting(
        value=500, citation="Quy chế làm việc của Hội đồng nhân dân (mặc định của sản phẩm)"
    )
    """So often may a member change the choice in one poll; a device gone wild fills no ledger."""

    speaking: SpeakingTimes = SpeakingTimes()
    convening: ConveningDays = ConveningDays()
    written_answer_days: Setting = Setting(
        value=20,
        citation="Luật Hoạt động giám sát của Quốc hội và HĐND 87/2015 (20 ngày); kiểm tra lại theo Luật 121/2025",
    )
    """So many days has the person asked for an answer in writing."""

    elections: ElectionRules = ElectionRules()

    def majority(self, kind: Majority) -> Fraction:
        """The share of N that a question of this kind needs."""
        return self.two_thirds if kind is Majority.TWO_THIRDS else self.ordinary

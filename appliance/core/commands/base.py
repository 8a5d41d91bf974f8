"""What all commands carry."""

from typing import Annotated

from msgspec import Meta, Struct

CommandId = Annotated[
    str, Meta(pattern=r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$(?!\n)")
]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Seconds = Annotated[int, Meta(ge=5, le=86_400)]


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"):
    """What all commands carry. `id` is made by the client; the same id again changes nothing.

    `seat` is set by the panels process only: the server maps it to the member who sits there.
    """

    id: CommandId
    seat: Annotated[str, Meta(max_length=16)] | None = None

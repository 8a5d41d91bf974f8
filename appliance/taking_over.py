"""Going on with a copy of another box's ledger: one command through the one door, with nobody else let in."""

from collections.abc import Callable
from queue import SimpleQueue

from appliance.adapters.folder_lock import FolderLock
from appliance.bootstrap import fit_meeting, fit_registry, make_data_folder
from appliance.config import Config
from appliance.core.commands import BeginEpoch
from appliance.services.answers import Answer
from appliance.services.chamber import SYSTEM
from appliance.services.rehearsal import Mode


def begin_epoch(config: Config, command: BeginEpoch) -> Answer:
    """Give the command on the record's ledger; the answer is durable.

    Raises Fault: another appliance is running on the folder, the disk refuses, or the copy is spoiled.
    """
    make_data_folder(config)
    alone = FolderLock(config.data)
    on_file = fit_registry(config)
    told: SimpleQueue[Callable[[], None]] = SimpleQueue()
    answers: list[Answer] = []
    ledger, writer, chamber = fit_meeting(config, Mode(), on_file.registry, told.put)
    chamber.handle(command, SYSTEM, answers.append)
    writer.stop()
    while not told.empty():
        told.get()()
    for close in (ledger.close, on_file.store.close, alone.release):
        close()
    (answer,) = answers
    return answer

"""Loading a project file: all of it in one transaction, or nothing.

Passwords are verified and hashed before the transaction. Customers are written before stock, and stock in the order in
which orders lock it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from handcart.actions.loading import Loading, Report, Watch, find_customer
from handcart.domain.document import timestamp_of
from handcart.domain.errors import Refusal
from handcart.domain.loading import settings_from
from handcart.domain.project_file import Entry, ProjectFile, read_project_file
from handcart.domain.project_file_sections import SECTIONS
from handcart.store.changes import bump
from handcart.store.database import Transaction
from handcart.store.loaded_entries import EntryName, keep_loaded_entries, list_loaded_entries, lock_loading
from handcart.store.project_settings import change_project, lock_project
from handcart.store.projects import insert_project
from handcart.store.staff import find_staff_member
from handcart.store.stores import Stores

HASHED_AT_ONCE = 32
"""Passwords under way together; how many of them have a thread is not decided here."""

PROJECT: EntryName = ("project", "")

ALL_PASSWORDS: EntryName = ("passwords", "")
"""Under this name, and under those of ``_password_of``, slow hashes are kept instead of digests."""


async def load_project_file(stores: Stores, text: bytes, report: Report) -> dict[str, int]:
    """How many entries changed something, by section; loading the same file again answers zeros and writes nothing.

    Raises ProjectFileError with the place in the file for whatever is refused; then nothing was loaded.
    """
    file = read_project_file(text)
    project, now, watch = file.project.key, stores.clock.utc_now(), Watch(report)
    known = await list_loaded_entries(stores.database, project)
    hashes, keep = await _new_passwords(stores, file, known)
    counts, epochs = {"project": 0, **{each.name: 0 for each in SECTIONS}}, {}
    try:
        async with stores.database.transaction() as transaction:
            await lock_loading(transaction, project)
            changed = _changed(file, await list_loaded_entries(transaction, project), hashes)
            if changed or keep:
                counts["project"], epochs["catalogue"] = await _load_project(transaction, file, changed, now)
                remembered = _remembered(file, {**known, **keep})
                loading = Loading(
                    stores, transaction, project, now=now, hashes=hashes, remembered=remembered, watch=watch
                )
                for section in SECTIONS:
                    entries = [each for each in file.entries[section.name] if (each.section, each.name) in changed]
                    total = len(file.entries[section.name])
                    watch.begin(section.name, done=total - len(entries), total=total)
                    if entries:
                        counts[section.name] = await loading.load_section(entries)
                await keep_loaded_entries(transaction, project, {**changed, **keep})
                epochs.update(loading.epochs)
    except Refusal as refusal:
        raise file.error(watch.place, refusal) from refusal
    for kind, epoch in epochs.items():
        stores.changes.note(project, kind, epoch)
    return counts


def _changed(
    file: ProjectFile, known: Mapping[EntryName, bytes], hashes: Mapping[EntryName, str]
) -> dict[EntryName, bytes]:
    """What of the file is not as it was loaded last, with its digest."""
    found = {(each.section, each.name): each.digest for entries in file.entries.values() for each in entries}
    found[PROJECT] = file.digest
    return {name: digest for name, digest in found.items() if known.get(name) != digest or name in hashes}


async def _load_project(
    transaction: Transaction, file: ProjectFile, changed: Mapping[EntryName, bytes], now: datetime
) -> tuple[int, int]:
    """Whether the project itself changed, and the new epoch of its catalogue."""
    former = await lock_project(transaction, file.project.key)
    if former is not None:
        # Before anything else of the catalogue is touched: one writer of it at a time.
        epoch = await bump(transaction, file.project.key, "catalogue")
        if PROJECT not in changed:
            return 0, epoch
    settings = settings_from(file.project, file.settings, former, timestamp_of(now))
    if former is None:
        return 1, await insert_project(transaction, settings)
    await change_project(transaction, settings)
    return 1, epoch


async def _new_passwords(
    stores: Stores, file: ProjectFile, known: Mapping[EntryName, bytes]
) -> tuple[dict[EntryName, str], dict[EntryName, bytes]]:
    """The hashes of passwords that are new in the file or differ from what was loaded last, and what to remember.

    One slow hash over all of them tells that none has changed; only where it does not are they verified one by one.
    """
    people = list(file.people())
    seal = known.get(ALL_PASSWORDS)
    if not people or (seal and await stores.passwords.verify(seal.decode(), file.all_passwords())):
        return {}, {}
    hashes: dict[EntryName, str] = {}
    keep = {ALL_PASSWORDS: (await stores.passwords.hash(file.all_passwords())).encode()}
    for first in range(0, len(people), HASHED_AT_ONCE):
        some = people[first : first + HASHED_AT_ONCE]
        found = await asyncio.gather(*(_new_password(stores, file, each, known) for each in some))
        for entry, (password_hash, is_new) in zip(some, found, strict=True):
            keep[_password_of(entry)] = password_hash.encode()
            if is_new:
                hashes[entry.section, entry.name] = password_hash
    return hashes, keep


async def _new_password(
    stores: Stores, file: ProjectFile, entry: Entry, known: Mapping[EntryName, bytes]
) -> tuple[str, bool]:
    """The hash to remember for a person's password in the file, and whether the person is to get it."""
    assert entry.password is not None
    loaded = known.get(_password_of(entry))
    former = loaded.decode() if loaded is not None else await _present_hash(stores, file.project.key, entry)
    if former is not None and await stores.passwords.verify(former, entry.password):
        return former, False
    return await stores.passwords.hash(entry.password), True


async def _present_hash(stores: Stores, project: str, entry: Entry) -> str | None:
    if entry.section == "staff":
        member = await find_staff_member(stores.database, project=project, username=entry.name)
        return member.password_hash if member is not None else None
    customer = await find_customer(stores.database, project, entry.draft)
    return customer.password_hash if customer is not None else None


def _remembered(file: ProjectFile, known: Mapping[EntryName, bytes]) -> dict[EntryName, str]:
    people = [(each, known.get(_password_of(each))) for each in file.people()]
    return {(each.section, each.name): found.decode() for each, found in people if found is not None}


def _password_of(entry: Entry) -> EntryName:
    return f"passwords of {entry.section}", entry.name

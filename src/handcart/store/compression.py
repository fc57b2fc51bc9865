"""lz4 in the process: PostgreSQL's own compression costs a hundred times as much on a large cart."""

import lz4.block


def compress(document: bytes) -> bytes:
    """A document as it lies in the database."""
    compressed: bytes = lz4.block.compress(document)
    return compressed


def decompress(stored: bytes) -> bytes:
    """The wire's bytes of a stored document."""
    document: bytes = lz4.block.decompress(stored)
    return document

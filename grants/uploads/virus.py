"""The virus scanner, when the house has one: ClamAV, asked over its socket."""

import logging
import socket
import struct

from django.conf import settings

from grants.choices import Scan

logger = logging.getLogger(__name__)

SECONDS = 30
PIECE = 64 * 1024


def scan(data):
    """What ClamAV says of ``data``, as a ``Scan``.

    SKIPPED without a scanner; PENDING when it does not answer: it is asked again later.
    """
    address = settings.CLAMAV_ADDRESS
    if not address:
        return Scan.SKIPPED
    try:
        answer = _ask(address, data)
    except OSError:
        logger.warning("the virus scanner does not answer at %s", address)
        return Scan.PENDING
    if answer.endswith("FOUND"):
        return Scan.INFECTED
    return Scan.CLEAN if answer.endswith("OK") else Scan.PENDING


def _ask(address, data):
    """The answer to INSTREAM: ``stream: OK`` or ``stream: <name> FOUND``."""
    with _connected(address) as clamav:
        clamav.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            clamav.sendall(struct.pack(">I", len(piece)) + piece)
        clamav.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := clamav.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connected(address):
    """``/run/clamav/clamd.ctl``, or ``host:port``."""
    if address.startswith("/"):
        clamav = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamav.settimeout(SECONDS)
        clamav.connect(address)
        return clamav
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)

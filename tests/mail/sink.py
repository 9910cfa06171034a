"""A mail server for the tests: it takes what it is told to take, and remembers."""

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """``answer(address, message)`` returns what to say instead of 250, or nothing."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.answer_rcpt = lambda address: None
        self.answer_data = lambda address: None
        self.envelopes = []
        self.connections = 0
        self._controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.answer_rcpt(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        refusal = self.answer_data(envelope.rcpt_tos[0])
        if refusal:
            return refusal
        self.envelopes.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    @property
    def messages(self):
        return [
            message_from_bytes(content, policy=policy.default)
            for _readers, content in self.envelopes
        ]

    @property
    def readers(self):
        return [reader for readers, _content in self.envelopes for reader in readers]

    def up(self):
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True
        )
        self._controller.start()
        return self

    def down(self):
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

"""What goes wrong, as a client is told it."""

from wyoming.error import Error
from wyoming.event import Event

NOT_ALLOWED = "not-allowed"
"""The code for whom the list of networks does not let in."""


class ServerError(Exception):
    """A failure that the client hears of: a code for programs, a text for people."""

    def __init__(self, code: str, text: str, *, close: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.close = close
        """Whether the connection cannot go on after it."""

    def event(self) -> Event:
        """What is sent."""
        return Error(text=self.text, code=self.code).event()


class ClientGone(Exception):  # noqa: N818 - it is no error of ours
    """The client hung up."""

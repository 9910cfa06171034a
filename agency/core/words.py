"""What the supervisor says, in French, before any catalogue is compiled."""

import contextlib
import tomllib
from pathlib import Path

_SENTENCES = tomllib.loads(Path(__file__).with_name("up.fr.toml").read_text("utf-8"))


def sentence(key, **values):
    return _SENTENCES[key].format(**values)


def seconds(duration):
    """``1.26`` as one reads it in French."""
    return f"{duration:.1f}".replace(".", ",")


def say(key, **values):
    """A line on the terminal; a terminal that is gone is no reason to stop."""
    say_raw(sentence(key, **values))


def say_raw(text):
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)  # noqa: T201 - this is a program for the terminal

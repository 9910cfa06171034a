"""What the people of the demo write, in the file beside this module."""

from pathlib import Path

from agency.pages.demo.prose import read

HERE = Path(__file__).resolve().parent


def prose():
    return read("mentorat", HERE)

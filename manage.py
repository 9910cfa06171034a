#!/usr/bin/env python
"""Django's command line; without a word about settings it is the embedded demo's."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency.settings.dev")
    execute_from_command_line(sys.argv)

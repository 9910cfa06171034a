"""A child of ``manage.py up`` dies with it, however it dies."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In the child: ask the kernel where it can promise it, and look each second too."""
    ask_the_kernel()
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def ask_the_kernel():
    """Also good between fork and exec, where no thread may start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)

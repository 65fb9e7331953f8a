"""Flushing when the process is told to stop, without taking the signal from whoever handles it."""
from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any, Callable, Dict, Iterable, Optional

from seismo_capture.client import CaptureClient


def flush_on_signals(client: CaptureClient, numbers: Iterable[int] = (signal.SIGTERM, signal.SIGINT), *,
                     timeout: float = 5.0) -> Callable[[], None]:
    """Flushes on these signals, then hands them to the handler that was there, or lets the default happen.

    The client stays usable: a server may go on serving what it has begun. Call it from the main thread; gives a function
    that puts the earlier handlers back, where nobody has replaced ours meanwhile.
    """
    earlier: Dict[int, Any] = {}

    def handle(number: int, frame: Optional[FrameType]) -> None:
        client.flush(timeout)
        previous = earlier[number]
        if callable(previous):
            previous(number, frame)
        elif previous == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    for number in numbers:
        earlier[number] = signal.getsignal(number)
        signal.signal(number, handle)

    def restore() -> None:
        for number, previous in earlier.items():
            if signal.getsignal(number) is handle and previous is not None:
                signal.signal(number, previous)

    return restore

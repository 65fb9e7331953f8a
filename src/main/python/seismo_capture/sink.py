"""Where records go: Kafka, or anything else that takes them in order."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Protocol, Tuple

Headers = List[Tuple[str, bytes]]
Done = Callable[[Optional[str]], None]

_MAX_LINGER_MS = 5
_DELIVERY_MS = 30_000


class Sink(Protocol):
    """Takes records from one thread. A partition keeps the order in which it was given records."""

    def partitions(self) -> int:
        """How many partitions there are."""

    def send(self, partition: int, value: bytes, headers: Headers, done: Done) -> None:
        """Takes a record, or raises BufferError when there is no room now; `done` is called with what went wrong, or None."""

    def poll(self, seconds: float) -> None:
        """Calls what is done, waiting at most so long."""

    def flush(self, seconds: float) -> int:
        """Waits until everything is done, at most so long; gives how many records are not."""

    def close(self) -> None:
        """Lets go of what it holds; nothing is sent afterwards."""


def settings(bootstrap: str, buffered_bytes: int, more: Mapping[str, Any]) -> Dict[str, Any]:
    """Properties of the producer; `more` may add to them, but not take back what a lossless order needs.

    Raises ValueError for settings that break it, and for the trap of a long linger: a large uncompressed record waits for
    the whole of it.
    """
    properties: Dict[str, Any] = {
        "bootstrap.servers": bootstrap,
        "client.id": "seismo-capture",
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": _MAX_LINGER_MS,
        "compression.type": "none",
        "message.max.bytes": (1 << 20) + 4_096,
        "delivery.timeout.ms": _DELIVERY_MS,
        "queue.buffering.max.kbytes": max(2_048, buffered_bytes >> 10),
        "queue.buffering.max.messages": 100_000,
        **more,
    }
    if str(properties["enable.idempotence"]).lower() != "true" or str(properties["acks"]) not in ("all", "-1"):
        raise ValueError("enable.idempotence and acks=all stay on: without them a retry repeats or reorders frames")
    linger = float(properties.pop("queue.buffering.max.ms", properties["linger.ms"]))
    properties["linger.ms"] = linger
    codec = properties.get("compression.codec", properties["compression.type"])
    if linger > _MAX_LINGER_MS and codec == "none":
        raise ValueError(
            f"linger.ms {linger:g}: an uncompressed frame of 500 KB waits for all of it; use at most {_MAX_LINGER_MS}, or "
            "compression.type zstd")
    return properties


class KafkaSink:
    """An idempotent producer of librdkafka."""

    def __init__(self, topic: str, properties: Mapping[str, Any]) -> None:
        from confluent_kafka import Producer

        self._topic = topic
        self._producer = Producer(dict(properties))

    def partitions(self) -> int:
        """Asks the cluster; ConnectionError when it does not answer or has no such topic."""
        from confluent_kafka import KafkaException

        try:
            found = self._producer.list_topics(self._topic, timeout=15).topics[self._topic]
        except KafkaException as failure:
            raise ConnectionError(f"no broker answers: {failure}; is bootstrap right?") from failure
        if found.error is not None:
            raise ConnectionError(f"topic {self._topic}: {found.error.str()}; 'seismo topics create' makes it")
        return len(found.partitions)

    def send(self, partition: int, value: bytes, headers: Headers, done: Done) -> None:
        def told(error: Any, _: Any) -> None:
            done(None if error is None else str(error))

        # A list of no headers is not the same as none to all versions.
        extra: Dict[str, Any] = {"headers": headers} if headers else {}
        self._producer.produce(self._topic, value=value, partition=partition, on_delivery=told, **extra)

    def poll(self, seconds: float) -> None:
        self._producer.poll(seconds)

    def flush(self, seconds: float) -> int:
        return int(self._producer.flush(seconds))

    def close(self) -> None:
        # Its threads end with the last reference; until then they would go on looking for brokers.
        del self._producer

"""What write_tables.cc writes, computed again."""

import datetime
import decimal
import math

EPOCHS = 3
APPEND_ROWS = 1000
UPSERT_ROWS = 900
KEYS = 250
EPOCH_START = datetime.datetime(1970, 1, 1)


def timestamp(micros: int) -> datetime.datetime:
    return EPOCH_START + datetime.timedelta(microseconds=micros)


def scaled(value: int, digits: int) -> decimal.Decimal:
    return decimal.Decimal(value).scaleb(-digits, context=decimal.Context(prec=60))


def append_row(i: int) -> dict:
    if i % 7 == 3:
        return {"id": i} | {name: None for name in APPEND_COLUMNS[1:]}
    return {
        "id": i,
        "name": f"größe-{i % 100}",
        "lat": math.nan if i % 50 == 0 else i + 0.25,
        "score": -(i + 0.5) if i > 0 else 0.5,
        "active": i % 2 == 0,
        "small": i % 1000 - 500,
        "amount": scaled(i * 7 - 3000, 2),
        "price": scaled(i * 1000003, 3),
        "big": scaled(-i * 1000000007, 4),
        "day": datetime.date(1970, 1, 1) + datetime.timedelta(days=19000 + i % 40),
        "tod": (EPOCH_START + datetime.timedelta(milliseconds=i * 1000 + 250)).time(),
        "ts": timestamp((1700000000000 + i * 1001) * 1000),
        "ts6": timestamp(1700000000000000 + i * 1001),
        "ltz": timestamp((1700000000000 - i * 1001) * 1000).replace(tzinfo=datetime.timezone.utc),
        "payload": f"bytes{i}".encode(),
        "code": f"c{100 + i % 900}".encode(),
    }


APPEND_COLUMNS = [
    "id", "name", "lat", "score", "active", "small", "amount", "price", "big", "day", "tod", "ts",
    "ts6", "ltz", "payload", "code",
]  # fmt: skip


def append_rows() -> list[dict]:
    return [append_row(i) for i in range(EPOCHS * APPEND_ROWS)]


def states(epochs: int = EPOCHS) -> dict[str, dict]:
    """The last row per ride after so many epochs."""
    rows: dict[str, dict] = {}
    for i in range(epochs * UPSERT_ROWS):
        key = i * 7919 % KEYS
        if i % 11 == 0:
            rows.pop(f"ride-{key}", None)
        elif i % 13 != 0:
            rows[f"ride-{key}"] = {
                "ride_id": f"ride-{key}",
                "city": key % 5,
                "status": "OPEN" if i % 3 == 0 else "CLOSED",
                "lat": i + 0.5,
                "updated_at": timestamp((1700000000000 + i) * 1000),
            }
    return rows


def keys_of_epoch(epoch: int) -> set[int]:
    begin = (epoch - 1) * UPSERT_ROWS
    return {
        i * 7919 % KEYS for i in range(begin, begin + UPSERT_ROWS) if i % 11 == 0 or i % 13 != 0
    }

#!/usr/bin/env python3
"""Floe's log segments and an independent Kafka client (kafka-python), both ways.

  record_batches.py record > tests/oracle/kafka_record_batches.jsonl
      Batches as the client writes them, with what is in them; log_test decodes them.
  record_batches.py decode SEGMENT.log …
      One JSON line per record as the client reads it, in the form of
      `floe inspect log --depth records --output json`, so that the two can be compared.

Needs: pip install kafka-python lz4 zstandard
"""

import json
import sys

import kafka
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

CODECS = {"none": 0, "lz4": 3, "zstd": 4}

RECORDS = [
    {"timestamp": 1700000000000, "key": "driver_1", "value": '{"lat":37.77}', "headers": []},
    {"timestamp": 1699999999000, "key": None, "value": "no key", "headers": []},
    {"timestamp": 1700000001000, "key": "tombstone", "value": None, "headers": []},
    {"timestamp": 1700000002000, "key": "", "value": "", "headers": [["trace", "17"], ["none", None]]},
    {"timestamp": 1700000003000, "key": "long", "value": "ab" * 200, "headers": []},
]


def encode(text):
    return None if text is None else text.encode()


def decode_text(data):
    if data is None:
        return None
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        return "0x" + bytes(data).hex()


def record():
    for name, codec in CODECS.items():
        builder = DefaultRecordBatchBuilder(
            magic=2, compression_type=codec, is_transactional=False, producer_id=-1,
            producer_epoch=-1, base_sequence=-1, batch_size=1 << 20)
        for offset, entry in enumerate(RECORDS):
            headers = [(name_, encode(value)) for name_, value in entry["headers"]]
            builder.append(offset, timestamp=entry["timestamp"], key=encode(entry["key"]),
                           value=encode(entry["value"]), headers=headers)
        print(json.dumps({"client": f"kafka-python {kafka.__version__}", "compression": name,
                          "hex": bytes(builder.build()).hex(), "records": RECORDS}))


def decode(paths):
    for path in paths:
        with open(path, "rb") as file:
            records = MemoryRecords(file.read())
        while records.has_next():
            batch = records.next_batch()
            if not batch.validate_crc():
                sys.exit(f"{path}: batch at offset {batch.base_offset} has a wrong checksum")
            for entry in batch:
                line = {"offset": entry.offset, "timestamp_ms": entry.timestamp,
                        "key": decode_text(entry.key), "value": decode_text(entry.value)}
                if entry.headers:
                    line["headers"] = [{"name": name, "value": decode_text(value)}
                                       for name, value in entry.headers]
                print(json.dumps(line, ensure_ascii=False))


def main():
    if sys.argv[1:] == ["record"]:
        record()
    elif len(sys.argv) > 2 and sys.argv[1] == "decode":
        decode(sys.argv[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()

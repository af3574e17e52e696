"""Records of an embedded log in a real Kafka: the same partitions, keys, timestamps and bytes."""
import json
import subprocess

from measure import BIN, PARTITIONS, TOPICS

TIMEOUT_SECONDS = 60


def copy_log(data, servers):
    """Makes the topics anew and fills them."""
    from confluent_kafka import KafkaException, Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": servers})
    existing = admin.list_topics(timeout=TIMEOUT_SECONDS).topics
    old = [topic for topic in TOPICS if topic in existing]
    if old:
        for done in admin.delete_topics(old, operation_timeout=TIMEOUT_SECONDS).values():
            done.result()
    create_topics(admin, [NewTopic(topic, PARTITIONS, 1) for topic in TOPICS], KafkaException)
    producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True,
                         "compression.type": "lz4", "linger.ms": 50,
                         "queue.buffering.max.messages": 1_000_000})
    for topic in TOPICS:
        for record in records(data, topic):
            while True:
                try:
                    producer.produce(topic, record["value"], record["key"], record["partition"],
                                     timestamp=record["timestamp_ms"])
                    break
                except BufferError:
                    producer.poll(0.1)
    left = producer.flush(TIMEOUT_SECONDS)
    if left:
        raise RuntimeError(f"{left} records were not taken by {servers}")


def create_topics(admin, topics, error_type):
    # A deleted topic is gone a moment after its deletion was answered.
    for attempt in range(TIMEOUT_SECONDS):
        try:
            for done in admin.create_topics(topics).values():
                done.result()
            return
        except error_type as error:
            if error.args[0].name() != "TOPIC_ALREADY_EXISTS" or attempt + 1 == TIMEOUT_SECONDS:
                raise
            admin.poll(1)


def records(data, topic):
    process = subprocess.Popen(
        [BIN / "floe", "--data-dir", data, "--output", "json", "inspect", "log", "--topic", topic,
         "--depth", "records"], stdout=subprocess.PIPE, text=True)
    with process.stdout:
        for line in process.stdout:
            if line.startswith('{"kind":"record"'):
                yield json.loads(line)
    if process.wait() != 0:
        raise RuntimeError(f"floe inspect gave {process.returncode}")

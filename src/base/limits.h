// The named limit of every queue, buffer, cache, cursor and retry, with the reason for its size.
// A limit that a user may change is an option of the configuration, whose default stands here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace floe::limits {

// --- Records and their decoding ---------------------------------------------------------------

// One record of a log or one line of a file. Kafka's own default (max.message.bytes) is 1 MiB;
// eight times that leaves room for topics that raised it, and still bounds a decoding buffer.
inline constexpr size_t kMaxRecordBytes = size_t{8} << 20;
// Nesting of arrays and objects in one JSON value: far beyond real data, far below what exhausts
// a thread's stack.
inline constexpr int kMaxJsonDepth = 64;
// What a file source reads at a time: large enough that system calls don't show in a profile.
inline constexpr size_t kFileReadBytes = size_t{1} << 20;
// Raw records that one source partition holds ahead of its decoding: a few log batches, so that a
// slow job keeps the backlog in the log and not in memory.
inline constexpr size_t kSourceReadAheadBytes = size_t{4} << 20;
// How much of a bad record goes into an error message; the whole goes to the dead-letter table.
inline constexpr size_t kMaxQuotedRecordBytes = 256;

// --- Rounds (docs/design/order-and-time.md) ----------------------------------------------------

// Blocks of one round. At 1,024 records a block, 64 of them make the hand-over between stages
// (some 10 us) cost less than a nanosecond a row.
inline constexpr int kMaxRoundBlocks = 64;
// Raw bytes of one round, whatever its blocks: what bounds the memory of all stages together.
inline constexpr size_t kMaxRoundBytes = size_t{16} << 20;
// Rows that a stage may give in one round before rounds are made shorter: some 50 MB of a usual
// plan's columns, whatever a join multiplies.
inline constexpr int64_t kMaxRoundRows = int64_t{1} << 18;
// Rows of one batch: fits the row-wise columns of a usual plan into the second-level cache.
inline constexpr int64_t kMaxBatchRows = 8192;

// --- Embedded log ------------------------------------------------------------------------------

// One segment file. Retention drops whole segments, so this is also the grain of retention.
inline constexpr int64_t kLogSegmentBytes = int64_t{128} << 20;
// Records of one append that wait for the group's fsync; a producer beyond it waits.
inline constexpr size_t kMaxUnsyncedLogBytes = size_t{32} << 20;
// How often retention is applied, and how long after the start first: Kafka's defaults
// (log.retention.check.interval.ms, and the delay of its log manager's first task).
inline constexpr std::chrono::minutes kLogRetentionCheckInterval{5};
inline constexpr std::chrono::seconds kLogRetentionFirstCheckDelay{30};
// Partitions of one topic and topics of one log: every partition costs an open file and an index.
inline constexpr int kMaxPartitionsPerTopic = 1024;
inline constexpr int kMaxTopics = 4096;

// --- State, epochs, commits ----------------------------------------------------------------------

// Checkpoints kept. Two at least: recovery falls back on the older when the newer can't be read.
inline constexpr int kMinRetainedCheckpoints = 2;
// Epochs whose commit may be under way or waiting; a barrier beyond it waits. Commits of a table
// go one by one, so a deeper queue only hides that the catalog is too slow.
inline constexpr int kMaxEpochsInFlight = 4;
// Tries of one commit against concurrent writers, with a growing pause between them; the default
// of Iceberg's commit.retry.num-retries plus the first try.
inline constexpr int kMaxCommitTries = 5;
// Open partitioned writers of one sink task: each holds a row group's buffers.
inline constexpr int kMaxOpenWritersPerTask = 64;

// --- Jobs ----------------------------------------------------------------------------------------

// Jobs that have ended and are still listed; the oldest are forgotten first.
inline constexpr size_t kMaxEndedJobs = 100;
// The file that remembers a job: its script, escaped.
inline constexpr size_t kMaxJobRecordBytes = size_t{8} << 20;
// Requests of other threads that wait for the thread of the jobs.
inline constexpr size_t kMaxPendingJobCalls = 64;
// Checkpoints of a job that are listed with their duration and size: a quarter of an hour at ten
// seconds each.
inline constexpr size_t kMaxReportedCheckpoints = 100;

// --- Iceberg tables ------------------------------------------------------------------------------

// A data or delete file is put together in memory and stored whole: larger targets are cut to this.
inline constexpr int64_t kMaxBufferedFileBytes = int64_t{64} << 20;
// What the writer of one such file may hold, dictionaries and open pages included.
inline constexpr int64_t kMaxFileWriterBytes = int64_t{128} << 20;
// Closed files of one writer that are still being stored; the next one waits.
inline constexpr size_t kMaxFileWritesInFlight = 2;
// Rows that an upsert writer holds back to replace them by later ones of the same key; beyond it
// they go to a file, and a later row of the key costs a position delete.
inline constexpr int64_t kMaxUpsertBufferBytes = int64_t{64} << 20;
// One block of an Avro file after decompression: a damaged or hostile file can't take more.
inline constexpr size_t kMaxAvroBlockBytes = size_t{256} << 20;
// Parsed metadata files that a catalog keeps.
inline constexpr size_t kMaxCachedTableMetadata = 64;
// Parsed manifests and manifest lists that queries share, by estimated size: some hundred snapshots
// of a few tables.
inline constexpr size_t kMaxCachedManifestBytes = size_t{16} << 20;
// How long a commit waits for the catalog file's write lock, which another process may hold.
inline constexpr int kCatalogLockWaitMs = 5000;
// Nesting of a metadata file's JSON and of an Avro schema.
inline constexpr int kMaxMetadataDepth = 100;

// --- Memory --------------------------------------------------------------------------------------

// Default of `memory.limit`: Arrow, state, log and queries together.
inline constexpr int64_t kDefaultMemoryLimitBytes = int64_t{1} << 30;

// --- Texts from users
// ------------------------------------------------------------------------------

// A job file or statement. A megabyte is some 20,000 lines of SQL.
inline constexpr size_t kMaxSqlBytes = size_t{1} << 20;
// Parentheses, subqueries, CASE and the like within each other: bounds the parser's recursion.
inline constexpr int kMaxSqlNestingDepth = 200;
// Levels of a syntax tree, chains such as a + b + c counted too: bounds the recursion of all who
// walk it, which take up to a few KiB of stack a level.
inline constexpr int kMaxSqlTreeHeight = 1000;
// A configuration file, and the nesting of it.
inline constexpr size_t kMaxConfigFileBytes = size_t{1} << 20;
inline constexpr int kMaxConfigDepth = 16;
// Values of a configuration file, aliases counted each time: what stops an alias bomb.
inline constexpr int kMaxConfigNodes = 100'000;
// Names that an error suggests: more than three are a list, not a suggestion.
inline constexpr size_t kMaxSuggestedNames = 3;
// Longest name that is compared for suggestions: the comparison takes quadratic time.
inline constexpr size_t kMaxComparedNameLength = 128;

// --- HTTP ----------------------------------------------------------------------------------------

// Request line and headers: Trino clients put prepared statements there. Below the 64 KiB that a
// single field may have in Beast, which throws for a longer one instead of refusing it.
inline constexpr size_t kMaxHttpHeaderBytes = size_t{60} << 10;
// One message's body: a batch of records to append.
inline constexpr size_t kMaxHttpBodyBytes = size_t{64} << 20;
// Open connections; a further one is answered 503. Each has at most one request under way, so this
// bounds what waits for an answer too.
inline constexpr int kMaxHttpConnections = 256;
// A message that takes longer than this to arrive or to leave is given up.
inline constexpr std::chrono::seconds kHttpReadTimeout{30};
// A connection without a request is closed after it: longer than the pools of usual clients keep
// one (Go 90 s), so that it is the client who closes and no request is lost on the way.
inline constexpr std::chrono::seconds kHttpIdleTimeout{300};
// What a stopping server gives to the requests under way.
inline constexpr std::chrono::seconds kHttpStopGrace{2};

// --- Query endpoint ------------------------------------------------------------------------------

// Threads that run statements: beside the jobs, on a small machine.
inline constexpr int kQueryThreads = 4;
// Statements that have begun and whose rows are not all produced. More than threads, since one
// whose client reads slowly holds no thread.
inline constexpr size_t kMaxRunningQueries = 16;
// Statements that wait for one of those to end; further ones are refused (QUERY_QUEUE_FULL).
inline constexpr size_t kMaxQueuedQueries = 128;
// Statements that have ended and can still be asked for: Trino's query.max-history.
inline constexpr size_t kMaxEndedQueries = 100;
// Pages of ended statements, kept in case the client asks again: the oldest are dropped first.
inline constexpr size_t kMaxEndedResultBytes = size_t{16} << 20;
// Text of an ended statement in listings.
inline constexpr size_t kMaxEndedQueryTextBytes = size_t{16} << 10;
// Rows of one statement, as JSON, that wait for its client; its producer pauses beyond it.
inline constexpr size_t kMaxQueryResultBytes = size_t{4} << 20;
// What is asked of the executor at a time; also what a pause comes too late by.
inline constexpr size_t kQueryChunkBytes = size_t{256} << 10;
// A page's rows, if the client asks for no size, and at most (Trino: 1 MB and 128 MB; a page is
// held in memory twice).
inline constexpr size_t kDefaultQueryPageBytes = size_t{1} << 20;
inline constexpr size_t kMaxQueryPageBytes = size_t{16} << 20;
// How long a request for a page waits for rows: Trino's own limit of a long poll.
inline constexpr std::chrono::milliseconds kMaxQueryPollWait{1000};
// A statement whose client has not asked for this long is cancelled: Trino's
// query.client.timeout.
inline constexpr std::chrono::minutes kQueryClientTimeout{5};
// A client that reads asks at least once a second; one that is silent for this long keeps its place
// only while nobody else wants it.
inline constexpr std::chrono::seconds kStalledClientTimeout{30};
// How often clients that are gone are looked for.
inline constexpr std::chrono::seconds kQuerySweepInterval{5};
// DuckDB's memory, of all statements together: what the demo of 250 MB can spare.
inline constexpr int64_t kDefaultQueryMemoryBytes = int64_t{96} << 20;
// DuckDB's own threads; a statement takes part in its work with its own.
inline constexpr int kQueryEngineThreads = 2;

// --- SQL client (floe sql) -----------------------------------------------------------------------

// A script of statements: some twenty statements of the greatest length, or a million lines.
inline constexpr size_t kMaxSqlScriptBytes = size_t{32} << 20;
// One page of a result: what a server of Trino may be asked for at most.
inline constexpr size_t kMaxClientPageBytes = size_t{128} << 20;
// Tries of one GET. The pauses grow by 100 ms each (Trino's own client), 4.5 s together: enough for
// a server that starts again.
inline constexpr int kMaxClientTries = 10;
// A request that no answer comes to. Servers answer within a second or two, also while they work.
inline constexpr std::chrono::seconds kClientTimeout{120};
// Rows of a table that are held back to find the widths of its columns.
inline constexpr size_t kMaxAlignedRows = 10'000;
// Statements of former sessions that can be called back.
inline constexpr size_t kMaxHistoryEntries = 10'000;
inline constexpr size_t kMaxHistoryBytes = size_t{16} << 20;
// Names that one place of a statement is completed from, and lists of them that are kept.
inline constexpr size_t kMaxCompletionNames = 10'000;
inline constexpr size_t kMaxCompletionLists = 256;
// A completion that takes longer is given up: nobody waits for it.
inline constexpr std::chrono::seconds kCompletionTimeout{2};

// --- Observation
// -----------------------------------------------------------------------------------

// Series of one metrics registry. A registry is asked for a fixed set per operator, so only a
// label with unbounded values can reach this; later series then share one overflow series.
inline constexpr size_t kMaxMetricSeries = 20'000;
// One line of the log; longer ones are cut.
inline constexpr size_t kMaxLogLineBytes = size_t{64} << 10;

}  // namespace floe::limits

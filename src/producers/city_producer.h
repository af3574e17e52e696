// Runs a city against a clock into a log, and goes on after a restart without an id or an event
// twice.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "producers/city.h"
#include "producers/record_sink.h"
#include "storage/file_system.h"

namespace floe::producers {

struct CityProducerOptions {
  // start_time is ignored unless `fixed_start`.
  CityOptions city;
  // False: live, the city's time is the wall clock's. True: it begins at city.start_time.
  bool fixed_start = false;
  // City seconds per second; 0: as fast as the sink takes them (needs fixed_start).
  double speed = 1;
  // Stop at this city time; Max: never.
  EventTime end_time = EventTime::Max();
  // Where the city's state is kept.
  std::string state_path;
  // Between two states saved; what comes after the last one is found again in the log.
  int64_t save_interval_ms = 1000;
};

struct CityProgress {
  int64_t records = 0;  // appended since the start of this process
  EventTime city_time;
  bool finished = false;  // end_time is reached
  // How long to wait before the next step is worth while.
  int64_t wait_ms = 0;
};

// Used by one thread at a time. Saved state and log belong together: the state names the ends of
// the topics at which it was taken; records that follow them in the log and that the restored city
// makes again are not appended again. A live city that was away sleeps until now.
class CityProducer {
 public:
  // Restores the state if there is one. References outlive the producer.
  static Result<std::unique_ptr<CityProducer>> Open(storage::FileSystem& files, const Clock& clock,
                                                    RecordSink& sink, CityProducerOptions options);
  // Appends what is due, at most some ten thousand records. After an error the producer is of no
  // more use: open it again.
  Result<CityProgress> Step();
  // Saves the state. Not needed for correctness.
  Status Close();

  CityCounts counts() const { return city_->counts(); }

 private:
  CityProducer(storage::FileSystem& files, const Clock& clock, RecordSink& sink,
               CityProducerOptions options);
  Status Restore(const std::string& bytes);
  Status ReadTail(const std::vector<TopicEnd>& saved_ends);
  Status CatchUp();
  Status SaveState();
  Status AppendRecords();
  EventTime DueTime() const;
  // Takes the record out of the tail if it is there.
  bool TakeFromTail(const CityRecords::Record& record);

  storage::FileSystem& files_;
  const Clock& clock_;
  RecordSink& sink_;
  CityProducerOptions options_;
  std::unique_ptr<City> city_;
  CityRecords records_;
  // Records found in the log after the saved state, with how often each is there.
  std::unordered_map<std::string, int64_t> tail_;
  int64_t tail_end_ms_ = INT64_MIN;  // the newest of them
  // City time and monotonic time that belong together.
  EventTime pace_city_time_;
  int64_t pace_clock_ms_ = 0;
  int64_t last_save_ms_ = 0;
  int64_t appended_ = 0;
  int64_t saved_at_record_ = 0;
};

}  // namespace floe::producers

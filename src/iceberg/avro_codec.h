// Compression of the blocks of Avro container files.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "iceberg/manifest.h"

namespace floe::iceberg {

// The codec's name in a file's header: "null", "deflate", "zstandard".
std::string_view AvroCodecName(AvroCodec codec);
// kNotImplemented for another codec.
Result<AvroCodec> AvroCodecFromName(std::string_view name);

Result<std::string> CompressBlock(AvroCodec codec, std::string_view bytes);
// kLimitExceeded when the block would have more than 256 MiB.
Result<std::string> DecompressBlock(AvroCodec codec, std::string_view bytes);

}  // namespace floe::iceberg

#include "base/log.h"
#include "server/http/http_server.h"

namespace floe::server {
namespace {

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
    case ErrorCode::kTableNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kCommitConflict:
      return 409;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kOffsetOutOfRange:
      return 416;
    default:
      break;
  }
  switch (OriginOf(code)) {
    case ErrorOrigin::kUser:
      return 400;
    case ErrorOrigin::kExternal:
    case ErrorOrigin::kResources:
      return 503;
    case ErrorOrigin::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace

HttpResponse ErrorResponse(const Error& error) {
  HttpResponse response;
  response.status = StatusOf(error.code());
  response.body = "{\"error\":{\"name\":";
  AppendJsonString(ErrorName(error.code()), &response.body);
  response.body += ",\"message\":";
  AppendJsonString(error.message(), &response.body);
  if (!error.hint().empty()) {
    response.body += ",\"hint\":";
    AppendJsonString(error.hint(), &response.body);
  }
  if (error.span()) {
    const SourceSpan& span = *error.span();
    response.body += ",\"line\":" + std::to_string(span.line) +
                     ",\"column\":" + std::to_string(span.column) +
                     ",\"end_line\":" + std::to_string(span.end_line) +
                     ",\"end_column\":" + std::to_string(span.end_column);
  }
  response.body += "}}";
  return response;
}

}  // namespace floe::server

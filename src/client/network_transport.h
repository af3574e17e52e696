// HttpTransport over TCP and TLS.
#pragma once

#include <memory>

#include "client/http_transport.h"

namespace floe::client {

// Keeps the connection to the last server open. The certificate of an https server has to be known
// to the system's store (or SSL_CERT_FILE, SSL_CERT_DIR) and name the host.
std::unique_ptr<HttpTransport> MakeNetworkTransport();

}  // namespace floe::client

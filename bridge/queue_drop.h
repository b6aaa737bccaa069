#pragma once

#include "bridge/http_router.h"
#include "bridge/link_driver.h"

namespace depinsat::bridge {

/// Adds `POST /queue/drop` of {"key": 64 hexadecimal digits}: ends the messages of the journal
/// with that key, whose sender is told "not done", or "unknown" where all of one was on air.
/// Replies {"dropped": how many there were}. The whole key is asked for, which only those know
/// who sent the message or may read the journal.
void add_queue_drop(HttpRouter&, LinkDriver&);

} // namespace depinsat::bridge

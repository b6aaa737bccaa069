#pragma once

#include "depinsat/link/link.h"

#include <chrono>
#include <vector>

/// Messages with a key that go another way than the link, kept in the store for as long: if the
/// process ends, the next run finds them there.
namespace depinsat::bridge {

struct KeptMessage {
    link::MessageKey key{};
    std::chrono::seconds left{0}; ///< of its lifetime; what is over is not positive
    std::vector<uint8_t> bytes;
};

/// On disk when this returns.
void keep_message(link::Store&,
                  link::Record,
                  const link::MessageKey& key,
                  std::chrono::seconds lifetime,
                  const std::vector<uint8_t>& bytes);

std::vector<KeptMessage> kept_messages(const link::Store&, link::Record);

} // namespace depinsat::bridge

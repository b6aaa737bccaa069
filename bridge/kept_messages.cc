#include "bridge/kept_messages.h"

#include "bridge/wall_clock.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::bridge {

using nlohmann::json;

void keep_message(link::Store& store,
                  link::Record record,
                  const link::MessageKey& key,
                  std::chrono::seconds lifetime,
                  const std::vector<uint8_t>& bytes)
{
    const int64_t until = int64_t(wall_seconds()) + lifetime.count();
    store.put(record, key, json::to_cbor({{"until", until}, {"bytes", json::binary(bytes)}}));
    store.commit();
}

std::vector<KeptMessage> kept_messages(const link::Store& store, link::Record record)
{
    std::vector<KeptMessage> all;
    store.for_each(record, [&](std::span<const uint8_t> key, std::span<const uint8_t> value) {
        const json kept = json::from_cbor(value.begin(), value.end());
        KeptMessage message;
        std::copy_n(key.begin(), std::min(key.size(), message.key.size()), message.key.begin());
        message.left =
            std::chrono::seconds(kept.at("until").get<int64_t>() - int64_t(wall_seconds()));
        message.bytes = kept.at("bytes").get_binary();
        all.push_back(std::move(message));
    });
    return all;
}

} // namespace depinsat::bridge

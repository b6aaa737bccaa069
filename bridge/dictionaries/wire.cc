#include "bridge/dictionaries/wire.h"

#include <algorithm>

namespace depinsat::bridge {
namespace {

constexpr size_t kIdBytes = std::tuple_size_v<Dictionary::Id>;
constexpr size_t kHeaderBytes = kIdBytes + 2 + 4 + 1;

Dictionary::Id id_in(std::span<const uint8_t> bytes)
{
    Dictionary::Id id;
    std::copy_n(bytes.begin(), id.size(), id.begin());
    return id;
}

} // namespace

Bytes encode_offer(const std::vector<OfferedDictionary>& offers)
{
    Bytes out;
    for (const auto& offer : offers) {
        out.insert(out.end(), offer.id.begin(), offer.id.end());
        for (const int shift : {8, 0})
            out.push_back(uint8_t(offer.version >> shift));
        for (const int shift : {24, 16, 8, 0})
            out.push_back(uint8_t(offer.size >> shift));
        out.push_back(uint8_t(offer.name.size()));
        out.insert(out.end(), offer.name.begin(), offer.name.end());
    }
    return out;
}

std::optional<std::vector<OfferedDictionary>> decode_offer(std::span<const uint8_t> bytes)
{
    std::vector<OfferedDictionary> offers;
    while (!bytes.empty()) {
        if (bytes.size() < kHeaderBytes || offers.size() >= DictionaryShelf::kMax)
            return {};
        OfferedDictionary offer{.id = id_in(bytes), .name = {}};
        offer.version = uint16_t(bytes[32] << 8 | bytes[33]);
        for (size_t i = 34; i < 38; ++i)
            offer.size = offer.size << 8 | bytes[i];
        const size_t length = bytes[38];
        bytes = bytes.subspan(kHeaderBytes);
        if (bytes.size() < length)
            return {};
        offer.name.assign(bytes.begin(), bytes.begin() + std::ptrdiff_t(length));
        if (!is_dictionary_name(offer.name))
            return {};
        bytes = bytes.subspan(length);
        offers.push_back(std::move(offer));
    }
    return offers;
}

std::optional<Dictionary::Id> decode_want(std::span<const uint8_t> bytes)
{
    if (bytes.size() != kIdBytes)
        return {};
    return id_in(bytes);
}

} // namespace depinsat::bridge

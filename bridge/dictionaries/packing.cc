#include "bridge/dictionaries/packing.h"

#include <algorithm>

namespace depinsat::bridge {
namespace {

ZstdDictionary& ready(const Dictionary& dictionary)
{
    if (!dictionary.zstd)
        dictionary.zstd = std::make_shared<ZstdDictionary>(dictionary.bytes);
    return *dictionary.zstd;
}

} // namespace

Bytes pack(std::span<const uint8_t> plain, const Dictionary* dictionary)
{
    Bytes out;
    out.reserve(plain.size() + 1);
    out.push_back(uint8_t(dictionary ? Packing::kDictionary : Packing::kZstd));
    if (dictionary) {
        const auto id = DictionaryShelf::short_id(dictionary->id);
        out.insert(out.end(), id.begin(), id.end());
    }
    const Bytes frame =
        dictionary ? zstd_compress(plain, ready(*dictionary)) : zstd_compress(plain);
    out.insert(out.end(), frame.begin(), frame.end());
    if (!frame.empty() && out.size() <= plain.size())
        return out;
    out.assign(1 + plain.size(), uint8_t(Packing::kPlain));
    std::ranges::copy(plain, out.begin() + 1);
    return out;
}

std::optional<Bytes> unpack(std::span<const uint8_t> packed, const DictionaryShelf& shelf)
{
    if (packed.empty())
        return {};
    const auto rest = packed.subspan(1);
    switch (Packing(packed[0])) {
    case Packing::kPlain:
        return Bytes(rest.begin(), rest.end());
    case Packing::kZstd:
        return zstd_decompress(rest);
    case Packing::kDictionary:
        break;
    default:
        return {};
    }
    DictionaryShelf::ShortId id;
    if (rest.size() < id.size())
        return {};
    std::copy_n(rest.begin(), id.size(), id.begin());
    const Dictionary* dictionary = shelf.find(id);
    return dictionary ? zstd_decompress(rest.subspan(id.size()), ready(*dictionary))
                      : std::nullopt;
}

} // namespace depinsat::bridge

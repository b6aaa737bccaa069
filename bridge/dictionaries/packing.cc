#include "bridge/dictionaries/packing.h"

#include <zstd.h>

#include <algorithm>
#include <new>

namespace depinsat::bridge {
namespace {

constexpr int kLevel = 19;
constexpr std::array<uint8_t, 4> kMagic{0x28, 0xB5, 0x2F, 0xFD};

using Compressor = std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)>;

/// The context, or the lack of memory as an exception.
template <class Context>
Context checked(Context context)
{
    if (!context)
        throw std::bad_alloc();
    return context;
}

/// A zstd frame without its magic number; empty if zstd cannot.
Bytes compress(std::span<const uint8_t> plain, const Dictionary* dictionary)
{
    const auto zstd = checked(Compressor(ZSTD_createCCtx(), ZSTD_freeCCtx));
    ZSTD_CCtx_setParameter(zstd.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(zstd.get(), ZSTD_c_dictIDFlag, 0);
    if (dictionary)
        ZSTD_CCtx_loadDictionary(zstd.get(), dictionary->bytes.data(),
                                 dictionary->bytes.size());
    Bytes out(ZSTD_compressBound(plain.size()));
    const size_t size =
        ZSTD_compress2(zstd.get(), out.data(), out.size(), plain.data(), plain.size());
    if (ZSTD_isError(size))
        return {};
    out.resize(size);
    out.erase(out.begin(), out.begin() + kMagic.size());
    return out;
}

std::optional<Bytes> decompress(std::span<const uint8_t> packed, const Dictionary* dictionary)
{
    const auto zstd = checked(Decompressor(ZSTD_createDCtx(), ZSTD_freeDCtx));
    if (dictionary && ZSTD_isError(ZSTD_DCtx_loadDictionary(
                          zstd.get(), dictionary->bytes.data(), dictionary->bytes.size())))
        return {};
    Bytes frame(kMagic.begin(), kMagic.end()), plain;
    frame.insert(frame.end(), packed.begin(), packed.end());
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    for (size_t left = 1; left != 0;) {
        const size_t had = plain.size();
        plain.resize(had + ZSTD_DStreamOutSize());
        ZSTD_outBuffer out{plain.data() + had, plain.size() - had, 0};
        left = ZSTD_decompressStream(zstd.get(), &out, &in);
        plain.resize(had + out.pos);
        if (ZSTD_isError(left) || plain.size() > kMaxUnpackedBytes ||
            (left != 0 && in.pos == in.size && out.pos < out.size))
            return {};
    }
    return in.pos == in.size ? std::optional(std::move(plain)) : std::nullopt;
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
    const Bytes frame = compress(plain, dictionary);
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
        return decompress(rest, nullptr);
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
    return dictionary ? decompress(rest.subspan(id.size()), dictionary) : std::nullopt;
}

} // namespace depinsat::bridge

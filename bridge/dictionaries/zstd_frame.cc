#include "bridge/dictionaries/zstd_frame.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>

namespace depinsat::bridge {
namespace {

using Bytes = std::vector<uint8_t>;

/// What every frame begins with; it stays at the ends.
constexpr std::array<uint8_t, 4> kMagic{0x28, 0xB5, 0x2F, 0xFD};

struct LevelOfSize {
    size_t most;
    int level;
};
constexpr LevelOfSize kLevels[] = {
    {4096, 19}, {48 << 10, 12}, {128 << 10, 9}, {256 << 10, 6}, {SIZE_MAX, 3}};

/// From level 10 on every position of a prefix is sorted into a tree.
constexpr size_t kMaxSortedPrefix = 32 << 10;
constexpr int kUnsortedLevel = 9;

int level_for(size_t size)
{
    return std::ranges::find_if(kLevels, [size](auto one) { return size <= one.most; })->level;
}

template <class Context>
Context* checked(Context* context)
{
    if (!context)
        throw std::bad_alloc();
    return context;
}

/// The contexts of zstd, one of each kind for all.
ZSTD_CCtx* compressor()
{
    static const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> kContext(
        checked(ZSTD_createCCtx()), ZSTD_freeCCtx);
    ZSTD_CCtx_reset(kContext.get(), ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(kContext.get(), ZSTD_c_dictIDFlag, 0);
    return kContext.get();
}

ZSTD_DCtx* decompressor()
{
    static const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> kContext(
        checked(ZSTD_createDCtx()), ZSTD_freeDCtx);
    ZSTD_DCtx_reset(kContext.get(), ZSTD_reset_session_and_parameters);
    return kContext.get();
}

Bytes run(ZSTD_CCtx* zstd, std::span<const uint8_t> plain)
{
    Bytes out(ZSTD_compressBound(plain.size()));
    const size_t size =
        ZSTD_compress2(zstd, out.data(), out.size(), plain.data(), plain.size());
    if (ZSTD_isError(size))
        return {};
    out.resize(size);
    out.erase(out.begin(), out.begin() + kMagic.size());
    return out;
}

std::optional<Bytes> run(ZSTD_DCtx* zstd, std::span<const uint8_t> packed)
{
    Bytes frame(kMagic.begin(), kMagic.end()), plain;
    frame.insert(frame.end(), packed.begin(), packed.end());
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    for (size_t left = 1; left != 0;) {
        const size_t had = plain.size();
        plain.resize(had + ZSTD_DStreamOutSize());
        ZSTD_outBuffer out{plain.data() + had, plain.size() - had, 0};
        left = ZSTD_decompressStream(zstd, &out, &in);
        plain.resize(had + out.pos);
        if (ZSTD_isError(left) || plain.size() > kMaxUnpackedBytes ||
            (left != 0 && in.pos == in.size && out.pos < out.size))
            return {};
    }
    return in.pos == in.size ? std::optional(std::move(plain)) : std::nullopt;
}

} // namespace

ZstdDictionary::ZstdDictionary(std::span<const uint8_t> bytes)
    : bytes_(bytes.begin(), bytes.end())
{}

const ZSTD_CDict* ZstdDictionary::compressing(int level)
{
    auto& made = compressing_[level];
    if (!made)
        made = {checked(ZSTD_createCDict(bytes_.data(), bytes_.size(), level)), ZSTD_freeCDict};
    return made.get();
}

const ZSTD_DDict* ZstdDictionary::decompressing()
{
    if (!decompressing_)
        if (auto* made = ZSTD_createDDict(bytes_.data(), bytes_.size()))
            decompressing_ = {made, ZSTD_freeDDict};
    return decompressing_.get();
}

Bytes zstd_compress(std::span<const uint8_t> plain, std::span<const uint8_t> prefix)
{
    ZSTD_CCtx* zstd = compressor();
    const int level = level_for(plain.size());
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel,
                           prefix.size() > kMaxSortedPrefix ? std::min(level, kUnsortedLevel)
                                                            : level);
    ZSTD_CCtx_refPrefix(zstd, prefix.data(), prefix.size());
    return run(zstd, plain);
}

Bytes zstd_compress(std::span<const uint8_t> plain, ZstdDictionary& dictionary)
{
    ZSTD_CCtx* zstd = compressor();
    ZSTD_CCtx_refCDict(zstd, dictionary.compressing(level_for(plain.size())));
    return run(zstd, plain);
}

std::optional<Bytes> zstd_decompress(std::span<const uint8_t> frame,
                                     std::span<const uint8_t> prefix)
{
    ZSTD_DCtx* zstd = decompressor();
    ZSTD_DCtx_refPrefix(zstd, prefix.data(), prefix.size());
    return run(zstd, frame);
}

std::optional<Bytes> zstd_decompress(std::span<const uint8_t> frame, ZstdDictionary& dictionary)
{
    ZSTD_DCtx* zstd = decompressor();
    const ZSTD_DDict* ready = dictionary.decompressing();
    if (!ready)
        return {};
    ZSTD_DCtx_refDDict(zstd, ready);
    return run(zstd, frame);
}

} // namespace depinsat::bridge

#include "bridge/ethereum/packed_json.h"

#include "bridge/ethereum/dictionary.h"
#include "bridge/json_rpc/text.h"

#include <zstd.h>

#include <array>
#include <memory>
#include <new>

namespace depinsat::bridge::ethereum {
namespace {

constexpr int kLevel = 19;
constexpr uint8_t kPlainText = 0;

/// What every frame of zstd begins with (RFC 8878); it stays at the ends.
constexpr std::array<uint8_t, 4> kMagic{0x28, 0xB5, 0x2F, 0xFD};

/// Contexts of zstd, one of each kind for all.
ZSTD_CCtx* compressor()
{
    static const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> kContext(ZSTD_createCCtx(),
                                                                             ZSTD_freeCCtx);
    if (!kContext)
        throw std::bad_alloc();
    return kContext.get();
}

ZSTD_DCtx* decompressor()
{
    static const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> kContext(ZSTD_createDCtx(),
                                                                             ZSTD_freeDCtx);
    if (!kContext)
        throw std::bad_alloc();
    return kContext.get();
}

Bytes prefix_of(std::span<const uint8_t> context)
{
    Bytes prefix(kDictionary.begin(), kDictionary.end());
    prefix.insert(prefix.end(), context.begin(), context.end());
    return prefix;
}

} // namespace

Bytes pack_json(std::string_view text, std::span<const uint8_t> context)
{
    Bytes plain{kPlainText};
    plain.insert(plain.end(), text.begin(), text.end());
    const Json json = json_rpc::parse(text, kMaxDenseDepth);
    if (json.is_discarded())
        return plain;
    const Bytes dense = to_dense(json);
    const auto back = from_dense(dense);
    if (!back || back->dump(-1, ' ', false, Json::error_handler_t::replace) != text)
        return plain;
    const Bytes prefix = prefix_of(context);
    ZSTD_CCtx* zstd = compressor();
    ZSTD_CCtx_reset(zstd, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_refPrefix(zstd, prefix.data(), prefix.size());
    Bytes out(ZSTD_compressBound(dense.size()));
    const size_t size =
        ZSTD_compress2(zstd, out.data(), out.size(), dense.data(), dense.size());
    if (ZSTD_isError(size) || 1 + size - kMagic.size() > plain.size())
        return plain;
    out.resize(size);
    out.erase(out.begin(), out.begin() + kMagic.size() - 1);
    out[0] = kDictionaryVersion;
    return out;
}

std::optional<std::string> unpack_json(std::span<const uint8_t> packed,
                                       std::span<const uint8_t> context)
{
    if (packed.empty())
        return {};
    if (packed[0] == kPlainText)
        return std::string(packed.begin() + 1, packed.end());
    if (packed[0] != kDictionaryVersion)
        return {};
    const Bytes prefix = prefix_of(context);
    ZSTD_DCtx* zstd = decompressor();
    ZSTD_DCtx_reset(zstd, ZSTD_reset_session_and_parameters);
    ZSTD_DCtx_refPrefix(zstd, prefix.data(), prefix.size());
    Bytes frame(kMagic.begin(), kMagic.end()), dense;
    frame.insert(frame.end(), packed.begin() + 1, packed.end());
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    size_t left = 1;
    while (left != 0) {
        const size_t had = dense.size();
        dense.resize(had + ZSTD_DStreamOutSize());
        ZSTD_outBuffer out{dense.data() + had, dense.size() - had, 0};
        left = ZSTD_decompressStream(zstd, &out, &in);
        dense.resize(had + out.pos);
        if (ZSTD_isError(left) || dense.size() > kMaxUnpackedBytes ||
            (left != 0 && in.pos == in.size && out.pos < out.size))
            return {};
    }
    const auto json = in.pos == in.size ? from_dense(dense) : std::nullopt;
    if (!json)
        return {};
    return json->dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace depinsat::bridge::ethereum

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct ZSTD_CDict_s;
struct ZSTD_DDict_s;

/// Frames of zstd (RFC 8878) as they go over the link: without magic number, checksum and
/// dictionary id.
///
/// Cost    one thread does all of a station's work, so the level falls as messages grow: 1.5 ms
///         of a core for 4 and 48 KiB, 2 ms for 128 and 256 KiB, 2.5 ms for 1 MiB; a prefix
///         costs 2 ms for 32 KiB. Against level 19 a message of 10 KB grows by 1 %, of 60 KB by
///         3 %, of 100 KB by 9 %; up to 4 KiB none does.
/// Memory  of a dictionary of 64 KiB at most 6 MB, of one of 256 KiB 32 MB.
namespace depinsat::bridge {

/// What a frame may unpack to.
inline constexpr size_t kMaxUnpackedBytes = 16u << 20;

/// A dictionary, made ready for zstd when it is first used, for each level once.
class ZstdDictionary
{
public:
    explicit ZstdDictionary(std::span<const uint8_t> bytes);

    const ZSTD_CDict_s* compressing(int level);

    /// Null if the bytes have the head of a dictionary of zstd, and are none.
    const ZSTD_DDict_s* decompressing();

private:
    std::vector<uint8_t> bytes_;
    std::map<int, std::shared_ptr<ZSTD_CDict_s>> compressing_;
    std::shared_ptr<ZSTD_DDict_s> decompressing_;
};

/// @param prefix  that the other end has, too; changes with each message.
/// @return empty if zstd cannot.
std::vector<uint8_t> zstd_compress(std::span<const uint8_t> plain,
                                   std::span<const uint8_t> prefix = {});
std::vector<uint8_t> zstd_compress(std::span<const uint8_t> plain, ZstdDictionary&);

/// @return nothing if it is malformed, goes on, or unpacks to more than kMaxUnpackedBytes.
std::optional<std::vector<uint8_t>> zstd_decompress(std::span<const uint8_t> frame,
                                                    std::span<const uint8_t> prefix = {});
std::optional<std::vector<uint8_t>> zstd_decompress(std::span<const uint8_t> frame,
                                                    ZstdDictionary&);

} // namespace depinsat::bridge

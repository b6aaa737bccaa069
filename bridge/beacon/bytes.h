#pragma once

#include "bridge/byte_reader.h"
#include "bridge/hex.h"

#include <array>

/// Bytes of the beacon bridge's messages: numbers, texts, hex.
namespace depinsat::bridge::beacon {

using Bytes = std::vector<uint8_t>;
using Root = std::array<uint8_t, 32>;

/// Appends to a message.
///
/// varint  7 bits a byte, the lowest first; the top bit says that another follows.
class Writer
{
public:
    void u8(uint8_t value) { out_.push_back(value); }

    /// The lowest `bytes` bytes, big endian.
    void number(uint64_t value, unsigned bytes);
    void varint(uint64_t value);
    void bytes(std::span<const uint8_t>);
    void text(std::string_view); ///< varint of the length, bytes

    size_t size() const { return out_.size(); }
    Bytes take() { return std::move(out_); }

private:
    Bytes out_;
};

/// Takes a message apart.
class Reader : public ByteReader
{
public:
    using ByteReader::ByteReader;

    uint64_t varint();
    Root root();
    std::string text();
};

using bridge::from_hex;
using bridge::to_hex;

/// Whether the text is "0x" and an even number of lower-case digits, as beacon nodes print
/// bytes.
bool is_canonical_hex(std::string_view);

std::optional<Root> root_from_hex(std::string_view);

/// Digits without leading zeros, at most 2^64 - 1.
std::optional<uint64_t> from_decimal(std::string_view);

} // namespace depinsat::bridge::beacon

#pragma once

#include "bridge/bitcoin/hash.h"

#include <algorithm>
#include <optional>
#include <string_view>

/// Reading and writing of Bitcoin's serialization: little-endian numbers, CompactSize counts.
namespace depinsat::bridge::bitcoin {

/// Takes bytes from the front. What is not there makes it fail for good: then everything reads
/// as zero or empty, and ok() is false.
class Reader
{
public:
    explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && position_ == bytes_.size(); }
    size_t position() const { return position_; }
    size_t left() const { return ok_ ? bytes_.size() - position_ : 0; }
    void fail() { ok_ = false; }

    /// The bytes between two positions.
    std::span<const uint8_t> between(size_t begin, size_t end) const
    {
        return bytes_.subspan(begin, end - begin);
    }

    std::span<const uint8_t> bytes(uint64_t count)
    {
        if (count > left()) {
            fail();
            return {};
        }
        position_ += size_t(count);
        return bytes_.subspan(position_ - size_t(count), size_t(count));
    }

    uint8_t u8() { return uint8_t(number(1)); }
    uint16_t u16() { return uint16_t(number(2)); }
    uint32_t u32() { return uint32_t(number(4)); }
    uint64_t u64() { return number(8); }

    Hash256 hash()
    {
        Hash256 hash{};
        std::ranges::copy(bytes(hash.size()), hash.begin());
        return hash;
    }

    /// A CompactSize in its shortest form.
    uint64_t compact_size()
    {
        const uint8_t first = u8();
        if (first < 253)
            return first;
        const unsigned size = 1u << (first - 252);
        const uint64_t value = number(size);
        if (value < (size == 2 ? 253 : uint64_t(1) << (4 * size)))
            fail();
        return ok_ ? value : 0;
    }

    /// How many things follow that take at least `least_bytes` each: no more than can be there.
    size_t count(size_t least_bytes)
    {
        const uint64_t count = compact_size();
        if (count > left() / least_bytes)
            fail();
        return ok_ ? size_t(count) : 0;
    }

private:
    uint64_t number(unsigned size)
    {
        uint64_t value = 0;
        const auto taken = bytes(size);
        for (size_t i = taken.size(); i-- > 0;)
            value = value << 8 | taken[i];
        return value;
    }

    std::span<const uint8_t> bytes_;
    size_t position_ = 0;
    bool ok_ = true;
};

/// What was read, if nothing follows.
template <class T>
std::optional<T> if_whole(const Reader& in, T value)
{
    if (!in.at_end())
        return {};
    return value;
}

/// Appends to `out`.
class Writer
{
public:
    explicit Writer(Bytes& out) : out_(out) {}

    Writer& bytes(std::span<const uint8_t> bytes)
    {
        out_.insert(out_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    Writer& text(std::string_view text)
    {
        out_.insert(out_.end(), text.begin(), text.end());
        return *this;
    }
    Writer& number(uint64_t value, unsigned size)
    {
        for (; size > 0; --size, value >>= 8)
            out_.push_back(uint8_t(value));
        return *this;
    }
    Writer& u8(uint8_t value) { return number(value, 1); }
    Writer& u16(uint16_t value) { return number(value, 2); }
    Writer& u32(uint32_t value) { return number(value, 4); }
    Writer& u64(uint64_t value) { return number(value, 8); }
    Writer& compact_size(uint64_t value)
    {
        if (value < 253)
            return u8(uint8_t(value));
        const uint8_t step = value > 0xFFFFFFFF ? 3 : value > 0xFFFF ? 2 : 1;
        return u8(uint8_t(252 + step)).number(value, 1u << step);
    }

private:
    Bytes& out_;
};

} // namespace depinsat::bridge::bitcoin

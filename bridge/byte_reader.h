#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace depinsat::bridge {

/// Takes a message apart. What is not there reads as zeros and makes ok() false for good.
class ByteReader
{
public:
    explicit ByteReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

    std::span<const uint8_t> bytes(uint64_t count)
    {
        if (!ok_ || count > rest_.size()) {
            ok_ = false;
            return {};
        }
        const auto taken = rest_.first(size_t(count));
        rest_ = rest_.subspan(size_t(count));
        return taken;
    }

    /// Big endian.
    uint64_t number(unsigned count)
    {
        uint64_t value = 0;
        for (const uint8_t byte : bytes(count))
            value = value << 8 | byte;
        return value;
    }
    uint8_t u8() { return uint8_t(number(1)); }

    std::span<const uint8_t> rest() const { return rest_; }
    bool ok() const { return ok_; }
    void fail() { ok_ = false; }

    /// Whether all was there and nothing is left.
    bool done() const { return ok_ && rest_.empty(); }

private:
    std::span<const uint8_t> rest_;
    bool ok_ = true;
};

} // namespace depinsat::bridge

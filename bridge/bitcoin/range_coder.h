#pragma once

#include "bridge/bitcoin/hash.h"

#include <bit>

/// Adaptive binary range coder: what was seen often costs a fraction of a bit.
namespace depinsat::bridge::bitcoin {

/// How likely a bit is zero, learnt from the bits before: fast at first, then slowly.
class BitModel
{
public:
    static constexpr unsigned kBits = 15;

    uint32_t zero() const { return zero_; }

    void update(bool bit)
    {
        const int target = bit ? kLeast : (1 << kBits) - kLeast;
        zero_ = uint16_t(int(zero_) + (target - int(zero_)) / int(seen_));
        if (seen_ < kSlowest)
            ++seen_;
    }

private:
    static constexpr int kLeast = 32; ///< of 1 << kBits
    static constexpr uint8_t kSlowest = 100;

    uint16_t zero_ = 1 << (kBits - 1);
    uint8_t seen_ = 2;
};

class RangeEncoder
{
public:
    void put(bool bit, BitModel& model)
    {
        const uint32_t bound = (range_ >> BitModel::kBits) * model.zero();
        step(bit, bound);
        model.update(bit);
    }

    /// Low `count` bits of value, at a bit each.
    void put_bits(uint32_t value, unsigned count)
    {
        while (count-- > 0)
            step(value >> count & 1, range_ >> 1);
    }

    Bytes finish()
    {
        for (int i = 0; i < 5; ++i)
            shift();
        // The decoder reads zeros behind the end.
        while (!out_.empty() && out_.back() == 0)
            out_.pop_back();
        return std::move(out_);
    }

private:
    void step(bool bit, uint32_t bound)
    {
        if (bit) {
            low_ += bound;
            range_ -= bound;
        } else {
            range_ = bound;
        }
        while (range_ < 1u << 24) {
            range_ <<= 8;
            shift();
        }
    }

    /// Takes the top byte off, once no carry can reach it any more.
    void shift()
    {
        if (low_ < 0xFF000000 || low_ > 0xFFFFFFFF) {
            const auto carry = uint8_t(low_ >> 32);
            if (begun_)
                out_.push_back(uint8_t(first_ + carry));
            for (; waiting_ > 0; --waiting_)
                out_.push_back(uint8_t(0xFF + carry));
            first_ = uint8_t(low_ >> 24);
            begun_ = true;
        } else {
            ++waiting_;
        }
        low_ = (low_ & 0x00FFFFFF) << 8;
    }

    uint64_t low_ = 0;
    uint32_t range_ = 0xFFFFFFFF;
    uint8_t first_ = 0;
    bool begun_ = false;
    size_t waiting_ = 0; ///< bytes 0xFF behind first_
    Bytes out_;
};

/// Takes any bytes; what was not written by an encoder is decoded into something.
class RangeDecoder
{
public:
    explicit RangeDecoder(std::span<const uint8_t> bytes) : bytes_(bytes)
    {
        for (int i = 0; i < 4; ++i)
            code_ = code_ << 8 | next();
    }

    bool get(BitModel& model)
    {
        const bool bit = step((range_ >> BitModel::kBits) * model.zero());
        model.update(bit);
        return bit;
    }

    uint32_t get_bits(unsigned count)
    {
        uint32_t value = 0;
        while (count-- > 0)
            value = value << 1 | uint32_t(step(range_ >> 1));
        return value;
    }

private:
    bool step(uint32_t bound)
    {
        const bool bit = code_ >= bound;
        code_ -= bit ? bound : 0;
        range_ = bit ? range_ - bound : bound;
        while (range_ < 1u << 24) {
            range_ <<= 8;
            code_ = code_ << 8 | next();
        }
        return bit;
    }

    uint8_t next() { return position_ < bytes_.size() ? bytes_[position_++] : 0; }

    std::span<const uint8_t> bytes_;
    size_t position_ = 0;
    uint32_t range_ = 0xFFFFFFFF, code_ = 0;
};

/// Numbers from 0: how many bits they have is learnt, and so is the bit behind the first.
class NumberModel
{
public:
    static constexpr unsigned kWidths = 32;

    void put(RangeEncoder& out, uint32_t value)
    {
        const auto width = unsigned(std::bit_width(value));
        for (unsigned node = 1, i = 5; i-- > 0; node = 2 * node + (width >> i & 1))
            out.put(width >> i & 1, widths_[node]);
        if (width < 2)
            return;
        out.put(value >> (width - 2) & 1, second_[width]);
        out.put_bits(value, width - 2);
    }

    uint32_t get(RangeDecoder& in)
    {
        unsigned node = 1;
        while (node < kWidths)
            node = 2 * node + in.get(widths_[node]);
        const unsigned width = node - kWidths;
        if (width < 2)
            return width;
        const uint32_t second = in.get(second_[width]);
        return 1u << (width - 1) | second << (width - 2) | in.get_bits(width - 2);
    }

private:
    std::array<BitModel, kWidths> widths_, second_; ///< values below 2^31
};

} // namespace depinsat::bridge::bitcoin

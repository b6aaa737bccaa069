#include "depinsat/fec/bch_encoder.h"

#include "fec/bch_remainder.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {
namespace {

void shift_left(BchRemainder::Value& value, unsigned bits)
{
    value[0] = value[0] << bits | value[1] >> (64 - bits);
    value[1] = value[1] << bits | value[2] >> (64 - bits);
    value[2] <<= bits;
}

void add(BchRemainder::Value& sum, const BchRemainder::Value& value)
{
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] ^= value[i];
}

} // namespace

BchRemainder::BchRemainder(const BchCode& code)
{
    for (unsigned byte = 0; byte < table_.size(); ++byte) {
        Value value{uint64_t(byte) << 56, 0, 0};
        for (int bit = 0; bit < 8; ++bit) {
            const bool carry = value[0] >> 63 != 0;
            shift_left(value, 1);
            if (carry)
                add(value, code.generator);
        }
        table_[byte] = value;
    }
}

BchRemainder::Value BchRemainder::of(std::span<const uint8_t> message) const
{
    Value value{};
    for (const uint8_t byte : message) {
        const auto top = uint8_t(value[0] >> 56);
        shift_left(value, 8);
        add(value, table_[top ^ byte]);
    }
    return value;
}

BchEncoder::BchEncoder(const BchCode& code)
    : code_(&code), remainder_(std::make_unique<BchRemainder>(code))
{}
BchEncoder::~BchEncoder() = default;
BchEncoder::BchEncoder(BchEncoder&&) noexcept = default;
BchEncoder& BchEncoder::operator=(BchEncoder&&) noexcept = default;

void BchEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) const
{
    assert(message.size() == code_->k / 8 && codeword.size() == code_->n / 8);
    const auto parity = remainder_->of(message);
    if (message.data() != codeword.data())
        std::ranges::copy(message, codeword.begin());
    store(parity, codeword.subspan(message.size()));
}

} // namespace depinsat::fec

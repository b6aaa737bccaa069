#include "depinsat/fec/bch_encoder.h"

#include "fec/bch_remainder.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {

BchEncoder::BchEncoder(const BchCode& code)
    : code_(&code), remainder_(std::make_unique<BchRemainder>(code))
{}
BchEncoder::~BchEncoder() = default;
BchEncoder::BchEncoder(BchEncoder&&) noexcept = default;
BchEncoder& BchEncoder::operator=(BchEncoder&&) noexcept = default;

void BchEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) const
{
    assert(message.size() == message_bytes(*code_) && codeword.size() == code_->n / 8);
    const auto parity = remainder_->of(message, code_->k);
    if (message.data() != codeword.data())
        std::ranges::copy(message, codeword.begin());
    write_parity(parity, codeword, code_->k);
}

} // namespace depinsat::fec

#include "depinsat/fec/ldpc_encoder.h"

#include "depinsat/core/bits.h"
#include "fec/ldpc_layers.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::fec {
namespace {

using Lanes = std::array<uint8_t, kLdpcGroup>; // one bit a byte

/// to[t] ^= from[(t - shift) mod 360]
void xor_rotated(Lanes& to, const Lanes& from, size_t shift)
{
    for (size_t t = 0; t < shift; ++t)
        to[t] ^= from[t + kLdpcGroup - shift];
    for (size_t t = shift; t < kLdpcGroup; ++t)
        to[t] ^= from[t - shift];
}

} // namespace

struct LdpcEncoder::Impl {
    explicit Impl(const LdpcCode& ldpc_code)
        : code(ldpc_code),
          layers(information_layers(code)),
          information(code.rows.size()),
          parity(code.q),
          parity_bits(code.n - code.k)
    {}

    void unpack(std::span<const uint8_t> message)
    {
        constexpr size_t kBytes = kLdpcGroup / 8;
        for (size_t group = 0; group < information.size(); ++group)
            unpack_bits(message.subspan(group * kBytes, kBytes), information[group]);
    }

    void sum_information()
    {
        for (size_t j = 0; j < layers.size(); ++j) {
            parity[j].fill(0);
            for (const LdpcEdge& edge : layers[j])
                xor_rotated(parity[j], information[edge.group], edge.shift);
        }
    }

    /// p[i] ^= p[i - 1] along i = j + t q: first down the layers, then across the lanes.
    void accumulate()
    {
        for (size_t j = 1; j < parity.size(); ++j)
            xor_rotated(parity[j], parity[j - 1], 0);
        Lanes carry{};
        for (size_t t = 1; t < kLdpcGroup; ++t)
            carry[t] = carry[t - 1] ^ parity.back()[t - 1];
        for (Lanes& lanes : parity)
            xor_rotated(lanes, carry, 0);
    }

    void pack(std::span<uint8_t> parity_bytes)
    {
        for (size_t t = 0; t < kLdpcGroup; ++t)
            for (size_t j = 0; j < parity.size(); ++j)
                parity_bits[t * parity.size() + j] = parity[j][t];
        pack_bits(parity_bits, parity_bytes);
    }

    const LdpcCode& code;
    std::vector<std::vector<LdpcEdge>> layers;
    std::vector<Lanes> information, parity;
    std::vector<uint8_t> parity_bits; // in the order of the codeword
};

LdpcEncoder::LdpcEncoder(const LdpcCode& code) : impl_(std::make_unique<Impl>(code)) {}
LdpcEncoder::~LdpcEncoder() = default;
LdpcEncoder::LdpcEncoder(LdpcEncoder&&) noexcept = default;
LdpcEncoder& LdpcEncoder::operator=(LdpcEncoder&&) noexcept = default;

const LdpcCode& LdpcEncoder::code() const
{
    return impl_->code;
}

void LdpcEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> codeword)
{
    assert(message.size() == code().k / 8 && codeword.size() == code().n / 8);
    impl_->unpack(message);
    impl_->sum_information();
    impl_->accumulate();
    if (message.data() != codeword.data())
        std::ranges::copy(message, codeword.begin());
    impl_->pack(codeword.subspan(message.size()));
}

} // namespace depinsat::fec

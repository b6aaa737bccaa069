#include "depinsat/fec/ldpc_encoder.h"

#include "fec/bit_matrix.h"
#include "fec/ldpc_layers.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::fec {
namespace {

constexpr size_t kWords = 6; // 360 lanes, the first in the top bit of the first word; 24 unused
using Lanes = std::array<uint64_t, kWords>;

/// A group twice in a row, so that each rotation is 360 bits in a row.
using DoubleLanes = std::array<uint64_t, 2 * kWords>;

DoubleLanes doubled(std::span<const uint8_t> bytes)
{
    DoubleLanes result{};
    for (size_t i = 0; i < bytes.size(); ++i)
        result[i / 8] |= uint64_t(bytes[i]) << (56 - 8 * (i % 8));
    constexpr unsigned kUsed = kLdpcGroup % 64;
    for (size_t i = 0; i < kWords; ++i) {
        const uint64_t word = result[i]; // the last one is whole by now
        result[kWords - 1 + i] |= word >> kUsed;
        result[kWords + i] |= word << (64 - kUsed);
    }
    return result;
}

/// to[t] ^= from[(t - shift) mod 360]
void xor_rotated(Lanes& to, const DoubleLanes& from, size_t shift)
{
    const size_t first = kLdpcGroup - shift, word = first % kLdpcGroup / 64;
    const unsigned bit = unsigned(first % kLdpcGroup % 64);
    for (size_t i = 0; i < kWords; ++i)
        to[i] ^= from[word + i] << bit | from[word + i + 1] >> 1 >> (63 - bit);
}

void add(Lanes& to, const Lanes& from)
{
    for (size_t i = 0; i < kWords; ++i)
        to[i] ^= from[i];
}

/// In each lane the sum of the lanes before it.
Lanes sums_before(const Lanes& lanes)
{
    Lanes result;
    uint64_t carry = 0;
    for (size_t i = 0; i < kWords; ++i) {
        uint64_t sum = lanes[i]; // with the lane itself
        for (unsigned shift = 1; shift < 64; shift *= 2)
            sum ^= sum >> shift;
        result[i] = sum >> 1 ^ (0 - carry);
        carry ^= sum & 1;
    }
    return result;
}

} // namespace

struct LdpcEncoder::Impl {
    explicit Impl(const LdpcCode& ldpc_code)
        : code(ldpc_code),
          layers(information_layers(code)),
          information(code.rows.size()),
          parity(code.q)
    {}

    void sum_information(std::span<const uint8_t> message)
    {
        constexpr size_t kBytes = kLdpcGroup / 8;
        for (size_t group = 0; group < information.size(); ++group)
            information[group] = doubled(message.subspan(group * kBytes, kBytes));
        for (size_t j = 0; j < layers.size(); ++j) {
            parity[j] = {};
            for (const LdpcEdge& edge : layers[j])
                xor_rotated(parity[j], information[edge.group], edge.shift);
        }
    }

    /// p[i] ^= p[i - 1] along i = j + t q: first down the layers, then across the lanes.
    void accumulate()
    {
        for (size_t j = 1; j < parity.size(); ++j)
            add(parity[j], parity[j - 1]);
        const Lanes before = sums_before(parity.back());
        for (Lanes& lanes : parity)
            add(lanes, before);
    }

    /// Bit j + t q is lane t of layer j.
    void pack(std::span<uint8_t> bytes) const
    {
        BitWriter writer(bytes.data());
        for (size_t c = 0; c < kWords; ++c) {
            std::array<BitMatrix, 3> blocks{}; // of 64 lanes: 64 layers each
            for (size_t j = 0; j < parity.size(); ++j)
                blocks[j / 64][j % 64] = parity[j][c];
            for (size_t b = 0; 64 * b < parity.size(); ++b)
                transpose(blocks[b]);
            const size_t lanes = std::min<size_t>(64, kLdpcGroup - 64 * c);
            for (size_t t = 0; t < lanes; ++t)
                for (size_t b = 0; 64 * b < parity.size(); ++b)
                    writer.put(blocks[b][t],
                               unsigned(std::min<size_t>(64, parity.size() - 64 * b)));
        }
        writer.flush();
    }

    const LdpcCode& code;
    std::vector<std::vector<LdpcEdge>> layers;
    std::vector<DoubleLanes> information;
    std::vector<Lanes> parity; // by layer
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
    impl_->sum_information(message);
    impl_->accumulate();
    if (message.data() != codeword.data())
        std::ranges::copy(message, codeword.begin());
    impl_->pack(codeword.subspan(message.size()));
}

} // namespace depinsat::fec

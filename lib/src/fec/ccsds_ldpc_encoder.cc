#include "depinsat/fec/ccsds_ldpc_encoder.h"

#include "fec/circulant_ring.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {
namespace {

/// Up to 64 bits of packed bytes from bit `first` on, on top of a word; zeros beyond the end.
uint64_t read_bits(std::span<const uint8_t> bytes, size_t first, size_t count)
{
    uint64_t word = 0;
    const size_t begin = first / 8, skip = first % 8;
    for (size_t i = 0; i < 8 && begin + i < bytes.size(); ++i)
        word |= uint64_t(bytes[begin + i]) << (56 - 8 * i);
    if (skip > 0) {
        const uint64_t next = begin + 8 < bytes.size() ? bytes[begin + 8] : 0;
        word = word << skip | next >> (8 - skip);
    }
    return count < 64 ? word & ~(~uint64_t(0) >> count) : word;
}

/// Ors `count` bits from the top of a word into bytes that are zero there.
void write_bits(std::span<uint8_t> bytes, size_t first, uint64_t word, size_t count)
{
    for (size_t done = 0; done < count;) {
        const size_t at = first + done;
        bytes[at / 8] |= uint8_t(word >> 56 >> at % 8);
        const size_t step = 8 - at % 8;
        word <<= step;
        done += step;
    }
}

} // namespace

struct CcsdsLdpcEncoder::Impl {
    explicit Impl(const CcsdsLdpcCode& ldpc_code)
        : code(ldpc_code), words(words_of(code.circulant))
    {
        const Generator generator = generator_of(code);
        parity_blocks = generator.front().size();
        message_words.resize(generator.size() * words);
        parity.resize(parity_blocks * words);
        for (const auto& row : generator)
            for (unsigned w = 0; w < words; ++w)
                for (const Polynomial& circulant : row) {
                    const auto rotated = shifted(circulant, code.circulant, 64 * w);
                    rows.insert(rows.end(), rotated.begin(), rotated.end());
                }
    }

    void load(std::span<const uint8_t> message)
    {
        size_t block_bits = 0, position = 0;
        const size_t skip = code.shortened;
        for (uint64_t& word : message_words) {
            const size_t count = std::min<size_t>(64, code.circulant - block_bits);
            word = position == 0 && skip > 0
                       ? read_bits(message, 0, count - skip) >> skip // the zeros in front
                       : read_bits(message, position - skip, count);
            position += count;
            block_bits = (block_bits + count) % code.circulant;
        }
    }

    /// The bits at one place of all words together: one rotation of the sum serves them all.
    void compute_parity()
    {
        std::ranges::fill(parity, 0);
        for (size_t bit = std::min(code.circulant, 64u); bit-- > 0;) {
            for (size_t p = 0; p < parity_blocks; ++p)
                multiply_by_x(std::span(parity).subspan(p * words, words), code.circulant);
            for (size_t i = 0; i < message_words.size(); ++i)
                if (message_words[i] >> (63 - bit) & 1)
                    add(rows.data() + i * parity.size(), parity.data(), parity.size());
        }
    }

    static void add(const uint64_t* addend, uint64_t* __restrict sum, size_t count)
    {
        for (size_t w = 0; w < count; ++w)
            sum[w] ^= addend[w];
    }

    void store_parity(std::span<uint8_t> codeword) const
    {
        size_t position = code.k;
        for (size_t p = 0; p < parity_blocks; ++p)
            for (size_t w = 0; w < words; ++w) {
                const size_t count = std::min<size_t>(64, code.circulant - 64 * w);
                write_bits(codeword, position, parity[p * words + w], count);
                position += count;
            }
    }

    const CcsdsLdpcCode& code;
    size_t words, parity_blocks = 0;
    std::vector<uint64_t> rows; // of each message word: the generator rotated to its place
    std::vector<uint64_t> message_words, parity;
};

CcsdsLdpcEncoder::CcsdsLdpcEncoder(const CcsdsLdpcCode& code)
    : impl_(std::make_unique<Impl>(code))
{}
CcsdsLdpcEncoder::~CcsdsLdpcEncoder() = default;
CcsdsLdpcEncoder::CcsdsLdpcEncoder(CcsdsLdpcEncoder&&) noexcept = default;
CcsdsLdpcEncoder& CcsdsLdpcEncoder::operator=(CcsdsLdpcEncoder&&) noexcept = default;

const CcsdsLdpcCode& CcsdsLdpcEncoder::code() const
{
    return impl_->code;
}

void CcsdsLdpcEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> codeword)
{
    assert(message.size() == code().k / 8 && codeword.size() == code().n / 8);
    impl_->load(message);
    impl_->compute_parity();
    std::copy(message.begin(), message.end(), codeword.begin());
    std::fill(codeword.begin() + code().k / 8, codeword.end(), uint8_t(0));
    impl_->store_parity(codeword);
}

} // namespace depinsat::fec

#include "depinsat/fec/tm_randomizer.h"

#include "fec/bit_text.h"
#include "fec/find_code.h"

#include <bit>
#include <cassert>

namespace depinsat::fec {
namespace {

constexpr TmSequence kSequences[] = {
    {"tm_255", 8, first_bit_first("10010101"), first_bit_first("11111111")}, // taps 0, 3, 5, 7
    {"tm_131071", 17, first_bit_first("10000000000000100"),
     first_bit_first("00011100011100011")}, // taps 0, 14
};

} // namespace

std::span<const TmSequence> tm_sequences()
{
    return kSequences;
}

const TmSequence& find_tm_sequence(std::string_view name)
{
    return find_code(tm_sequences(), name, "randomizer sequence");
}

TmRandomizer::TmRandomizer(const TmSequence& sequence, size_t frame_bits)
    : bits_(frame_bits), packed_(frame_bits / 8)
{
    uint32_t next = sequence.start; // `degree` bits of the sequence, the first one lowest
    for (auto& bit : bits_) {
        bit = next & 1;
        const unsigned sum = unsigned(std::popcount(next & sequence.taps)) & 1;
        next = next >> 1 | sum << (sequence.degree - 1);
    }
    for (size_t i = 0; i < 8 * packed_.size(); ++i)
        packed_[i / 8] = uint8_t(packed_[i / 8] << 1 | bits_[i]);
}

void TmRandomizer::randomize_bytes(std::span<uint8_t> frame) const
{
    assert(frame.size() <= packed_.size());
    for (size_t i = 0; i < frame.size(); ++i)
        frame[i] ^= packed_[i];
}

void TmRandomizer::randomize_bits(std::span<uint8_t> frame) const
{
    assert(frame.size() <= bits_.size());
    for (size_t i = 0; i < frame.size(); ++i)
        frame[i] ^= bits_[i];
}

void TmRandomizer::randomize_llrs(std::span<Llr> frame) const
{
    assert(frame.size() <= bits_.size());
    for (size_t i = 0; i < frame.size(); ++i)
        frame[i] = bits_[i] ? Llr::saturate(-frame[i].value) : frame[i];
}

} // namespace depinsat::fec

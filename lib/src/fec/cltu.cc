#include "depinsat/fec/cltu.h"

#include "depinsat/fec/tc_randomizer.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace depinsat::fec {
namespace {

constexpr unsigned kStartBits = 16;
constexpr unsigned kStartWord = unsigned(kCltuStart[0]) << 8 | kCltuStart[1];
constexpr size_t kMostCodeblocks = size_t(1) << 20;

constexpr uint64_t kTailWord = [] {
    uint64_t word = 0;
    for (const uint8_t octet : kCltuTail)
        word = word << 8 | octet;
    return word;
}();

} // namespace

bool encode_cltu(std::span<const uint8_t> frames, bool randomize, std::span<uint8_t> cltu)
{
    if (frames.empty() || cltu.size() != cltu_bytes(frames.size()))
        return false;
    // The frames lie together first, so that they are randomised as a whole, then move apart.
    const size_t blocks = (frames.size() + kTcBchInformation - 1) / kTcBchInformation;
    const auto room = cltu.subspan(kCltuStart.size(), kTcBchCodeblock * blocks);
    const auto information = room.last(kTcBchInformation * blocks);
    std::ranges::copy(frames, information.begin());
    if (randomize)
        tc_randomize(information.first(frames.size()));
    std::ranges::fill(information.subspan(frames.size()), kCltuFill);
    for (size_t i = 0; i < blocks; ++i) {
        uint8_t* to = room.data() + kTcBchCodeblock * i;
        const uint8_t* from = information.data() + kTcBchInformation * i;
        std::copy(from, from + kTcBchInformation, to); // moves down
        to[kTcBchInformation] =
            tc_bch_parity(std::span<const uint8_t, kTcBchInformation>(to, kTcBchInformation));
    }
    std::ranges::copy(kCltuStart, cltu.begin());
    std::ranges::copy(kCltuTail, cltu.end() - kCltuTail.size());
    return true;
}

CltuDecoder::CltuDecoder(const Options& options) : options_(options)
{
    if (options.max_codeblocks == 0 || options.max_codeblocks > kMostCodeblocks)
        throw std::invalid_argument("CltuDecoder: max_codeblocks must be 1 to 2^20");
    data_.resize(kTcBchInformation * options.max_codeblocks);
}

bool CltuDecoder::take_bit(bool bit)
{
    bits_ = bits_ << 1 | uint64_t(bit);
    ++bit_count_;
    if (receiving_)
        return bit_count_ == 8 * kTcBchCodeblock && take_codeblock();
    const int allowed = options_.mode == TcBchMode::kCorrect ? 1 : 0;
    if (bit_count_ < kStartBits ||
        std::popcount((unsigned(bits_) & 0xFFFF) ^ kStartWord) > allowed)
        return false;
    receiving_ = fresh_ = true;
    bit_count_ = 0;
    return false;
}

// @return a CLTU has ended.
bool CltuDecoder::take_codeblock()
{
    if (fresh_) {
        fresh_ = cut_off_ = tail_ = false;
        size_ = corrected_ = 0;
    }
    std::array<uint8_t, kTcBchCodeblock> codeblock;
    for (size_t i = 0; i < codeblock.size(); ++i)
        codeblock[i] = uint8_t(bits_ >> (56 - 8 * i));
    bit_count_ = 0;
    const auto corrected = tc_bch_decode(codeblock, options_.mode);
    if (!corrected) {
        const bool any = end();
        tail_ = std::popcount(bits_ ^ kTailWord) <= kCltuTailErrors;
        search_again(bits_);
        return any;
    }
    corrected_ += *corrected;
    std::copy_n(codeblock.begin(), kTcBchInformation, data_.begin() + long(size_));
    size_ += kTcBchInformation;
    cut_off_ = size_ == data_.size();
    return cut_off_ && end();
}

// What was no codeblock may hold the next start sequence: after a false start, or a lost tail.
void CltuDecoder::search_again(uint64_t word)
{
    for (int bit = 63; bit >= 0; --bit)
        take_bit(word >> bit & 1); // too few bits for a codeblock, so nothing can end
}

// @return there is something to deliver.
bool CltuDecoder::end()
{
    const bool any = receiving_ && !fresh_ && size_ > 0;
    receiving_ = false;
    bit_count_ = 0;
    if (any && options_.randomized)
        tc_randomize(std::span(data_).first(size_));
    return any;
}

} // namespace depinsat::fec

#pragma once

#include "depinsat/fec/tc_bch.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::fec {

/// Communications link transmission units: how telecommand frames are sent.
///
/// Standard  CCSDS 231.0-B, clauses 3 to 5: start sequence, BCH codeblocks, tail sequence.

inline constexpr std::array<uint8_t, 2> kCltuStart{0xEB, 0x90};
/// No codeword, and more than one bit from any: reception ends there.
inline constexpr std::array<uint8_t, 8> kCltuTail{0xC5, 0xC5, 0xC5, 0xC5,
                                                  0xC5, 0xC5, 0xC5, 0x79};
inline constexpr uint8_t kCltuFill = 0x55;
/// Wrong bits with which the tail is still told from a codeblock with errors.
inline constexpr int kCltuTailErrors = 8;

/// Start sequence of CLTUs with LDPC codes.
inline constexpr std::array<uint8_t, 8> kCltuLdpcStart{0x03, 0x47, 0x76, 0xC7,
                                                       0x27, 0x28, 0x95, 0xB0};
/// Tail of CLTUs with the (128,64) LDPC code after corrigendum 1, and before it: follow the
/// issue that the peer follows. The (512,256) code needs none.
inline constexpr std::array<uint8_t, 16> kCltuLdpc128Tail{0x63, 0xA1, 0xED, 0x72, 0xC6, 0xAC,
                                                          0x79, 0xE2, 0x55, 0x55, 0x55, 0x55,
                                                          0x55, 0x55, 0x55, 0x55};
inline constexpr std::array<uint8_t, 16> kCltuLdpc128TailEarlier{
    0x55, 0x55, 0x55, 0x56, 0xAA, 0xAA, 0xAA, 0xAA,
    0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55};

/// Bytes of the CLTU with BCH codeblocks around so many bytes of frames.
constexpr size_t cltu_bytes(size_t frame_bytes)
{
    const size_t blocks = (frame_bytes + kTcBchInformation - 1) / kTcBchInformation;
    return kCltuStart.size() + kTcBchCodeblock * blocks + kCltuTail.size();
}

/// One CLTU around one or more transfer frames; fill octets complete the last codeblock.
///
/// @param frames  at least one byte; must not overlap `cltu`.
/// @param cltu    cltu_bytes(frames.size()).
/// @return false, and nothing is written, if a length is wrong.
bool encode_cltu(std::span<const uint8_t> frames, bool randomize, std::span<uint8_t> cltu);

/// Finds CLTUs in a stream of bits, at any bit position, and decodes their codeblocks.
///
/// Ends      with the first codeblock that can't be decoded: the tail (known by at most
///           kCltuTailErrors wrong bits), or noise, whose bits are then searched for the next
///           start sequence. One that reaches the limit ends there. CLTUs without any good
///           codeblock are dropped.
/// Output    the information of the good codeblocks, fill octets included: where the frames in
///           it end, their headers say.
/// Memory    bounded by the limit, taken in the constructor.
/// Cost      per bit while searching; a table look-up an octet else.
/// Threads   one object per thread.
class CltuDecoder
{
public:
    struct Options {
        TcBchMode mode = TcBchMode::kCorrect;
        bool randomized = true;
        size_t max_codeblocks = 1024; ///< of one CLTU
    };

    struct Cltu {
        std::span<const uint8_t> data; ///< valid during the call
        unsigned corrected;            ///< bits, in all codeblocks
        bool cut_off;                  ///< the limit was reached
        bool tail; ///< the tail ended it; if not, errors or the end of the signal did
    };

    /// @throws std::invalid_argument if max_codeblocks is 0 or above 2^20.
    explicit CltuDecoder(const Options& options);

    /// The next octets, most significant bit first; `on_cltu(Cltu)` is called for each end.
    /// The start sequence may have one wrong bit in mode kCorrect.
    template <class OnCltu>
    void push(std::span<const uint8_t> octets, OnCltu&& on_cltu)
    {
        for (const uint8_t octet : octets)
            for (int bit = 7; bit >= 0; --bit)
                if (take_bit(octet >> bit & 1))
                    on_cltu(Cltu{data(), corrected_, cut_off_, tail_});
    }

    /// The signal is gone: a CLTU that was being received ends here.
    template <class OnCltu>
    void finish(OnCltu&& on_cltu)
    {
        if (end())
            on_cltu(Cltu{data(), corrected_, cut_off_, tail_});
    }

private:
    bool take_bit(bool bit);
    bool take_codeblock();
    void search_again(uint64_t word);
    bool end();
    std::span<const uint8_t> data() const { return std::span(data_).first(size_); }

    Options options_;
    std::vector<uint8_t> data_;
    size_t size_ = 0;
    unsigned corrected_ = 0;
    bool cut_off_ = false;
    bool tail_ = false;
    bool receiving_ = false;
    bool fresh_ = false;     ///< no codeblock since the start sequence
    uint64_t bits_ = 0;      ///< newest lowest
    unsigned bit_count_ = 0; ///< since the start of the search or of the codeblock
};

} // namespace depinsat::fec

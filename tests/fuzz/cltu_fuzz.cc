// Bits off a telecommand channel. The first byte of the input chooses mode, randomiser, limit,
// and whether the rest comes as it is or as the codeblocks of a CLTU with some damage.
#include "depinsat/core/bits.h"
#include "depinsat/fec/cltu.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace depinsat;

namespace {

std::vector<uint8_t> damaged_cltu(std::span<const uint8_t> data, bool randomize)
{
    const auto frame = data.subspan(1);
    std::vector<uint8_t> cltu(fec::cltu_bytes(frame.size()));
    if (!fec::encode_cltu(frame, randomize, cltu))
        std::abort();
    flip_bit(cltu, data[0] * 8191u % (8 * cltu.size()));
    return cltu;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr size_t kLongest = 4000;
    if (size < 3 || size > kLongest)
        return 0;
    fec::CltuDecoder::Options options;
    options.mode = data[0] & 1 ? fec::TcBchMode::kDetect : fec::TcBchMode::kCorrect;
    options.randomized = data[0] & 2;
    options.max_codeblocks = 1 + (data[0] >> 3);
    const std::span<const uint8_t> rest(data + 1, size - 1);
    const std::vector<uint8_t> octets = data[0] & 4
                                            ? damaged_cltu(rest, options.randomized)
                                            : std::vector<uint8_t>(rest.begin(), rest.end());
    fec::CltuDecoder decoder(options);
    size_t octets_out = 0;
    const auto check = [&](const fec::CltuDecoder::Cltu& cltu) {
        const size_t blocks = cltu.data.size() / fec::kTcBchInformation;
        if (blocks == 0 || cltu.data.size() % fec::kTcBchInformation != 0)
            std::abort();
        if (blocks > options.max_codeblocks || cltu.corrected > blocks)
            std::abort();
        if (cltu.cut_off != (blocks == options.max_codeblocks) || (cltu.tail && cltu.cut_off))
            std::abort();
        octets_out += cltu.data.size();
    };
    decoder.push(octets, check);
    decoder.finish(check);
    if (octets_out > octets.size())
        std::abort();
    return 0;
}

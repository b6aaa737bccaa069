#include "fer/frame_experiment.h"

#include "depinsat/channel/awgn.h"
#include "fer/random_bytes.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace depinsat::fer {
namespace {

constexpr size_t kBatchSymbols = 1 << 17;

} // namespace

FrameExperiment::FrameExperiment(const Settings& settings)
    : esn0_db_(settings.esn0_db),
      assumed_n0_(float(std::pow(10.0, -(settings.esn0_db + settings.llr_scale_db) / 10))),
      chain_(settings.plan),
      message_(bytes_of_bits(chain_.message_bits())),
      decoded_(message_.size()),
      symbols_(chain_.symbols())
{
    channel::Awgn(esn0_db_, 1, 0); // is its range ours?
}

unsigned FrameExperiment::batch() const
{
    return unsigned(std::max<size_t>(kBatchSymbols / chain_.symbols(), 1));
}

Counts FrameExperiment::run(uint64_t seed, unsigned frames)
{
    std::mt19937_64 random(seed);
    channel::Awgn noise(esn0_db_, 1, random());
    Counts counts;
    counts.frames = frames;
    for (unsigned frame = 0; frame < frames; ++frame) {
        fill_randomly(message_, random);
        if (const size_t rest = chain_.message_bits() % 8; rest != 0)
            message_.back() &= uint8_t(0xFF00 >> rest);
        chain_.encode(message_, symbols_);
        noise.add_to(symbols_);
        const auto result = chain_.decode(symbols_, assumed_n0_, decoded_);

        uint64_t wrong = 0;
        for (size_t i = 0; i < message_.size(); ++i)
            wrong += unsigned(std::popcount(uint8_t(message_[i] ^ decoded_[i])));
        counts.bit_errors += wrong;
        counts.frame_errors += wrong != 0 || !result.decoded;
        counts.undetected_errors += wrong != 0 && result.decoded;
        counts.iterations += result.iterations;
    }
    return counts;
}

} // namespace depinsat::fer

#include "fer/erasure_experiment.h"

#include "fer/random_bytes.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace depinsat::fer {
namespace {

constexpr size_t kSymbolBytes = 4; // the least: the size decides nothing
constexpr size_t kBatchSymbols = 1 << 16;
constexpr std::string_view kPrefix = "raptorq_";

const ErasureExperiment::Settings& checked(const ErasureExperiment::Settings& settings)
{
    if (!(settings.loss >= 0 && settings.loss <= 0.99))
        throw std::invalid_argument("loss must be 0 to 0.99");
    if (settings.overhead > fec::kRaptorQMaxOverhead)
        throw std::invalid_argument("overhead must be 0 to " +
                                    std::to_string(fec::kRaptorQMaxOverhead));
    return settings;
}

} // namespace

std::optional<unsigned> raptorq_source_symbols(std::string_view code)
{
    if (!code.starts_with(kPrefix))
        return std::nullopt;
    const auto digits = code.substr(kPrefix.size());
    unsigned symbols = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), symbols);
    if (error != std::errc() || end != digits.data() + digits.size() || symbols < 1 ||
        symbols > fec::kRaptorQMaxSourceSymbols)
        throw std::invalid_argument("unknown code \"" + std::string(code) +
                                    "\"; allowed: raptorq_1 to raptorq_" +
                                    std::to_string(fec::kRaptorQMaxSourceSymbols));
    return symbols;
}

ErasureExperiment::ErasureExperiment(const Settings& settings)
    : settings_(checked(settings)),
      encoder_(std::make_shared<const fec::RaptorQPlan>(settings.source_symbols), kSymbolBytes),
      decoder_(std::make_shared<const fec::RaptorQPlan>(settings.source_symbols), kSymbolBytes),
      source_(settings.source_symbols * kSymbolBytes),
      symbol_(kSymbolBytes)
{}

unsigned ErasureExperiment::batch() const
{
    return unsigned(std::max<size_t>(kBatchSymbols / settings_.source_symbols, 1));
}

void ErasureExperiment::receive(std::mt19937_64& random)
{
    std::bernoulli_distribution lost(settings_.loss);
    const unsigned enough = settings_.source_symbols + settings_.overhead;
    unsigned received = 0;
    for (uint32_t esi = 0; received < enough; ++esi) {
        if (lost(random))
            continue;
        encoder_.encode(symbol_, esi);
        decoder_.add(symbol_, esi);
        ++received;
    }
}

Counts ErasureExperiment::run(uint64_t seed, unsigned frames)
{
    std::mt19937_64 random(seed);
    Counts counts;
    counts.frames = frames;
    for (unsigned frame = 0; frame < frames; ++frame) {
        fill_randomly(source_, random);
        encoder_.set_source(source_);
        decoder_.reset();
        receive(random);
        const bool right = decoder_.decoded() && std::ranges::equal(decoder_.source(), source_);
        counts.frame_errors += !right;
        counts.undetected_errors += decoder_.decoded() && !right;
    }
    return counts;
}

} // namespace depinsat::fer

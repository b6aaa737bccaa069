#pragma once

#include "depinsat/fec/raptorq_decoder.h"

#include "fer/experiment.h"

#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace depinsat::fer {

/// K of "raptorq_K", or nothing if the name is of another code.
/// @throws std::invalid_argument if K is not 1 to 8192.
std::optional<unsigned> raptorq_source_symbols(std::string_view code);

/// Source blocks of RaptorQ over a channel that loses symbols.
///
/// A block is sent as its source symbols, then repair symbols of rising ESI, each of them lost
/// with the same probability, until `overhead` symbols more than K have come; it is lost if
/// these do not determine it. Whether they do does not depend on the size of a symbol.
class ErasureExperiment : public Experiment
{
public:
    struct Settings {
        unsigned source_symbols; ///< K, 1 to 8192
        double loss;             ///< 0 to 0.99
        unsigned overhead;       ///< 0 to fec::kRaptorQMaxOverhead
    };

    /// @throws std::invalid_argument naming what is wrong.
    explicit ErasureExperiment(const Settings&);

    unsigned batch() const override;
    Counts run(uint64_t seed, unsigned frames) override;

private:
    void receive(std::mt19937_64& random);

    Settings settings_;
    fec::RaptorQEncoder encoder_;
    fec::RaptorQDecoder decoder_;
    std::vector<uint8_t> source_, symbol_;
};

} // namespace depinsat::fer

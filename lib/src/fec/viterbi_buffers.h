#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/convolutional_code.h"
#include "fec/viterbi_kernel.h"

#include <span>
#include <vector>

namespace depinsat::fec {

/// Memory and steps of decoding one stretch of LLRs, shared by frames and streams.
class ViterbiBuffers
{
public:
    explicit ViterbiBuffers(size_t max_steps);

    /// LLRs as sent to two for each step, zero where nothing was sent.
    ///
    /// @param phase  information bits from the start of the pattern, below code.period.
    /// @return LLRs taken: those of exactly `steps` steps.
    size_t depuncture(const ConvolutionalCode& code,
                      std::span<const Llr> llrs,
                      size_t phase,
                      size_t steps);

    /// The most likely path through the depunctured LLRs, packed bits; valid until the next
    /// call.
    std::span<const uint8_t>
    decode(const ConvolutionalCode& code, size_t steps, int first_state, int last_state);

private:
    std::vector<int8_t> llrs_;
    std::vector<uint32_t> branch_;
    std::vector<uint64_t> drift_;
    std::vector<uint64_t> decisions_;
    std::vector<uint8_t> bits_;
};

} // namespace depinsat::fec

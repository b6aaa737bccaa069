#include "depinsat/fec/turbo_encoder.h"

#include "depinsat/core/bits.h"
#include "fec/turbo_trellis.h"

#include <cassert>

namespace depinsat::fec {

TurboEncoder::TurboEncoder(const TurboCode& code)
    : code_(&code),
      permutation_(turbo_permutation(code.k)),
      bits_(code.k),
      codeword_((code.n + 7) / 8 * 8)
{}

void TurboEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> codeword)
{
    assert(message.size() == code_->k / 8 && codeword.size() == codeword_.size() / 8);
    unpack_bits(message, bits_);
    TurboRegister a, b;
    uint8_t* out = codeword_.data();
    for (unsigned clock = 0; clock < code_->k + kTurboTail; ++clock) {
        const bool tail = clock >= code_->k;
        const unsigned into_a = tail ? a.terminating_bit() : bits_[clock];
        const unsigned into_b = tail ? b.terminating_bit() : bits_[permutation_[clock]];
        for (const auto& output : code_->outputs) {
            if ((output.clocks >> clock % 2 & 1) == 0)
                continue;
            *out++ = uint8_t(output.generator == 0 ? into_a
                             : output.permuted     ? b.parity(output.generator, into_b)
                                                   : a.parity(output.generator, into_a));
        }
        a.advance(into_a);
        b.advance(into_b);
    }
    assert(out == codeword_.data() + code_->n);
    pack_bits(codeword_, codeword);
}

} // namespace depinsat::fec

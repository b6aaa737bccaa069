#include "depinsat/fec/viterbi_stream.h"

#include "fec/viterbi_buffers.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {
namespace {

constexpr size_t kDecided = 8 * ViterbiStreamDecoder::kDecidedBytes;
constexpr size_t kWindow = kDecided + ViterbiStreamDecoder::kDecisionDepth;
static_assert(kDecided % kTrellisBlock == 0); // the lanes mean the same in each window

} // namespace

struct ViterbiStreamDecoder::Impl {
    explicit Impl(const ConvolutionalCode& c) : code(&c), buffers(kWindow), pending(2 * kWindow)
    {}

    // LLRs of the next `steps` steps.
    size_t llrs_of(size_t steps) const
    {
        return coded_bits(*code, phase + steps) - coded_bits(*code, phase);
    }

    size_t decide_window(uint8_t* to);

    const ConvolutionalCode* code;
    ViterbiBuffers buffers;
    std::vector<Llr> pending;
    size_t count = 0; ///< of pending LLRs
    size_t phase = 0; ///< of the puncturing at the first of them
    int state = kAnyState;
};

size_t ViterbiStreamDecoder::Impl::decide_window(uint8_t* to)
{
    buffers.depuncture(*code, std::span(pending).first(count), phase, kWindow);
    const auto bits = buffers.decode(*code, kWindow, state, kAnyState).first(kDecidedBytes);
    std::ranges::copy(bits, to);
    state = bits.back() & 0x3F;
    const size_t used = llrs_of(kDecided);
    std::copy(pending.begin() + long(used), pending.begin() + long(count), pending.begin());
    count -= used;
    phase = (phase + kDecided) % code->period;
    return kDecidedBytes;
}

ViterbiStreamDecoder::ViterbiStreamDecoder(const ConvolutionalCode& code)
    : impl_(std::make_unique<Impl>(code))
{}

ViterbiStreamDecoder::~ViterbiStreamDecoder() = default;
ViterbiStreamDecoder::ViterbiStreamDecoder(ViterbiStreamDecoder&&) noexcept = default;
ViterbiStreamDecoder&
ViterbiStreamDecoder::operator=(ViterbiStreamDecoder&&) noexcept = default;

const ConvolutionalCode& ViterbiStreamDecoder::code() const
{
    return *impl_->code;
}

size_t ViterbiStreamDecoder::decode(std::span<const Llr> llrs, std::span<uint8_t> bytes)
{
    assert(bytes.size() >= most_bytes(llrs.size()));
    Impl& s = *impl_;
    size_t written = 0;
    while (!llrs.empty()) {
        const size_t wanted = s.llrs_of(kWindow);
        const size_t taken = std::min(wanted - s.count, llrs.size());
        std::copy_n(llrs.begin(), taken, s.pending.begin() + long(s.count));
        s.count += taken;
        llrs = llrs.subspan(taken);
        if (s.count == wanted)
            written += s.decide_window(bytes.data() + written);
    }
    return written;
}

size_t ViterbiStreamDecoder::finish(bool terminated, std::span<uint8_t> bytes)
{
    Impl& s = *impl_;
    size_t steps = s.count / 2; // at most two LLRs a step
    while (steps < kWindow && s.llrs_of(steps + 1) <= s.count)
        ++steps;
    const size_t written = steps / 8;
    assert(bytes.size() >= written);
    if (written > 0) {
        s.buffers.depuncture(*s.code, std::span(s.pending).first(s.count), s.phase, steps);
        const auto bits = s.buffers.decode(*s.code, steps, s.state, terminated ? 0 : kAnyState);
        std::ranges::copy(bits.first(written), bytes.begin());
    }
    s.count = s.phase = 0;
    s.state = kAnyState;
    return written;
}

} // namespace depinsat::fec

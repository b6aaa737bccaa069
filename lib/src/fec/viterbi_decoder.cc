#include "depinsat/fec/viterbi_decoder.h"

#include "fec/viterbi_buffers.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::fec {
namespace {

constexpr size_t kMostBytes = size_t(1) << 24;

size_t checked_steps(size_t max_message_bytes)
{
    if (max_message_bytes == 0 || max_message_bytes > kMostBytes)
        throw std::invalid_argument("ViterbiDecoder: max_message_bytes must be 1 to 2^24");
    return 8 * max_message_bytes + kConvolutionalTail;
}

} // namespace

struct ViterbiDecoder::Impl {
    const ConvolutionalCode& code;
    size_t max_message_bytes;
    ViterbiBuffers buffers;
};

ViterbiDecoder::ViterbiDecoder(const ConvolutionalCode& code, size_t max_message_bytes)
    : impl_(std::make_unique<Impl>(
          code, max_message_bytes, ViterbiBuffers(checked_steps(max_message_bytes))))
{}

ViterbiDecoder::~ViterbiDecoder() = default;
ViterbiDecoder::ViterbiDecoder(ViterbiDecoder&&) noexcept = default;
ViterbiDecoder& ViterbiDecoder::operator=(ViterbiDecoder&&) noexcept = default;

const ConvolutionalCode& ViterbiDecoder::code() const
{
    return impl_->code;
}

bool ViterbiDecoder::decode(std::span<const Llr> llrs, std::span<uint8_t> message)
{
    if (message.empty() || message.size() > impl_->max_message_bytes ||
        llrs.size() != terminated_bits(code(), message.size()))
        return false;
    const size_t steps = 8 * message.size() + kConvolutionalTail;
    impl_->buffers.depuncture(code(), llrs, 0, steps);
    const auto bits = impl_->buffers.decode(code(), steps, 0, 0);
    std::ranges::copy(bits.first(message.size()), message.begin());
    return true;
}

} // namespace depinsat::fec

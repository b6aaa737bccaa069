#include "depinsat/fec/ccsds_ldpc_decoder.h"

#include "fec/circulant_kernels.h"
#include "fec/circulant_slices.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace depinsat::fec {
namespace {

/// Found by trials at the knee of each code. Four messages of the largest size stay below the
/// largest posterior: where they do not, a bit that all checks agree on saturates, and taking
/// messages out of it one by one turns its sign. AR4JA wants an offset; where that would
/// silence small messages, its punctured bits would stay unknown if LLRs come a little too
/// small, so half of each message is always left.
Correction correction_of(const CcsdsLdpcCode& code)
{
    const bool has_punctured_bits = code.punctured > 0; // AR4JA
    return has_punctured_bits ? Correction{.largest = 31, .offset = 2, .scale = false}
                              : Correction{.largest = 31, .offset = 0, .scale = true};
}

} // namespace

struct CcsdsLdpcDecoder::Impl {
    Impl(const CcsdsLdpcCode& ldpc_code, unsigned iterations)
        : code(ldpc_code),
          max_iterations(iterations),
          layout(code),
          posteriors(hwy::AllocateAligned<int8_t>(layout.bytes())),
          messages(hwy::AllocateAligned<int8_t>(layout.edges.size() * kSliceLanes)),
          linear(code.k + code.shortened + code.circulant)
    {
        if (iterations == 0)
            throw std::invalid_argument(
                "CcsdsLdpcDecoder: max_iterations is 0; allowed: 1 and more");
        std::memset(posteriors.get(), 0, layout.bytes());
        work = {layout.slices,  layout.edges,   posteriors.get(),   messages.get(),
                layout.lanes(), code.circulant, correction_of(code)};
        binding = work;
        binding.slices = work.slices.first(layout.binding_slices);
    }

    int8_t* column(size_t c) const { return posteriors.get() + layout.column(c); }

    void load(std::span<const Llr> llrs)
    {
        const size_t sent_columns = code.block_columns - code.punctured;
        size_t skip = code.shortened;
        for (size_t c = 0; c < sent_columns; ++c, skip = 0) {
            const size_t count = code.circulant - skip;
            std::fill_n(column(c), skip, int8_t(kLlrMax));
            load_llrs(llrs.first(count), column(c) + skip);
            llrs = llrs.subspan(count);
        }
        for (size_t c = sent_columns; c < code.block_columns; ++c)
            std::fill_n(column(c), code.circulant, int8_t(0));
        for (size_t c = 0; c < code.block_columns; ++c)
            std::copy_n(column(c), layout.lanes(), column(c) + code.circulant);
        std::memset(messages.get(), 0, layout.edges.size() * kSliceLanes);
    }

    bool every_bit_is_known() const
    {
        for (const size_t c : layout.binding_columns)
            if (any_zero({column(c), code.circulant}))
                return false;
        return true;
    }

    /// A check with a bit that has no other check says nothing about the rest of the codeword.
    bool decoded() { return checks_hold(binding, suspect) && every_bit_is_known(); }

    void store(std::span<uint8_t> message)
    {
        const size_t columns = (code.shortened + code.k) / code.circulant;
        for (size_t c = 0; c < columns; ++c)
            std::copy_n(column(c), code.circulant, linear.data() + c * code.circulant);
        pack_signs(linear.data() + code.shortened, message);
    }

    const CcsdsLdpcCode& code;
    unsigned max_iterations;
    SliceLayout layout;
    hwy::AlignedFreeUniquePtr<int8_t[]> posteriors, messages;
    std::vector<int8_t> linear; // the message's posteriors without gaps
    CirculantWork work, binding;
    size_t suspect = 0; // the slice that failed last
};

CcsdsLdpcDecoder::CcsdsLdpcDecoder(const CcsdsLdpcCode& code, unsigned max_iterations)
    : impl_(std::make_unique<Impl>(code, max_iterations))
{}
CcsdsLdpcDecoder::~CcsdsLdpcDecoder() = default;
CcsdsLdpcDecoder::CcsdsLdpcDecoder(CcsdsLdpcDecoder&&) noexcept = default;
CcsdsLdpcDecoder& CcsdsLdpcDecoder::operator=(CcsdsLdpcDecoder&&) noexcept = default;

const CcsdsLdpcCode& CcsdsLdpcDecoder::code() const
{
    return impl_->code;
}

std::optional<unsigned> CcsdsLdpcDecoder::decode(std::span<const Llr> codeword,
                                                 std::span<uint8_t> message)
{
    if (codeword.size() != code().n || message.size() != code().k / 8)
        return std::nullopt;
    impl_->load(codeword);
    unsigned iterations = 0;
    bool decoded = impl_->decoded();
    while (!decoded && iterations < impl_->max_iterations) {
        update_checks(impl_->work);
        ++iterations;
        decoded = impl_->decoded();
    }
    impl_->store(message);
    return decoded ? std::optional(iterations) : std::nullopt;
}

} // namespace depinsat::fec

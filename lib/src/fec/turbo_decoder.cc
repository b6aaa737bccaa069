#include "depinsat/fec/turbo_decoder.h"

#include "fec/turbo_kernels.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <stdexcept>

namespace depinsat::fec {
namespace {

/// Metrics of one encoder between iterations.
struct Encoder {
    alignas(64) TurboMetrics start, end;
    std::array<int16_t, kTurboStates> tail; // after the message, from the tail's LLRs
    unsigned generators = 0;
};

/// Best way from each state to state 0 in the clocks of the tail.
/// @param llrs  of generators 0 to 3 at each clock.
std::array<int16_t, kTurboStates>
tail_metrics(const std::array<std::array<int16_t, 4>, kTurboTail>& llrs)
{
    std::array<int16_t, kTurboStates> metrics;
    for (unsigned state = 0; state < kTurboStates; ++state) {
        TurboRegister reg{state};
        int metric = 0;
        for (const auto& clock : llrs) {
            const unsigned bit = reg.terminating_bit();
            metric += bit ? -clock[0] : clock[0];
            for (unsigned g = 1; g < 4; ++g)
                metric += reg.parity(g, bit) ? -clock[g] : clock[g];
            reg.advance(bit);
        }
        metrics[state] = int16_t(metric);
    }
    return metrics;
}

} // namespace

struct TurboDecoder::Impl {
    Impl(const TurboCode& turbo_code, unsigned iterations)
        : code(turbo_code),
          max_iterations(iterations),
          clocks((code.k + kTurboWindows - 1) / kTurboWindows),
          size(clocks * kTurboWindows),
          values(hwy::AllocateAligned<int16_t>(kRows * size)),
          forward(hwy::AllocateAligned<int16_t>((clocks + 1) * kTurboStates * kTurboWindows))
    {
        if (iterations == 0)
            throw std::invalid_argument(
                "TurboDecoder: max_iterations is 0; allowed: 1 and more");
        std::fill_n(values.get(), kRows * size, int16_t(0));
        for (const auto& output : code.outputs)
            if (output.generator > 0)
                encoder[output.permuted].generators |= 1u << (output.generator - 1);
        number_places();
        pad_front();
    }

    // Rows of `values`.
    enum : size_t {
        kSystematic = 0, // of encoders a, b
        kParity = 2,     // of encoder a: generators 1, 2, 3; then of b
        kIn = 8,         // extrinsic values that come from the other encoder
        kOut = 9,        // extrinsic values that encoder a gives; then b
        kSum = 11,
        kRows = 12,
    };
    int16_t* row(size_t index) const { return values.get() + index * size; }

    /// Where bit i lies: the windows begin with so many bits of padding that they are full.
    size_t place(size_t bit) const
    {
        const size_t padded = bit + size - code.k;
        return padded % clocks * kTurboWindows + padded / clocks;
    }

    void number_places()
    {
        const auto permutation = turbo_permutation(code.k);
        source.resize(size);
        destination.resize(size);
        for (size_t i = 0; i < size; ++i)
            source[i] = destination[i] = uint16_t(i);
        for (size_t s = 0; s < code.k; ++s) {
            source[place(s)] = uint16_t(place(permutation[s]));
            destination[place(permutation[s])] = uint16_t(place(s));
        }
        for (size_t i = 0; i < code.k; ++i)
            places.push_back(uint16_t(place(i)));
    }

    /// Padding is known to be zeros, which leave an encoder in state 0.
    void pad_front()
    {
        for (size_t i = 0; i < size - code.k; ++i)
            for (size_t r = 0; r < kIn; ++r)
                row(r)[i * kTurboWindows] = kLlrMax;
    }

    void load(std::span<const Llr> codeword)
    {
        std::array<std::array<std::array<int16_t, 4>, kTurboTail>, 2> tails{};
        const Llr* next = codeword.data();
        for (unsigned clock = 0; clock < code.k + kTurboTail; ++clock)
            for (const auto& output : code.outputs) {
                if ((output.clocks >> clock % 2 & 1) == 0)
                    continue;
                const int16_t value = (next++)->value;
                if (clock >= code.k)
                    tails[output.permuted][clock - code.k][output.generator] = value;
                else
                    row(row_of(output))[places[clock]] = value;
            }
        permute(row(kSystematic), source, row(kSystematic + 1));
        std::fill_n(row(kIn), size, int16_t(0));
        for (size_t e = 0; e < 2; ++e) {
            encoder[e].start.fill(0);
            encoder[e].end.fill(0);
            encoder[e].tail = tail_metrics(tails[e]);
            set_ends(encoder[e]);
        }
    }

    static size_t row_of(const TurboCode::Output& output)
    {
        return output.generator == 0 ? size_t(kSystematic)
                                     : kParity + 3 * output.permuted + output.generator - 1;
    }

    void permute(const int16_t* from, std::span<const uint16_t> order, int16_t* to) const
    {
        for (size_t i = 0; i < size; ++i)
            to[i] = from[order[i]];
    }

    /// What is known whatever comes: the message begins in state 0 and ends with the tail.
    static void set_ends(Encoder& encoder)
    {
        for (size_t state = 0; state < kTurboStates; ++state) {
            encoder.start[state * kTurboWindows] = state == 0 ? int16_t(0) : kImpossible;
            encoder.end[state * kTurboWindows + kTurboWindows - 1] = encoder.tail[state];
        }
    }

    static void normalise(TurboMetrics& metrics)
    {
        for (size_t state = kTurboStates; state-- > 0;) // state 0 last
            for (size_t w = 0; w < kTurboWindows; ++w) {
                int16_t& metric = metrics[state * kTurboWindows + w];
                metric = int16_t(metric - metrics[w]);
            }
    }

    /// What one window found at its ends is where its neighbours begin next time.
    static void pass_on(Encoder& encoder)
    {
        for (size_t state = 0; state < kTurboStates; ++state) {
            int16_t* start = &encoder.start[state * kTurboWindows];
            int16_t* end = &encoder.end[state * kTurboWindows];
            for (size_t w = 0; w + 1 < kTurboWindows; ++w) {
                const int16_t found = start[w + 1];
                start[w + 1] = end[w];
                end[w] = found;
            }
        }
        normalise(encoder.start);
        normalise(encoder.end);
        set_ends(encoder);
    }

    void decode_half(size_t e)
    {
        const TurboWork work{
            row(kSystematic + e),
            row(kIn),
            {row(kParity + 3 * e), row(kParity + 3 * e + 1), row(kParity + 3 * e + 2)},
            encoder[e].generators,
            row(kOut + e),
            forward.get(),
            clocks,
            &encoder[e].start,
            &encoder[e].end};
        decode_windows(work);
        pass_on(encoder[e]);
    }

    /// @return whether both decoders decide every bit alike.
    bool iterate()
    {
        decode_half(0);
        add_up(row(kSystematic), row(kIn), row(kOut), {row(kSum), size});
        permute(row(kOut), source, row(kIn));
        decode_half(1);
        permute(row(kOut + 1), destination, row(kIn));
        return add_up_again(row(kSystematic), row(kIn), row(kOut), {row(kSum), size});
    }

    void store(std::span<uint8_t> message) const
    {
        const int16_t* sum = row(kSum);
        for (size_t i = 0; i < message.size(); ++i) {
            unsigned byte = 0;
            for (size_t bit = 0; bit < 8; ++bit)
                byte = byte << 1 | (sum[places[8 * i + bit]] < 0);
            message[i] = uint8_t(byte);
        }
    }

    const TurboCode& code;
    unsigned max_iterations;
    size_t clocks, size; // of a window, of a row
    hwy::AlignedFreeUniquePtr<int16_t[]> values, forward;
    std::array<Encoder, 2> encoder;
    std::vector<uint16_t> places;              // of the bits of the message
    std::vector<uint16_t> source, destination; // the permutation between places
};

TurboDecoder::TurboDecoder(const TurboCode& code, unsigned max_iterations)
    : impl_(std::make_unique<Impl>(code, max_iterations))
{}
TurboDecoder::~TurboDecoder() = default;
TurboDecoder::TurboDecoder(TurboDecoder&&) noexcept = default;
TurboDecoder& TurboDecoder::operator=(TurboDecoder&&) noexcept = default;

const TurboCode& TurboDecoder::code() const
{
    return impl_->code;
}

std::optional<unsigned> TurboDecoder::decode(std::span<const Llr> codeword,
                                             std::span<uint8_t> message)
{
    if (codeword.size() != code().n || message.size() != code().k / 8)
        return std::nullopt;
    impl_->load(codeword);
    unsigned iterations = 0;
    bool agreed = false;
    while (!agreed && iterations < impl_->max_iterations) {
        agreed = impl_->iterate();
        ++iterations;
    }
    impl_->store(message);
    return agreed ? std::optional(iterations) : std::nullopt;
}

} // namespace depinsat::fec

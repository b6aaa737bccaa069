#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/turbo_code.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::reference {

/// fec::TurboDecoder state by state with integers that cannot overflow: the same windows and
/// the same scaling, none of the lanes; the trellis is written from the generators as printed.
class TurboDecoder
{
public:
    TurboDecoder(const fec::TurboCode& code, unsigned max_iterations)
        : code_(code),
          max_iterations_(max_iterations),
          permutation_(fec::turbo_permutation(code.k)),
          clocks_((code.k + kWindows - 1) / kWindows),
          padding_(clocks_ * kWindows - code.k)
    {}

    /// @return as fec::TurboDecoder::decode(); `bits` holds the decisions.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::vector<uint8_t>& bits)
    {
        load(codeword);
        std::vector<int> from_b(padded(), 0), sums(padded());
        for (unsigned iteration = 1; iteration <= max_iterations_; ++iteration) {
            const auto from_a = extrinsic(encoders_[0], from_b);
            for (size_t i = 0; i < padded(); ++i)
                sums[i] = encoders_[0].llrs[0][i] + from_b[i] + from_a[i];
            const auto answer = extrinsic(encoders_[1], permuted(from_a));
            for (size_t i = 0; i < padded(); ++i)
                from_b[source(i)] = answer[i];
            bool agreed = true;
            for (size_t i = 0; i < padded(); ++i) {
                const int sum = encoders_[0].llrs[0][i] + from_a[i] + from_b[i];
                agreed &= std::abs(sum) >= 40 && (sum < 0) == (sums[i] < 0);
                sums[i] = sum;
            }
            if (agreed || iteration == max_iterations_) {
                bits.clear();
                for (size_t i = padding_; i < padded(); ++i)
                    bits.push_back(sums[i] < 0);
                return agreed ? std::optional(iteration) : std::nullopt;
            }
        }
        return std::nullopt;
    }

private:
    static constexpr size_t kWindows = 32;
    static constexpr int kImpossible = -8192;
    using Metrics = std::array<int, 16>;

    struct Encoder {
        std::array<std::vector<int>, 4> llrs; // by generator, padding first, tail last
        std::array<bool, 4> sent{};
        std::vector<Metrics> starts, ends; // of windows
    };

    /// Digits of a generator: coefficients of 1, D ... D^4.
    static int taps(const char* generator, const std::array<int, 5>& bits)
    {
        int sum = 0;
        for (size_t i = 0; i < 5; ++i)
            sum ^= (generator[i] - '0') & bits[i];
        return sum;
    }

    struct Branch {
        int entering, next;
        std::array<int, 4> outputs;
    };

    static Branch branch(int state, int message)
    {
        std::array<int, 5> bits{0, state >> 3 & 1, state >> 2 & 1, state >> 1 & 1, state & 1};
        bits[0] = message ^ taps("10011", bits);
        return {bits[0],
                bits[0] << 3 | state >> 1,
                {message, taps("11011", bits), taps("10101", bits), taps("11111", bits)}};
    }

    size_t padded() const { return clocks_ * kWindows; }

    /// Where the decoder of encoder a has what that of b has at i.
    size_t source(size_t i) const
    {
        return i < padding_ ? i : padding_ + permutation_[i - padding_];
    }

    std::vector<int> permuted(const std::vector<int>& values) const
    {
        std::vector<int> result(padded());
        for (size_t i = 0; i < padded(); ++i)
            result[i] = values[source(i)];
        return result;
    }

    void load(std::span<const Llr> codeword)
    {
        for (Encoder& encoder : encoders_) {
            for (auto& row : encoder.llrs) {
                row.assign(padded() + fec::kTurboTail, 0);
                std::fill_n(row.begin(), padding_, 127);
            }
            encoder.starts.assign(kWindows, {});
            encoder.ends.assign(kWindows, {});
        }
        size_t next = 0;
        for (unsigned clock = 0; clock < code_.k + fec::kTurboTail; ++clock)
            for (const auto& output : code_.outputs)
                if (output.clocks >> clock % 2 & 1) {
                    Encoder& encoder = encoders_[output.permuted];
                    encoder.sent[output.generator] = true;
                    encoder.llrs[output.generator][padding_ + clock] = codeword[next++].value;
                }
        const auto systematic = permuted(encoders_[0].llrs[0]);
        std::ranges::copy(systematic, encoders_[1].llrs[0].begin());
        encoders_[1].sent[0] = true;
    }

    static int metric(const Encoder& encoder, size_t t, const Branch& b, size_t first_generator)
    {
        int sum = 0;
        for (size_t g = first_generator; g < 4; ++g)
            if (encoder.sent[g])
                sum += b.outputs[g] ? -encoder.llrs[g][t] : encoder.llrs[g][t];
        return sum;
    }

    Metrics tail(const Encoder& encoder) const
    {
        Metrics after;
        after.fill(kImpossible * 4);
        after[0] = 0;
        for (size_t t = padded() + fec::kTurboTail; t-- > padded();) {
            Metrics before;
            for (int s = 0; s < 16; ++s)
                for (const int message : {0, 1})
                    if (const Branch b = branch(s, message); b.entering == 0)
                        before[s] = after[b.next] + metric(encoder, t, b, 0);
            after = before;
        }
        return after;
    }

    std::vector<int> extrinsic(Encoder& encoder, const std::vector<int>& in) const
    {
        encoder.starts[0].fill(kImpossible);
        encoder.starts[0][0] = 0;
        encoder.ends[kWindows - 1] = tail(encoder);
        std::vector<int> out(padded());
        auto starts = encoder.starts, ends = encoder.ends;
        for (size_t w = 0; w < kWindows; ++w) {
            const auto [first, last] = window(encoder, in, w, out);
            if (w > 0)
                ends[w - 1] = first;
            if (w + 1 < kWindows)
                starts[w + 1] = last;
        }
        encoder.starts = starts;
        encoder.ends = ends;
        return out;
    }

    /// @return metrics that were found before the first and after the last clock.
    std::pair<Metrics, Metrics> window(const Encoder& encoder,
                                       const std::vector<int>& in,
                                       size_t w,
                                       std::vector<int>& out) const
    {
        const auto gain = [&](size_t t, const Branch& b) {
            return metric(encoder, t, b, 0) + (b.outputs[0] ? -in[t] : in[t]);
        };
        std::vector<Metrics> forward{encoder.starts[w]};
        for (size_t t = w * clocks_; t < (w + 1) * clocks_; ++t) {
            Metrics after;
            after.fill(std::numeric_limits<int>::min());
            for (int s = 0; s < 16; ++s)
                for (const int message : {0, 1}) {
                    const Branch b = branch(s, message);
                    after[b.next] = std::max(after[b.next], forward.back()[s] + gain(t, b));
                }
            forward.push_back(after);
        }
        Metrics after = encoder.ends[w];
        for (size_t t = (w + 1) * clocks_; t-- > w * clocks_;) {
            Metrics before;
            before.fill(std::numeric_limits<int>::min());
            std::array<int, 2> best{before[0], before[0]};
            for (int s = 0; s < 16; ++s)
                for (const int message : {0, 1}) {
                    const Branch b = branch(s, message);
                    before[s] = std::max(before[s], after[b.next] + gain(t, b));
                    best[message] =
                        std::max(best[message], forward[t - w * clocks_][s] + after[b.next] +
                                                    metric(encoder, t, b, 1));
                }
            const int difference = std::clamp(best[0] - best[1], -32768, 32767);
            out[t] = std::clamp((difference * 12288 + 16384) >> 15, -256, 256);
            after = before;
        }
        return {after, forward.back()};
    }

    const fec::TurboCode& code_;
    unsigned max_iterations_;
    std::vector<uint16_t> permutation_;
    size_t clocks_, padding_;
    std::array<Encoder, 2> encoders_;
};

} // namespace depinsat::reference

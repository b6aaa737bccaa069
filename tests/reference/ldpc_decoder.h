#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ldpc_code.h"
#include "fec/ldpc_rule.h"
#include "reference/ldpc.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::reference {

/// fec::LdpcDecoder edge by edge: the same schedule (checks j, j + q, j + 2 q ... at once, then
/// j + 1 ...), the same arithmetic, none of the lanes.
class LdpcDecoder
{
public:
    LdpcDecoder(const fec::LdpcCode& code, unsigned max_iterations)
        : code_(code),
          max_iterations_(max_iterations),
          checks_(code.n - code.k),
          rule_(fec::ldpc_rule(code))
    {
        const size_t parity_length = code.n - code.k;
        for (size_t group = 0; group < code.rows.size(); ++group)
            for (const size_t x : code.rows[group])
                for (size_t m = 0; m < 360; ++m) {
                    auto& check = checks_[(x + m * code.q) % parity_length];
                    const bool repeats = std::ranges::any_of(
                        check, [&](const Edge& edge) { return edge.bit / 360 == group; });
                    check.push_back({360 * group + m, repeats, 0, 0});
                }
        for (size_t i = 0; i < parity_length; ++i) {
            checks_[i].push_back({code.k + i, false, 0, 0});
            if (i > 0)
                checks_[i].push_back({code.k + i - 1, false, 0, 0});
        }
        for (auto& check : checks_)
            std::ranges::stable_partition(check,
                                          [](const Edge& edge) { return !edge.repeats; });
    }

    /// @return as fec::LdpcDecoder::decode(); `bits` holds the hard decisions of the codeword.
    std::optional<unsigned> decode(std::span<const Llr> codeword, Bits& bits)
    {
        posteriors_.clear();
        for (const Llr llr : codeword)
            posteriors_.push_back(fec::ldpc_scaled(rule_, llr.value));
        for (auto& check : checks_)
            for (Edge& edge : check)
                edge.message = 0;
        for (unsigned iterations = 0;; ++iterations) {
            if (decoded(bits))
                return iterations;
            if (iterations == max_iterations_)
                return std::nullopt;
            for (size_t layer = 0; layer < code_.q; ++layer)
                update(layer);
        }
    }

private:
    struct Edge {
        size_t bit;
        bool repeats; // another edge of the check goes to the same 360 bits
        int message, variable;
    };

    static int saturate(int value) { return std::clamp(value, -128, 127); }

    void update(size_t layer)
    {
        for (size_t c = layer; c < checks_.size(); c += code_.q)
            for (Edge& edge : checks_[c])
                edge.variable = saturate(posteriors_[edge.bit] - edge.message);
        for (size_t c = layer; c < checks_.size(); c += code_.q)
            for (Edge& edge : checks_[c])
                if (!edge.repeats) {
                    edge.message = message_to(edge, checks_[c]);
                    posteriors_[edge.bit] = saturate(edge.variable + edge.message);
                }
        // The same edge of all checks, then the next one: that matters where sums saturate.
        const auto repeats = size_t(std::ranges::count(checks_[layer], true, &Edge::repeats));
        for (size_t left = repeats; left > 0; --left)
            for (size_t c = layer; c < checks_.size(); c += code_.q) {
                Edge& edge = checks_[c][checks_[c].size() - left];
                const int before = edge.message;
                edge.message = message_to(edge, checks_[c]);
                posteriors_[edge.bit] = saturate(posteriors_[edge.bit] + edge.message - before);
            }
    }

    int message_to(const Edge& target, const std::vector<Edge>& check) const
    {
        int first = kLlrMax, second = kLlrMax;
        bool negative = false;
        for (const Edge& edge : check) {
            second = std::min(second, std::max(first, std::abs(edge.variable)));
            first = std::min(first, std::abs(edge.variable));
            negative ^= edge.variable < 0;
        }
        const int near = std::max(rule_.near - (second - first + 1) / 2, 0);
        const int size = std::abs(target.variable) == first ? second - rule_.second_offset
                                                            : first - rule_.first_offset - near;
        const int magnitude = std::clamp(size, 0, int(rule_.largest));
        return negative != (target.variable < 0) ? -magnitude : magnitude;
    }

    bool decoded(Bits& bits) const
    {
        bits.clear();
        for (const int posterior : posteriors_)
            bits.push_back(posterior < 0);
        return std::ranges::count(posteriors_, 0) == 0 && ldpc_checks_hold(code_, bits);
    }

    const fec::LdpcCode& code_;
    unsigned max_iterations_;
    std::vector<std::vector<Edge>> checks_;
    fec::LdpcRule rule_;
    std::vector<int> posteriors_;
};

} // namespace depinsat::reference

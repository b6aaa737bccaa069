#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ldpc_code.h"
#include "reference/ldpc.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::reference {

/// fec::LdpcDecoder edge by edge, with integers that cannot overflow: the same schedule (checks
/// j, j + q, j + 2 q ... at once, then j + 1 ...), the same arithmetic, none of the lanes.
class LdpcDecoder
{
public:
    LdpcDecoder(const fec::LdpcCode& code, unsigned max_iterations)
        : code_(code), max_iterations_(max_iterations), checks_(code.n - code.k)
    {
        const size_t parity_length = code.n - code.k;
        for (size_t i = 0; i < code.k; ++i)
            for (const size_t x : code.rows[i / 360])
                checks_[(x + i % 360 * code.q) % parity_length].push_back({i, 0, 0});
        for (size_t i = 0; i < parity_length; ++i) {
            checks_[i].push_back({code.k + i, 0, 0});
            if (i > 0)
                checks_[i].push_back({code.k + i - 1, 0, 0});
        }
        offset_ = offset();
    }

    /// @return as fec::LdpcDecoder::decode(); `bits` holds the hard decisions of the codeword.
    std::optional<unsigned> decode(std::span<const Llr> codeword, Bits& bits)
    {
        posteriors_.clear();
        for (const Llr llr : codeword)
            posteriors_.push_back(llr.value);
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
        int message, variable;
    };

    int offset() const
    {
        size_t degree = 0;
        for (const auto& check : checks_)
            degree = std::max(degree, check.size());
        return degree <= 5 ? 2 : degree <= 10 ? 3 : 4;
    }

    void update(size_t layer)
    {
        for (size_t c = layer; c < checks_.size(); c += code_.q)
            for (Edge& edge : checks_[c])
                edge.variable = posteriors_[edge.bit] - edge.message;
        for (size_t c = layer; c < checks_.size(); c += code_.q)
            for (Edge& edge : checks_[c]) {
                const int message = message_to(edge, checks_[c]);
                posteriors_[edge.bit] += message - edge.message;
                edge.message = message;
            }
    }

    int message_to(const Edge& target, const std::vector<Edge>& check) const
    {
        int least = 8 * kLlrMax;
        bool negative = false;
        for (const Edge& edge : check)
            if (&edge != &target) {
                least = std::min(least, std::abs(edge.variable));
                negative ^= edge.variable < 0;
            }
        const int magnitude = std::max(least - offset_, 0);
        return negative ? -magnitude : magnitude;
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
    int offset_ = 0; // LLR steps
    std::vector<int> posteriors_;
};

} // namespace depinsat::reference

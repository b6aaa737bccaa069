#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ccsds_ldpc_code.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::reference {

/// The bits of the parity-check matrix in each check, block row by block row.
inline std::vector<std::vector<size_t>> ccsds_ldpc_checks(const fec::CcsdsLdpcCode& code)
{
    std::vector<std::vector<size_t>> checks(code.block_rows * code.circulant);
    for (const fec::Circulant& c : code.circulants)
        for (size_t t = 0; t < code.circulant; ++t)
            checks[c.row * code.circulant + t].push_back(c.column * code.circulant +
                                                         (t + c.shift) % code.circulant);
    return checks;
}

/// fec::CcsdsLdpcDecoder edge by edge: the same schedule (block rows from the last to the
/// first, in slices of 64 checks, a slice at once), the same saturation, none of the lanes.
class CcsdsLdpcDecoder
{
public:
    CcsdsLdpcDecoder(const fec::CcsdsLdpcCode& code, unsigned max_iterations)
        : code_(code), max_iterations_(max_iterations)
    {
        degrees_.resize(code.block_columns * code.circulant);
        for (const auto& bits : ccsds_ldpc_checks(code)) {
            checks_.emplace_back();
            for (const size_t bit : bits) {
                checks_.back().push_back({bit, 0, 0});
                ++degrees_[bit];
            }
        }
    }

    /// @return as fec::CcsdsLdpcDecoder::decode(); `bits` holds the hard decisions of the
    ///         message.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::vector<uint8_t>& bits)
    {
        load(codeword);
        std::optional<unsigned> used;
        for (unsigned iterations = 0; !used && iterations <= max_iterations_; ++iterations) {
            if (iterations > 0)
                iterate();
            if (decoded())
                used = iterations;
        }
        bits.clear();
        for (size_t i = 0; i < code_.k; ++i)
            bits.push_back(posteriors_[code_.shortened + i] < 0);
        return used;
    }

private:
    struct Edge {
        size_t bit;
        int message, variable;
    };

    static int saturate(int value) { return std::clamp(value, -128, 127); }

    void load(std::span<const Llr> codeword)
    {
        posteriors_.assign(code_.shortened, 127);
        for (const Llr llr : codeword.first(code_.n - code_.fill))
            posteriors_.push_back(std::clamp((llr.value + (llr.value > 0)) >> 1, -36, 36));
        posteriors_.resize(code_.block_columns * code_.circulant, 0);
        for (auto& check : checks_)
            for (Edge& edge : check)
                edge.message = 0;
    }

    void iterate()
    {
        for (size_t row = code_.block_rows; row-- > 0;)
            for (size_t t = 0; t < code_.circulant; t += 64) {
                const size_t count = std::min<size_t>(64, code_.circulant - t);
                update(std::span(checks_).subspan(row * code_.circulant + t, count));
            }
    }

    void update(std::span<std::vector<Edge>> slice)
    {
        for (auto& check : slice)
            for (Edge& edge : check)
                edge.variable = saturate(posteriors_[edge.bit] - edge.message);
        const size_t degree = slice.front().size();
        for (size_t e = 0; e < degree; ++e) {
            const bool second = shared(slice, e);
            for (auto& check : slice) {
                const int now = message_to(check[e], check);
                int& posterior = posteriors_[check[e].bit];
                posterior = second ? saturate(posterior + saturate(now - check[e].message))
                                   : saturate(check[e].variable + now);
                check[e].message = now;
            }
        }
    }

    /// Whether an earlier edge of the slice leads to some of the same bits.
    static bool shared(std::span<const std::vector<Edge>> slice, size_t e)
    {
        for (size_t earlier = 0; earlier < e; ++earlier)
            for (const auto& check : slice)
                if (check[earlier].bit == slice.front()[e].bit)
                    return true;
        return false;
    }

    int message_to(const Edge& target, const std::vector<Edge>& check) const
    {
        int least = 31;
        bool negative = false;
        for (const Edge& edge : check)
            if (&edge != &target) {
                least = std::min(least, std::abs(edge.variable));
                negative ^= edge.variable < 0;
            }
        const int size = code_.punctured > 0 ? std::max(least - 2, (least + 1) / 2)
                                             : (least + (least + 1) / 2) / 2;
        return negative ? -size : size;
    }

    bool decoded() const
    {
        for (const auto& check : checks_) {
            bool odd = false, binding = true;
            for (const Edge& edge : check) {
                odd ^= posteriors_[edge.bit] < 0;
                binding &= degrees_[edge.bit] > 1;
            }
            if (odd && binding)
                return false;
        }
        for (size_t bit = 0; bit < posteriors_.size(); ++bit)
            if (posteriors_[bit] == 0 && degrees_[bit] > 1)
                return false;
        return true;
    }

    const fec::CcsdsLdpcCode& code_;
    unsigned max_iterations_;
    std::vector<std::vector<Edge>> checks_;
    std::vector<int> posteriors_, degrees_;
};

} // namespace depinsat::reference
